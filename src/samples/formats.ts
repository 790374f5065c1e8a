// Ways of wording a question and its answer. `standard` is the one that models are trained on; the others ask for the same
// judgement in other words, so that a measurement can tell a judge of pictures from a reader of one prompt. None but
// `standard`, `apart` and the varied ones may ever be trained.
import type { Tokenizer } from './tokenizer';
import { VARIED, variedFormat } from './variedFormats';
import {
  BEFORE_JUDGEMENT,
  detailsText,
  readAnswer,
  userText,
  type AnswerName,
  type ReadAnswer,
  type SampleKind,
} from './prompt';

export interface Format {
  /** For people, after "asked in the words …". */
  title: string;
  /** The user's turn after the two pictures, which img1 and img2 mark in every format. */
  question: (task: string, kind: SampleKind) => string;
  /** The descriptions of both pictures before a judgement. */
  details: (first: string, second: string) => string;
  /** What stands before the judgement. */
  cue: string;
  /** How an answer names img1 and img2. */
  answers: readonly [img1: string, img2: string];
}

/** The standard prompt with one line on how to answer. */
function answered(title: string, answers: Format['answers'], how: string, headings: Format['answers']): Format {
  return {
    title,
    question: (task, kind) =>
      `Task: ${task}\nInstructions:\n${kind === 'cot' ? '- Describe img1 and img2 spatial details\n' : ''}${how}`,
    details: (first, second) => `Spatial details:\n- ${headings[0]}: ${first}\n- ${headings[1]}: ${second}\n`,
    cue: BEFORE_JUDGEMENT,
    answers,
  };
}

const NAMES = ['img1', 'img2'] as const;

export const FORMATS = {
  standard: { title: 'as trained', question: userText, details: detailsText, cue: BEFORE_JUDGEMENT, answers: NAMES },
  'first-second': answered(
    'first or second',
    ['first', 'second'],
    '- Decide which image is closer to completion, the first or the second\n- Output first or second\n',
    ['first', 'second'],
  ),
  letters: answered(
    'A or B',
    ['A', 'B'],
    '- img1 is A, img2 is B\n- Decide which image is closer to completion\n- Output A or B\n',
    ['A', 'B'],
  ),
  sides: answered(
    'left or right',
    ['left', 'right'],
    '- img1 is left, img2 is right\n- Decide which image is closer to completion\n- Output left or right\n',
    ['left', 'right'],
  ),
  'yes-no': {
    ...answered(
      'yes or no',
      ['no', 'yes'],
      '- Decide whether img2 is closer to completion than img1\n- Output yes or no\n',
      NAMES,
    ),
    cue: 'Is img2 closer to completion than img1? ',
  },
  query: {
    title: 'a question',
    question: (task, kind) =>
      `Task: ${task}\n${kind === 'cot' ? 'What is seen in img1 and in img2? ' : ''}In which image is the task nearer to its end?\n`,
    details: (first, second) => `In img1: ${first}\nIn img2: ${second}\n`,
    cue: 'It is nearer to its end in ',
    answers: NAMES,
  },
  terse: {
    title: 'three words',
    question: (task, kind) => `${task}\n${kind === 'cot' ? 'Describe both. ' : ''}img1 or img2?\n`,
    details: (first, second) => `img1 ${first}\nimg2 ${second}\n`,
    cue: 'Answer: ',
    answers: NAMES,
  },
  story: {
    title: 'a story',
    question: (task, kind) =>
      `A robot was told: ${task}\nTwo moments of its work are shown. ${kind === 'cot' ? 'Tell what each shows. ' : ''}When had it done more?\n`,
    details: (first, second) => `At img1, ${first}\nAt img2, ${second}\n`,
    cue: 'It had done more at ',
    answers: NAMES,
  },
  apart: {
    title: 'no word shared with the standard prompt',
    question: (task, kind) =>
      `Goal: ${task}\n${kind === 'cot' ? 'Say what each photo shows, then name' : 'Name'} whichever has more work done.\n`,
    details: (first, second) => `One photo: ${first}\nAnother photo: ${second}\n`,
    cue: 'More work done: ',
    answers: NAMES,
  },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS | `varied-${number}`;

/** @throws RangeError where no format has that name */
export function formatNamed(name: FormatName): Format {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name as keyof typeof FORMATS];
  const number = Number(/^varied-(\d+)$/.exec(name)?.[1] ?? NaN);
  if (!(number < VARIED)) throw new RangeError(`No format is called "${name}".`);
  return variedFormat(number);
}

function variedName(number: number): FormatName {
  return `varied-${number % VARIED}`;
}

/** Every eighth sample of a varied stage is asked in the standard words, by which the model will be used. */
const STANDARD_EVERY = 8;

/** One of the varied wordings or the standard one. @param number a random whole number from 0 */
export function drawnFormat(number: number): FormatName {
  return number % STANDARD_EVERY === 0 ? 'standard' : variedName(Math.floor(number / STANDARD_EVERY));
}

/** The formats that a stage's samples have: one, or the standard and all the varied ones. */
export function formatsOf(format: TrainedFormat = 'standard'): readonly FormatName[] {
  return format === 'varied' ? ['standard', ...Array.from({ length: VARIED }, (_, i) => variedName(i))] : [format];
}

/** What a stage may be worded in. */
export type TrainedFormat = FormatName | 'varied';

/** A format as token ids. */
export interface Wording {
  /** What stands before the token that decides: the cue, and what both answers begin with. */
  cue: readonly number[];
  /** The first token in which the answers differ, for img1 and img2: a forced choice compares these two. */
  deciding: readonly [number, number];
  /** Whole answers from the deciding token on. */
  answers: readonly [readonly number[], readonly number[]];
}

const known = new WeakMap<Tokenizer, Map<FormatName, Wording>>();

/** @throws Error where the tokens of one answer begin with those of the other */
export function wordingOf(tokenizer: Tokenizer, name: FormatName = 'standard'): Wording {
  const wordings = known.get(tokenizer) ?? new Map<FormatName, Wording>();
  known.set(tokenizer, wordings);
  let wording = wordings.get(name);
  if (!wording) wordings.set(name, (wording = makeWording(tokenizer, formatNamed(name))));
  return wording;
}

function makeWording(tokenizer: Tokenizer, { cue, answers }: Format): Wording {
  const [one, two] = answers.map((answer) => tokenizer.encode(answer)) as [number[], number[]];
  let same = 0;
  while (same < one.length && one[same] === two[same]) same++;
  const [first, second] = [one[same], two[same]];
  if (first === undefined || second === undefined) {
    throw new Error(`The answers ${answers.join(' and ')} cannot be told apart by one token.`);
  }
  return {
    cue: [...tokenizer.encode(cue), ...one.slice(0, same)],
    deciding: [first, second],
    answers: [one.slice(same), two.slice(same)],
  };
}

/** What a target written in a format says; one in the trained format counts too, where its answers mean the same. */
export function readWritten(text: string, name: FormatName = 'standard'): ReadAnswer {
  if (name === 'standard') return readAnswer(text);
  const { cue, answers, details } = formatNamed(name);
  const [img1, img2] = answers;
  const found = new RegExp(`${escaped(cue)}(${escaped(img1)}|${escaped(img2)})\\s*$`).exec(text.trim());
  const answer: AnswerName | null = found ? (found[1] === img1 ? 'img1' : 'img2') : null;
  const trained = readAnswer(text);
  return {
    answer: answer ?? (answers === NAMES ? trained.answer : null),
    described: trained.described || new RegExp(details('.+', '.+')).test(text),
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
