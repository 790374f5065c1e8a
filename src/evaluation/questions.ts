// Questions that are put to a model besides the plain one: the controls that tell a judge of progress from a reader of
// positions, prompts or shortcuts. Each says what it changes and what an honest model should show; all of them are in
// QUESTIONS, so that the app, the headless runner and the page of experiments ask the same.
import type { PictureChoice } from '../batches/shownPictures';
import type { PairChoice } from '../pairs/pairChoice';
import type { FormatName } from '../samples/formats';
import * as m from '../words/messages';

export type QuestionGroup = 'reference' | 'wording' | 'held out' | 'windows' | 'mishaps' | 'instruction' | 'pictures';

export interface Question {
  name: string;
  readonly title: string;
  /** One sentence: what it controls and what an honest model should show. */
  readonly about: string;
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

function question(
  group: QuestionGroup,
  name: string,
  title: () => string,
  about: () => string,
  changes: Changes = {},
): Question {
  const plain = { pairs: TRAINED, show: 'both', format: 'standard', judging: 'tag', hasRightAnswer: true } as const;
  return {
    ...{ name, group, ...plain, ...changes },
    // In the language of the moment when they are read.
    get title() {
      return title();
    },
    get about() {
      return about();
    },
  };
}

const LEAN = { hasRightAnswer: false } as const;

const LIST: readonly Question[] = [
  question('reference', 'plain', m.engine_question_plain, m.engine_question_plain_about),

  question('wording', 'answer-first-second', m.engine_question_answer_first_second, m.engine_question_about_format, {
    format: 'first-second',
  }),
  question('wording', 'answer-letters', m.engine_question_answer_letters, m.engine_question_about_format, {
    format: 'letters',
  }),
  question('wording', 'answer-sides', m.engine_question_answer_sides, m.engine_question_about_format, {
    format: 'sides',
  }),
  question('wording', 'answer-yes-no', m.engine_question_answer_yes_no, m.engine_question_answer_yes_no_about, {
    format: 'yes-no',
  }),
  question('wording', 'words-query', m.engine_question_words_query, m.engine_question_about_wording, {
    format: 'query',
  }),
  question('wording', 'words-terse', m.engine_question_words_terse, m.engine_question_about_wording, {
    format: 'terse',
  }),
  question('wording', 'words-story', m.engine_question_words_story, m.engine_question_about_wording, {
    format: 'story',
  }),
  question('wording', 'words-apart', m.engine_question_words_apart, m.engine_question_words_apart_about, {
    format: 'apart',
  }),

  question('held out', 'held-out', m.engine_question_held_out, m.engine_question_held_out_about, {
    pairs: { tasks: 'held out' },
  }),
  question(
    'held out',
    'held-out-templates',
    m.engine_question_held_out_templates,
    m.engine_question_held_out_templates_about,
    { pairs: { tasks: 'templates' } },
  ),
  question(
    'held out',
    'held-out-objects',
    m.engine_question_held_out_objects,
    m.engine_question_held_out_objects_about,
    { pairs: { tasks: 'objects' } },
  ),
  question(
    'held out',
    'held-out-colours',
    m.engine_question_held_out_colours,
    m.engine_question_held_out_colours_about,
    { pairs: { tasks: 'colours' } },
  ),
  question('held out', 'held-out-scenes', m.engine_question_held_out_scenes, m.engine_question_held_out_scenes_about, {
    pairs: { tasks: 'scenes' },
  }),
  question(
    'held out',
    'held-out-phrasings',
    m.engine_question_held_out_phrasings,
    m.engine_question_held_out_phrasings_about,
    { pairs: { tasks: 'phrasings' } },
  ),

  question('windows', 'windows-narrow', m.engine_question_windows_narrow, m.engine_question_windows_narrow_about, {
    pairs: { ...TRAINED, windows: [2, 3, 4] },
  }),
  question('windows', 'windows-wide', m.engine_question_windows_wide, m.engine_question_windows_wide_about, {
    pairs: { ...TRAINED, windows: [17, 18, 19, 20, 21, 22, 23, 24] },
  }),

  question('mishaps', 'mishaps', m.engine_question_mishaps, m.engine_question_mishaps_about, {
    pairs: { ...TRAINED, episodes: 'mishaps' },
  }),
  question('mishaps', 'undone', m.engine_question_undone, m.engine_question_undone_about, {
    pairs: { ...TRAINED, episodes: 'mishaps', progress: 'falling' },
  }),

  question('instruction', 'turnable', m.engine_question_turnable, m.engine_question_turnable_about, {
    pairs: { ...TRAINED, instruction: 'turnable' },
  }),
  question('instruction', 'counter-task', m.engine_question_counter_task, m.engine_question_counter_task_about, {
    pairs: { ...TRAINED, instruction: 'counter' },
  }),

  question('pictures', 'identical', m.engine_question_identical, m.engine_question_identical_about, {
    show: 'identical',
    ...LEAN,
  }),
  question('pictures', 'grey', m.engine_question_grey, m.engine_question_grey_about, { show: 'grey', ...LEAN }),
  question('pictures', 'white', m.engine_question_white, m.engine_question_white_about, {
    show: 'white',
    ...LEAN,
  }),
  question('pictures', 'noise', m.engine_question_noise, m.engine_question_noise_about, { show: 'noise', ...LEAN }),
  question('pictures', 'one-only', m.engine_question_one_only, m.engine_question_one_only_about, { show: 'one only' }),
];

/** All questions by name, in the order in which they are shown. */
export const QUESTIONS: Readonly<Record<string, Question>> = Object.fromEntries(LIST.map((q) => [q.name, q]));

/** @throws Error in words where there is no such question */
export function questionNamed(name: string): Question {
  const found = QUESTIONS[name];
  if (!found) throw new Error(m.engine_no_such_question({ name, known: Object.keys(QUESTIONS).join(', ') }));
  return found;
}
