// A sample as token ids: the chat form of Idefics3/SmolVLM with two images, the user's text and the target. Which
// tokens are supervised, and which of them is the judgement, is known here and nowhere else.
import { formatNamed, wordingOf, type FormatName } from './formats';
import type { Tokenizer } from './tokenizer';
import type { AnswerName, SampleKind } from './prompt';

export interface SampleLimits {
  /** Tokens a task sentence may take; longer ones are cut. */
  task: number;
  /** Tokens the description of one image may take; longer ones are cut. */
  details: number;
}

/** Room for any task a person may type and any description. */
export const LARGEST_LIMITS: SampleLimits = { task: 48, details: 64 };

export interface SampleContent {
  kind: SampleKind;
  task: string;
  /** One line for each image in the order shown; null for tag samples. */
  details: readonly [string, string] | null;
  /** Whether the details may be wrong: they are then read and not learnt. */
  doubtful?: boolean;
  answer: AnswerName;
  /** Standard unless said. */
  format?: FormatName | undefined;
}

export interface EncodedSample {
  ids: number[];
  /** Number of tokens before the target. */
  promptLength: number;
  /** First place that is to be learnt: that of the target, or of what follows doubtful details. */
  supervisedFrom: number;
  /** Place of the judgement token in `ids`; of an answer of several tokens, the one that decides. */
  judgementPlace: number;
  /** First image-token place of img1 and img2. */
  imageStarts: [number, number];
}

/** The fixed opening: start, "User:", then both images between their marker tokens. */
function opening(tokenizer: Tokenizer, tokensPerImage: number) {
  const { start, fake, global, image } = tokenizer.special;
  const ids = [start, ...tokenizer.encode('User:')];
  const imageStarts: [number, number] = [0, 0];
  [tokenizer.img1, tokenizer.img2].forEach((name, i) => {
    ids.push(name, fake, global);
    imageStarts[i] = ids.length;
    ids.push(...new Array<number>(tokensPerImage).fill(image), fake);
  });
  return { ids, imageStarts };
}

function cut(ids: number[], most: number): number[] {
  return ids.length > most ? ids.slice(0, most) : ids;
}

/** The sequence up to the target. */
export function encodePrompt(
  tokenizer: Tokenizer,
  content: Pick<SampleContent, 'kind' | 'task' | 'format'>,
  tokensPerImage: number,
  limits: SampleLimits,
): { ids: number[]; imageStarts: [number, number] } {
  const { ids, imageStarts } = opening(tokenizer, tokensPerImage);
  const task = tokenizer.decode(cut(tokenizer.encode(content.task), limits.task)).replaceAll('\uFFFD', '');
  ids.push(
    ...tokenizer.encode(formatNamed(content.format ?? 'standard').question(task, content.kind)),
    tokenizer.special.end,
    ...tokenizer.encode('\nAssistant: '),
  );
  return { ids, imageStarts };
}

/** The whole sample: prompt, target, end. */
export function encodeSample(
  tokenizer: Tokenizer,
  content: SampleContent,
  tokensPerImage: number,
  limits: SampleLimits,
): EncodedSample {
  const { ids, imageStarts } = encodePrompt(tokenizer, content, tokensPerImage, limits);
  const promptLength = ids.length;
  if (content.details) {
    const [first, second] = content.details.map((d) => tokenizer.decode(cut(tokenizer.encode(d), limits.details)));
    ids.push(...tokenizer.encode(formatNamed(content.format ?? 'standard').details(first ?? '', second ?? '')));
  }
  const { cue, answers } = wordingOf(tokenizer, content.format);
  const supervisedFrom = content.doubtful ? ids.length : promptLength;
  ids.push(...cue);
  const judgementPlace = ids.length;
  ids.push(...answers[content.answer === 'img1' ? 0 : 1], tokenizer.special.end);
  return { ids, promptLength, supervisedFrom, judgementPlace, imageStarts };
}

/** Longest sequence that samples of a kind and format can reach under the limits. */
export function longestSample(
  tokenizer: Tokenizer,
  kind: SampleKind,
  tokensPerImage: number,
  limits: SampleLimits,
  format: FormatName = 'standard',
): { total: number; target: number } {
  const { answers } = wordingOf(tokenizer, format);
  const answer = answers[0].length >= answers[1].length ? 'img1' : 'img2';
  const fixed = encodeSample(
    tokenizer,
    { kind, task: '', details: kind === 'cot' ? ['', ''] : null, answer, format },
    tokensPerImage,
    limits,
  );
  // Joining cut text with its frame can cost a token or two where merges fall differently.
  const slack = kind === 'cot' ? 6 : 2;
  const target = fixed.ids.length - fixed.promptLength + (kind === 'cot' ? 2 * limits.details + slack : 0);
  return { total: fixed.promptLength + limits.task + 2 + target, target };
}
