// Free generation, batched over samples whose prompts may differ in length. Greedy: the judge's answer should be
// repeatable.
import type { Prompts, Writer } from './writer';

export interface Generated {
  /** Generated ids of each sample, without the end token. */
  ids: number[][];
  /** Whether the sample reached its end token. */
  ended: boolean[];
  /** Logits of the two answers at the judgement; where none was written, the cue is fed and the answer forced. */
  judgements: [number, number][];
}

export interface GenerateOptions {
  /** Most tokens to generate. */
  most: number;
  end: number;
  padding: number;
  answers: readonly [number, number];
  /** Tokens that stand before a judgement: what follows them is one. */
  cue: readonly number[];
}

/**
 * Has every sample's prompt continued.
 * @param writer made for prompts of this shape, with room for `most` tokens and the cue after them
 */
export async function generate(writer: Writer, prompts: Prompts, options: GenerateOptions): Promise<Generated> {
  const { lengths } = prompts;
  const batch = lengths.length;
  const ids: number[][] = lengths.map(() => []);
  const ended = lengths.map(() => false);
  const judgements: ([number, number] | null)[] = lengths.map(() => null);
  let logits = await writer.read(prompts);
  const answersOf = (b: number): [number, number] => {
    const row = (b * logits.length) / batch;
    return [logits[row + options.answers[0]] ?? 0, logits[row + options.answers[1]] ?? 0];
  };

  for (let step = 0; step < options.most; step++) {
    const next = ids.map((sample, b) => {
      if (ended[b]) return null;
      if (!judgements[b] && endsWith(sample, options.cue)) judgements[b] = answersOf(b);
      const token = largest(logits, b, batch);
      if (token === options.end) ended[b] = true;
      else sample.push(token);
      return token;
    });
    if (ended.every(Boolean)) break;
    logits = await writer.feed(next, options.padding);
  }
  if (judgements.includes(null)) {
    for (const token of options.cue) {
      logits = await writer.feed(
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

function largest(logits: ArrayLike<number>, row: number, rows: number): number {
  const vocabulary = logits.length / rows;
  let best = 0;
  for (let v = 1; v < vocabulary; v++) {
    if ((logits[row * vocabulary + v] ?? 0) > (logits[row * vocabulary + best] ?? 0)) best = v;
  }
  return best;
}
