// Scaled dot-product attention with grouped queries, an optional key mask and an optional causal rule. The forward pass
// also returns the log-sum-exp of each query's scores; with it the backward pass makes the probabilities again instead
// of keeping [B, H, T, S] numbers (the scheme of FlashAttention-2, arXiv 2307.08691).
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

export interface AttentionShape {
  heads: number;
  /** Heads of keys and values; a divisor of `heads`. */
  kvHeads: number;
  /** Query i sees key j only where j ≤ i + (S − T). */
  causal: boolean;
}

interface AttentionInputs {
  q: tf.Tensor;
  k: tf.Tensor;
  v: tf.Tensor;
  keyMask?: tf.Tensor | undefined;
}

// Low enough that exp gives exactly zero, high enough that f32 keeps the score beside it.
const HIDDEN = -1e5;

/** [B, L, H·Dh] → [B, H, L, Dh]. */
function toHeads(x: tf.Tensor, heads: number): tf.Tensor4D {
  const [batch = 0, length = 0, width = 0] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
}

/** [B, H, L, Dh] (in any reshaped form) → [B, L, H·Dh]. */
function fromHeads(x: tf.Tensor, batch: number, heads: number, length: number): tf.Tensor {
  const width = x.size / (batch * heads * length);
  const split = tf.reshape(x, [batch, heads, length, width]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch, length, heads * width]);
}

/** 1 where query i may see key j: [B or 1, 1, T, S]; null where everything is seen. */
function visibility(keyMask: tf.Tensor | undefined, queries: number, keys: number, causal: boolean): tf.Tensor | null {
  let seen: tf.Tensor | null = null;
  if (causal) {
    const last = tf.reshape(tf.range(keys - queries, keys, 1, 'float32'), [1, 1, queries, 1]);
    const key = tf.reshape(tf.range(0, keys, 1, 'float32'), [1, 1, 1, keys]);
    seen = tf.cast(tf.lessEqual(key, last), 'float32');
  }
  if (keyMask !== undefined) {
    const open = tf.reshape(tf.cast(tf.notEqual(keyMask, 0), 'float32'), [keyMask.shape[0] ?? 0, 1, 1, keys]);
    seen = seen === null ? tf.tile(open, [1, 1, queries, 1]) : tf.mul(seen, open);
  }
  return seen;
}

/** Scaled and masked scores [B, H, T, S], and which queries see any key ([B or 1, 1, T, 1], null for all). */
function maskedScores(
  inputs: AttentionInputs,
  { heads, kvHeads, causal }: AttentionShape,
): { scores: tf.Tensor; seesAny: tf.Tensor | null } {
  const [batch = 0, queries = 0, width = 0] = inputs.q.shape;
  const keys = inputs.k.shape[1] ?? 0;
  const headWidth = width / heads;
  const q = tf.reshape(toHeads(tf.mul(inputs.q, 1 / Math.sqrt(headWidth)), heads), [
    batch * kvHeads,
    (heads / kvHeads) * queries,
    headWidth,
  ]);
  const k = tf.reshape(toHeads(inputs.k, kvHeads), [batch * kvHeads, keys, headWidth]);
  const raw = tf.reshape(tf.matMul(q, k, false, true), [batch, heads, queries, keys]);
  const seen = visibility(inputs.keyMask, queries, keys, causal);
  if (seen === null) return { scores: raw, seesAny: null };
  return { scores: tf.add(raw, tf.mul(tf.sub(1, seen), HIDDEN)), seesAny: tf.max(seen, 3, true) };
}

function attentionPlain(inputs: AttentionInputs, shape: AttentionShape): tf.Tensor[] {
  const [batch = 0, queries = 0] = inputs.q.shape;
  const keys = inputs.k.shape[1] ?? 0;
  const { heads, kvHeads } = shape;
  const { scores, seesAny } = maskedScores(inputs, shape);
  const highest = tf.max(scores, 3, true);
  const weights = tf.exp(tf.sub(scores, highest));
  const total = tf.sum(weights, 3, true);
  const v = tf.reshape(toHeads(inputs.v, kvHeads), [batch * kvHeads, keys, -1]);
  const mixed = tf.matMul(tf.reshape(weights, [batch * kvHeads, (heads / kvHeads) * queries, keys]), v);
  let out: tf.Tensor = tf.div(tf.reshape(mixed, [batch, heads, queries, -1]), total);
  // A query that sees no key answers zero instead of an average over hidden keys.
  if (seesAny !== null) out = tf.mul(out, seesAny);
  const logSumExp = tf.reshape(tf.add(highest, tf.log(total)), [batch, heads, queries]);
  return [fromHeads(out, batch, heads, queries), logSumExp];
}

