// Questions that are put to a model besides the plain one: the controls that tell a judge of progress from a reader of
// positions, prompts or shortcuts. Each says what it changes and what an honest model should show; all of them are in
// QUESTIONS, so that the app, the headless runner and the page of experiments ask the same.
import type { PictureChoice } from '../batches/shownPictures';
import type { PairChoice } from '../pairs/pairChoice';
import type { FormatName } from '../samples/formats';

export type QuestionGroup = 'reference' | 'wording' | 'held out' | 'windows' | 'mishaps' | 'instruction' | 'pictures';

export interface Question {
  name: string;
  title: string;
  /** One sentence: what it controls and what an honest model should show. */
  about: string;
  group: QuestionGroup;
  pairs: PairChoice;
  show: PictureChoice;
  format: FormatName;
  judging: 'tag' | 'cot';
  /** False where nothing that is shown could tell: then only the lean of the answers is measured. */
  hasRightAnswer: boolean;
}

const TRAINED: PairChoice = { tasks: 'trained' };

type Changes = Partial<Pick<Question, 'pairs' | 'show' | 'format' | 'hasRightAnswer'>>;

function question(group: QuestionGroup, name: string, title: string, about: string, changes: Changes = {}): Question {
  const plain = { pairs: TRAINED, show: 'both', format: 'standard', judging: 'tag', hasRightAnswer: true } as const;
  return { name, title, about, group, ...plain, ...changes };
}

const LEAN = { hasRightAnswer: false } as const;

