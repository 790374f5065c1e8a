// Free generation, batched over samples whose prompts may differ in length. Greedy unless said, because the judge's answer
// should be repeatable; drawn by chance where it is asked how repeatable it is.
import { Random } from '../base/random';
import type { Prompts, Writer } from './writer';

export interface Generated {
  /** Generated ids of each sample, without the end token. */
  ids: number[][];
  /** Whether the sample reached its end token. */
  ended: boolean[];
  /**
   * Logits of the two answers at the judgement, of the head that judges; where none was written, the cue is fed and the
   * answer forced. Those of an antisymmetric head are still to be set against each other.
   */
  judgements: [number, number][];
}

/** Tokens drawn in proportion to exp(logit / temperature). Drawing is a pure function of these and a token's place. */
export interface Drawing {
  /** Above zero; near zero it is greedy. */
  temperature: number;
  seed: number;
  /** Which repeat of the question this is. */
  repeat: number;
  /** Number of the first sample among all that are asked, so that batches draw apart. */
  first: number;
}

export interface GenerateOptions {
  /** Most tokens to generate. */
  most: number;
  end: number;
  padding: number;
  answers: readonly [number, number];
  /** Tokens that stand before a judgement: what follows them is one. */
  cue: readonly number[];
  /** Another one that stands before a judgement where it is written of its own accord. */
  alsoCue?: readonly number[] | undefined;
  /** Greedy unless said. */
  drawing?: Drawing | undefined;
}

/**
 * Has every sample's prompt continued. A model whose judgement is read by another head than the language head ends at the
 * judgement: it never learned a word for it.
 * @param writer made for prompts of this shape, with room for `most` tokens and the cue after them
 */
export async function generate(writer: Writer, prompts: Prompts, options: GenerateOptions): Promise<Generated> {
  const { lengths } = prompts;
  const batch = lengths.length;
  const ids: number[][] = lengths.map(() => []);
  const ended = lengths.map(() => false);
  const judgements: ([number, number] | null)[] = lengths.map(() => null);
  let said = await writer.read(prompts);
  const answersOf = (b: number): [number, number] => {
    const { classes, logits } = said;
    if (classes) return [classes[2 * b] ?? 0, classes[2 * b + 1] ?? 0];
    const row = (b * logits.length) / batch;
    return [logits[row + options.answers[0]] ?? 0, logits[row + options.answers[1]] ?? 0];
  };
  const cues = options.alsoCue ? [options.cue, options.alsoCue] : [options.cue];
  const choose = (b: number, step: number): number => {
    const width = said.logits.length / batch;
    const row = said.logits.subarray(b * width, (b + 1) * width);
    return options.drawing ? drawn(row, options.drawing, b, step) : largest(row);
  };

  for (let step = 0; step < options.most; step++) {
    const next = ids.map((sample, b) => {
      if (ended[b]) return null;
      if (!judgements[b] && cues.some((cue) => endsWith(sample, cue))) judgements[b] = answersOf(b);
      if (judgements[b] && said.classes) {
        ended[b] = true;
        return null;
      }
      const token = choose(b, step);
      if (token === options.end) ended[b] = true;
      else sample.push(token);
      return token;
    });
    if (ended.every(Boolean)) break;
    said = await writer.feed(next, options.padding);
  }
  if (judgements.includes(null)) {
    for (const token of options.cue) {
      said = await writer.feed(
        judgements.map((known) => (known ? null : token)),
        options.padding,
      );
    }
    judgements.forEach((known, b) => (judgements[b] = known ?? answersOf(b)));
  }
  return { ids, ended, judgements: judgements.map((known) => known ?? [0, 0]) };
}

function endsWith(ids: readonly number[], tail: readonly number[]): boolean {
  return ids.length >= tail.length && tail.every((token, i) => ids[ids.length - tail.length + i] === token);
}

function largest(logits: Float32Array): number {
  let best = 0;
  for (let v = 1; v < logits.length; v++) if ((logits[v] ?? 0) > (logits[best] ?? 0)) best = v;
  return best;
}

function drawn(logits: Float32Array, { temperature, seed, repeat, first }: Drawing, b: number, step: number): number {
  const most = logits[largest(logits)] ?? 0;
  const weights = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  return new Random(seed, repeat, first + b, step).weighted(weights);
}