// tfjs saves inputs for the gradient by name and knows no absent ones: with and without a mask are two registrations.
function defineAttention(masked: boolean): (inputs: AttentionInputs, shape: AttentionShape) => tf.Tensor[] {
  return defineKernel<AttentionInputs, AttentionShape, tf.Tensor[]>({
    name: masked ? 'AttentionMasked' : 'Attention',
    plain: attentionPlain,
    inputsToSave: masked ? ['q', 'k', 'v', 'keyMask'] : ['q', 'k', 'v'],
    outputsToSave: [true, true],
    gradient: ([dOut], saved, shape) => {
      const [q, k, v] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [out, logSumExp] = saved.slice(-2) as [tf.Tensor, tf.Tensor];
      const keyMask = masked ? saved[3] : undefined;
      const gradients = attentionGrad({ q, k, v, keyMask, out, logSumExp, dOut: dOut as tf.Tensor }, shape);
      const [dq, dk, dv] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { q: () => dq, k: () => dk, v: () => dv };
    },
  });
}

const attentionMasked = defineAttention(true);
const attentionOpen = defineAttention(false);

interface AttentionGradInputs extends AttentionInputs {
  out: tf.Tensor;
  logSumExp: tf.Tensor;
  dOut: tf.Tensor;
}

const attentionGrad = defineKernel<AttentionGradInputs, AttentionShape, tf.Tensor[]>({
  name: 'AttentionGrad',
  plain: (inputs, shape) => {
    const [batch = 0, queries = 0, width = 0] = inputs.q.shape;
    const keys = inputs.k.shape[1] ?? 0;
    const { heads, kvHeads } = shape;
    const headWidth = width / heads;
    const rows = (heads / kvHeads) * queries;
    const scale = 1 / Math.sqrt(headWidth);

    const { scores, seesAny } = maskedScores(inputs, shape);
    const weights = tf.exp(tf.sub(scores, tf.reshape(inputs.logSumExp, [batch, heads, queries, 1])));
    let dOut: tf.Tensor = toHeads(inputs.dOut, heads);
    if (seesAny !== null) dOut = tf.mul(dOut, seesAny);
    const along = tf.sum(tf.mul(dOut, toHeads(inputs.out, heads)), 3, true);

    const dOutRows = tf.reshape(dOut, [batch * kvHeads, rows, headWidth]);
    const v = tf.reshape(toHeads(inputs.v, kvHeads), [batch * kvHeads, keys, headWidth]);
    const dWeights = tf.reshape(tf.matMul(dOutRows, v, false, true), [batch, heads, queries, keys]);
    const dScores = tf.reshape(tf.mul(tf.mul(weights, tf.sub(dWeights, along)), scale), [batch * kvHeads, rows, keys]);

    const q = tf.reshape(toHeads(inputs.q, heads), [batch * kvHeads, rows, headWidth]);
    const k = tf.reshape(toHeads(inputs.k, kvHeads), [batch * kvHeads, keys, headWidth]);
    const weightRows = tf.reshape(weights, [batch * kvHeads, rows, keys]);
    return [
      fromHeads(tf.matMul(dScores, k), batch, heads, queries),
      fromHeads(tf.matMul(dScores, q, true, false), batch, kvHeads, keys),
      fromHeads(tf.matMul(weightRows, dOutRows, true, false), batch, kvHeads, keys),
    ];
  },
});

/**
 * softmax(q·kᵀ/√Dh)·v, head by head; query head h reads key head ⌊h·kvHeads/heads⌋. A query that sees no key gives zeros.
 * @param q [B, T, heads·Dh]
 * @param k [B, S, kvHeads·Dh]
 * @param v [B, S, kvHeads·Dh]
 * @param keyMask [B, S] int32, zero hides a key; null shows all
 * @returns [B, T, heads·Dh]
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  keyMask: tf.Tensor2D | null,
  { heads, kvHeads, causal }: AttentionShape,
): tf.Tensor3D {
  if (heads % kvHeads !== 0 || q.shape[2] % heads !== 0 || k.shape[2] * heads !== q.shape[2] * kvHeads) {
    throw new RangeError(
      `attention: ${heads} query heads and ${kvHeads} key heads do not fit widths ${q.shape[2]} and ${k.shape[2]}`,
    );
  }
  const shape = { heads, kvHeads, causal };
  const [out] = keyMask === null ? attentionOpen({ q, k, v }, shape) : attentionMasked({ q, k, v, keyMask }, shape);
  return out as tf.Tensor3D;
}
