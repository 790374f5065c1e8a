// Free generation with a cache of keys and values, batched over samples whose prompts may differ in length. Greedy: the
// judge's answer should be repeatable.
import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from './config';
import { decode, type KeyValueCache } from './decoder';
import { gatherRows } from '../kernels/gatherRows';
import type { Weights } from './parameters';
import { embed, languageLogits, type ModelInput } from './vlm';

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

type Step = { logits: tf.Tensor2D; cache: KeyValueCache };

/**
 * @param lengths [B] valid tokens of each right-padded prompt
 * Tensors are freed before it returns; it awaits one small readback a token.
 */
export async function generate(
  config: ModelConfig,
  weights: Weights,
  input: ModelInput,
  lengths: readonly number[],
  options: GenerateOptions,
): Promise<Generated> {
  const [batch, promptTokens] = input.tokens.shape;
  const ids: number[][] = lengths.map(() => []);
  const ended = lengths.map(() => false);
  const judgements: ([number, number] | null)[] = lengths.map(() => null);
  const valid = [...lengths];
  const mask = lengths.map((length) => Array.from({ length: promptTokens }, (_, i) => (i < length ? 1 : 0)));
  let state = tf.tidy(() => prefill(config, weights, input, lengths));

  /** Feeds one token to each sample; null feeds padding that nothing will see. */
  const feed = (tokens: readonly (number | null)[]) => {
    const positions = tokens.map((token, b) => (token === null ? 0 : (valid[b] ?? 0)));
    tokens.forEach((token, b) => {
      mask[b]?.push(token === null ? 0 : 1);
      if (token !== null) valid[b] = (valid[b] ?? 0) + 1;
    });
    const next = tokens.map((token) => token ?? options.padding);
    const before = state;
    state = tf.tidy(() => advance(config, weights, next, positions, mask, before.cache));
    tf.dispose([before.logits, ...before.cache.flatMap(({ keys, values }) => [keys, values])]);
  };
  const answersAt = (logits: ArrayLike<number>, b: number): [number, number] => {
    const row = (b * logits.length) / batch;
    return [logits[row + options.answers[0]] ?? 0, logits[row + options.answers[1]] ?? 0];
  };

  for (let step = 0; step < options.most; step++) {
    const logits = await state.logits.data();
    const next = ids.map((sample, b) => {
      if (ended[b]) return null;
      if (!judgements[b] && endsWith(sample, options.cue)) judgements[b] = answersAt(logits, b);
      const token = largest(logits, b, batch);
      if (token === options.end) ended[b] = true;
      else sample.push(token);
      return token;
    });
    if (ended.every(Boolean)) break;
    feed(next);
  }
  if (judgements.includes(null)) {
    for (const token of options.cue) feed(judgements.map((known) => (known ? null : token)));
    const logits = await state.logits.data();
    judgements.forEach((known, b) => (judgements[b] = known ?? answersAt(logits, b)));
  }
  tf.dispose([state.logits, ...state.cache.flatMap(({ keys, values }) => [keys, values])]);
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

function prefill(config: ModelConfig, weights: Weights, input: ModelInput, lengths: readonly number[]): Step {
  const [batch, tokens] = input.tokens.shape;
  const positions = tf.tile(tf.expandDims(tf.range(0, tokens, 1, 'int32'), 0), [batch, 1]) as tf.Tensor2D;
  const { hidden, cache } = decode(config, weights, embed(config, weights, input), positions, null, null);
  const last = tf.tensor1d(
    lengths.map((length, b) => b * tokens + length - 1),
    'int32',
  );
  return { logits: languageLogits(config, weights, hidden, last), cache };
}

function advance(
  config: ModelConfig,
  weights: Weights,
  next: readonly number[],
  positions: readonly number[],
  mask: readonly (readonly number[])[],
  cache: KeyValueCache,
): Step {
  const batch = next.length;
  const table = weights('model.text_model.embed_tokens.weight') as tf.Tensor2D;
  const x = tf.expandDims(gatherRows(table, tf.tensor1d([...next], 'int32')), 1) as tf.Tensor3D; // [B, 1, D]
  const places = tf.tensor2d([...positions], [batch, 1], 'int32');
  const keyMask = tf.tensor2d(mask.flat(), [batch, mask[0]?.length ?? 0], 'int32');
  const decoded = decode(config, weights, x, places, keyMask, cache);
  const rows = tf.range(0, batch, 1, 'int32') as tf.Tensor1D;
  return { logits: languageLogits(config, weights, decoded.hidden, rows), cache: decoded.cache };
}
