// Attention over a packed tensor in stock tfjs ops, forward and backward: the meaning that shaders and loops are tested
// against. It stores every probability, which they do not.
import * as tf from '@tensorflow/tfjs';
import type { PackedGradInputs, PackedInputs, PackedShape, PackedSizes } from './packed';
import { packedSizes } from './packed';

// Low enough that exp gives exactly zero, high enough that f32 keeps the score beside it.
const HIDDEN = -1e5;

/** Columns [first·Dh, (first + count)·Dh) of [B, T, W] as [B·count, T, Dh]. */
function headsOf(x: tf.Tensor, first: number, count: number, headWidth: number): tf.Tensor3D {
  const [batch = 0, tokens = 0] = x.shape;
  const part = tf.slice(x as tf.Tensor3D, [0, 0, first * headWidth], [batch, tokens, count * headWidth]);
  const split = tf.reshape(part, [batch, tokens, count, headWidth]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch * count, tokens, headWidth]);
}

/** [B·count, T, Dh] in any grouping of heads → [B, T, count·Dh]. */
function fromHeads(x: tf.Tensor, batch: number, count: number, tokens: number): tf.Tensor3D {
  const headWidth = x.size / (batch * count * tokens);
  const split = tf.reshape(x, [batch, count, tokens, headWidth]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch, tokens, count * headWidth]);
}

interface Parts {
  sizes: PackedSizes;
  /** Queries grouped by the key head that they read: [B·K, (H/K)·T, Dh]. */
  q: tf.Tensor3D;
  k: tf.Tensor3D;
  v: tf.Tensor3D;
  /** Scaled and masked: [B·H, T, T]. */
  scores: tf.Tensor3D;
}

function partsOf(qkv: tf.Tensor, shape: PackedShape): Parts {
  const sizes = packedSizes(qkv, shape);
  const { batch, tokens, heads, kvHeads, headWidth } = sizes;
  const grouped: [number, number, number] = [batch * kvHeads, (heads / kvHeads) * tokens, headWidth];
  const q: tf.Tensor3D = tf.reshape(headsOf(qkv, 0, heads, headWidth), grouped);
  const k = headsOf(qkv, heads, kvHeads, headWidth);
  const v = headsOf(qkv, heads + kvHeads, kvHeads, headWidth);
  const products = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(headWidth));
  let scores: tf.Tensor = tf.reshape(products, [batch * heads, tokens, tokens]);
  if (shape.causal) {
    const places = tf.range(0, tokens, 1, 'float32');
    const later = tf.greater(tf.reshape(places, [1, 1, tokens]), tf.reshape(places, [1, tokens, 1]));
    scores = tf.add(scores, tf.mul(tf.cast(later, 'float32'), HIDDEN));
  }
  return { sizes, q, k, v, scores: scores as tf.Tensor3D };
}

/** @returns out [B, T, H·Dh] and logSumExp [B, H, T] */
export function attentionTwin({ qkv }: PackedInputs, shape: PackedShape): tf.Tensor[] {
  const { batch, tokens, heads, kvHeads, headWidth } = packedSizes(qkv, shape);
  if (qkv.size === 0) return [tf.zeros([batch, tokens, heads * headWidth]), tf.zeros([batch, heads, tokens])];
  const { q, v, scores } = partsOf(qkv, shape);
  const highest = tf.max(scores, 2, true);
  const weights = tf.exp(tf.sub(scores, highest));
  const total = tf.sum(weights, 2, true);
  const mixed = tf.matMul(tf.reshape(weights, [batch * kvHeads, q.shape[1], tokens]), v);
  const out = tf.div(tf.reshape(mixed, [batch * heads, tokens, headWidth]), total);
  const logSumExp = tf.add(highest, tf.log(total));
  return [fromHeads(out, batch, heads, tokens), tf.reshape(logSumExp, [batch, heads, tokens])];
}

/** @returns dqkv [B, T, (H + 2·K)·Dh] */
export function attentionGradTwin({ qkv, out, logSumExp, dOut }: PackedGradInputs, shape: PackedShape): tf.Tensor {
  if (qkv.size === 0) return tf.zeros(qkv.shape);
  const { sizes, q, k, v, scores } = partsOf(qkv, shape);
  const { batch, tokens, heads, kvHeads, headWidth } = sizes;
  const rows = q.shape[1];
  const weights = tf.exp(tf.sub(scores, tf.reshape(logSumExp, [batch * heads, tokens, 1])));
  const weightRows: tf.Tensor3D = tf.reshape(weights, [batch * kvHeads, rows, tokens]);
  const dOutRows: tf.Tensor3D = tf.reshape(headsOf(dOut, 0, heads, headWidth), [batch * kvHeads, rows, headWidth]);
  const outRows: tf.Tensor3D = tf.reshape(headsOf(out, 0, heads, headWidth), [batch * kvHeads, rows, headWidth]);
  const along = tf.sum(tf.mul(dOutRows, outRows), 2, true);
  const dWeights = tf.matMul(dOutRows, v, false, true);
  const dScores = tf.mul<tf.Tensor3D>(tf.mul(weightRows, tf.sub(dWeights, along)), 1 / Math.sqrt(headWidth));
  return tf.concat(
    [
      fromHeads(tf.matMul(dScores, k), batch, heads, tokens),
      fromHeads(tf.matMul(dScores, q, true, false), batch, kvHeads, tokens),
      fromHeads(tf.matMul(weightRows, dOutRows, true, false), batch, kvHeads, tokens),
    ],
    2,
  );
}