const LIST: readonly Question[] = [
  question(
    'reference',
    'plain',
    'The plain question',
    'Unseen episodes of trained tasks, asked as in training: what the controls are compared with.',
  ),

  question(
    'wording',
    'answer-first-second',
    'Answers “first” and “second”',
    'An answer format never trained: a model that judges and does not only fill in its two tokens stays as good as on the plain question.',
    { format: 'first-second' },
  ),
  question(
    'wording',
    'answer-letters',
    'Answers “A” and “B”',
    'An answer format never trained: a model that judges and does not only fill in its two tokens stays as good as on the plain question.',
    { format: 'letters' },
  ),
  question(
    'wording',
    'answer-sides',
    'Answers “left” and “right”',
    'An answer format never trained: a model that judges and does not only fill in its two tokens stays as good as on the plain question.',
    { format: 'sides' },
  ),
  question(
    'wording',
    'answer-yes-no',
    'Answers “yes” and “no”',
    'Asks whether img2 is closer to completion than img1, an answer format never trained: a model that judges stays as good as on the plain question.',
    { format: 'yes-no' },
  ),
  question(
    'wording',
    'words-query',
    'Reworded as a question',
    'The same judgement in words never trained: a model that reads the question stays as good as on the plain one.',
    { format: 'query' },
  ),
  question(
    'wording',
    'words-terse',
    'Reworded in three words',
    'The same judgement in words never trained: a model that reads the question stays as good as on the plain one.',
    { format: 'terse' },
  ),
  question(
    'wording',
    'words-story',
    'Reworded as a story',
    'The same judgement in words never trained: a model that reads the question stays as good as on the plain one.',
    { format: 'story' },
  ),
  question(
    'wording',
    'words-apart',
    'In words that share none with the prompt',
    'Instructions, headings and cue have no word in common with the standard prompt, so that only the pictures, the task and the answers carry over; some controls are trained in these words.',
    { format: 'apart' },
  ),

  question(
    'held out',
    'held-out',
    'Whatever was held out',
    'Tasks, things, colours, scenes or phrasings kept from training: what was learnt of progress should carry over.',
    { pairs: { tasks: 'held out' } },
  ),
  question(
    'held out',
    'held-out-templates',
    'Held-out tasks',
    'Whole tasks kept from training: a model that learnt what progress is stays well above one half.',
    { pairs: { tasks: 'templates' } },
  ),
  question(
    'held out',
    'held-out-objects',
    'Held-out objects',
    'Trained tasks with kinds of things kept from training: a model that does not only know its things by sight stays as good.',
    { pairs: { tasks: 'objects' } },
  ),
  question(
    'held out',
    'held-out-colours',
    'Held-out colours',
    'Trained tasks with colours kept from training: a model that does not only know its colours stays as good.',
    { pairs: { tasks: 'colours' } },
  ),
  question(
    'held out',
    'held-out-scenes',
    'Held-out scenes',
    'Trained tasks in places kept from training: a model that looks at the work and not at the room stays as good.',
    { pairs: { tasks: 'scenes' } },
  ),
  question(
    'held out',
    'held-out-phrasings',
    'Held-out phrasings',
    'Trained tasks in sentences kept from training: a model that reads its task stays as good.',
    { pairs: { tasks: 'phrasings' } },
  ),

  question(
    'windows',
    'windows-narrow',
    'Windows 2 to 4',
    'Frames closer together than any that were trained: harder, because less happens between them, but the lean to a position must not come back.',
    { pairs: { ...TRAINED, windows: [2, 3, 4] } },
  ),
  question(
    'windows',
    'windows-wide',
    'Windows 17 to 24',
    'Frames farther apart than the sampling’s own (a curriculum from wide to narrow passes through them): easier for whoever judges progress.',
    { pairs: { ...TRAINED, windows: [17, 18, 19, 20, 21, 22, 23, 24] } },
  ),

  question(
    'mishaps',
    'mishaps',
    'Episodes in which something goes wrong',
    'Things slip, drop or are taken by mistake, which training on smooth runs never shows; the pairs are still those that come closer to the goal.',
    { pairs: { ...TRAINED, episodes: 'mishaps' } },
  ),
  question(
    'mishaps',
    'undone',
    'What is undone',
    'The later frame is farther from the goal, which no training pair shows: a model that only knows the order of time is wrong here more often than right.',
    { pairs: { ...TRAINED, episodes: 'mishaps', progress: 'falling' } },
  ),

  question(
    'instruction',
    'turnable',
    'Tasks that can be turned round',
    'The tasks that have an opposite, under their own instruction: what the counter-task is compared with.',
    { pairs: { ...TRAINED, instruction: 'turnable' } },
  ),
  question(
    'instruction',
    'counter-task',
    'Counter-task: the same frames, the opposite instruction',
    'The right answer turns with the instruction, on the very same frames: a model that never reads its task is as often wrong here as it is right under the own instruction.',
    { pairs: { ...TRAINED, instruction: 'counter' } },
  ),

  question(
    'pictures',
    'identical',
    'The same picture twice',
    'Nothing can be closer than itself: P(second) must be one half, and what it departs from that is a lean to a position.',
    { show: 'identical', ...LEAN },
  ),
  question(
    'pictures',
    'grey',
    'Text only: both pictures grey',
    'The pictures are as near to zero as a byte can be, so the text alone answers: P(second) must be one half.',
    { show: 'grey', ...LEAN },
  ),
  question('pictures', 'white', 'Both pictures white', 'Two blank pictures: P(second) must be one half.', {
    show: 'white',
    ...LEAN,
  }),
  question(
    'pictures',
    'noise',
    'Both pictures noise',
    'Two pictures of random pixels, different ones: P(second) must be one half.',
    { show: 'noise', ...LEAN },
  ),
  question(
    'pictures',
    'one-only',
    'One picture only',
    'One of the two frames beside a grey picture: what is right here above one half can be guessed from a single frame without comparing.',
    { show: 'one only' },
  ),
];

/** All questions by name, in the order in which they are shown. */
export const QUESTIONS: Readonly<Record<string, Question>> = Object.fromEntries(LIST.map((q) => [q.name, q]));

/** @throws Error in words where there is no such question */
export function questionNamed(name: string): Question {
  const found = QUESTIONS[name];
  if (!found) throw new Error(`No question is called "${name}". Known: ${Object.keys(QUESTIONS).join(', ')}.`);
  return found;
}
