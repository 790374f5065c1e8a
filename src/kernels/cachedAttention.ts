// Attention of one new token a sample over a cache of keys and values: a step of generation. The cache has a fixed number of
// rows and a mask says which of them hold something to see. There is no gradient: nothing is trained through a cache.
import * as tf from '@tensorflow/tfjs';
import cachedSource from '../../shaders/cachedAttention.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { packedSizes } from './attention/packed';
import type { CacheShape } from './storeKeysValues';
import { checkCache } from './storeKeysValues';
import { cachedAttentionOnHeap } from './onHeap/attention';

interface CachedInputs {
  qkv: tf.Tensor;
  cache: tf.Tensor;
  keyMask: tf.Tensor;
}

const cachedKernel = defineKernel<CachedInputs, CacheShape, tf.Tensor>({
  name: 'CachedAttention',
  plain: ({ qkv, cache, keyMask }, shape) => {
    const { batch, heads, kvHeads, headWidth } = packedSizes(qkv, shape);
    const rows = cache.shape[1] ?? 0;
    if (qkv.size === 0 || rows === 0) return tf.zeros([batch, 1, heads * headWidth]);
    const together = heads / kvHeads;
    const query = tf.slice(qkv as tf.Tensor3D, [0, 0, 0], [batch, 1, heads * headWidth]);
    const q: tf.Tensor3D = tf.reshape(query, [batch * kvHeads, together, headWidth]);
    const stored = tf.transpose(tf.reshape(cache, [batch, rows, 2 * kvHeads, headWidth]), [0, 2, 1, 3]);
    const [k, v] = [0, kvHeads].map((first) =>
      tf.reshape(tf.slice(stored, [0, first, 0, 0], [batch, kvHeads, rows, headWidth]), [
        batch * kvHeads,
        rows,
        headWidth,
      ]),
    ) as [tf.Tensor3D, tf.Tensor3D];
    const products = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(headWidth));
    const open = tf.reshape(tf.cast(tf.notEqual(keyMask, 0), 'float32'), [batch, 1, rows]);
    const scores = tf.reshape(products, [batch, heads, rows]);
    // A hidden row counts for nothing, whatever it holds; a query that sees no row answers zero.
    const highest = tf.max(tf.where(tf.greater(open, 0), scores, tf.onesLike(scores).mul(-3e38)), 2, true);
    const weights = tf.mul(tf.exp(tf.minimum(tf.sub(scores, highest), 0)), open);
    const total = tf.maximum(tf.sum(weights, 2, true), 1e-30);
    const shares: tf.Tensor3D = tf.reshape(tf.div(weights, total), [batch * kvHeads, together, rows]);
    return tf.reshape(tf.matMul(shares, v), [batch, 1, heads * headWidth]);
  },
  wasm: cachedAttentionOnHeap,
  webgpu: ({ qkv, cache, keyMask }, shape, recorder) => {
    const { batch, heads, kvHeads, headWidth } = packedSizes(qkv, shape);
    const rows = cache.shape[1] ?? 0;
    if (batch * rows * headWidth === 0) return null;
    const out = recorder.output([batch, 1, heads * headWidth]);
    // On a software adapter four threads run as one, and then its barriers cost little.
    const overrides = { THREADS: recorder.traits.software ? 4 : 64 };
    recorder.dispatch({
      shader: { name: 'cachedAttention', source: cachedSource, overrides },
      inputs: [qkv, cache, keyMask],
      outputs: [out],
      params: [{ u32: rows }, { u32: heads }, { u32: kvHeads }, { u32: headWidth }, { f32: 1 / Math.sqrt(headWidth) }],
      groups: [heads, batch],
      work: {
        flops: 4 * batch * heads * rows * headWidth,
        bytes: 4 * batch * (rows * (2 * kvHeads * headWidth + 1) + 2 * heads * headWidth),
      },
    });
    return out;
  },
  example: {
    inputs: {
      qkv: { shape: [3, 1, 40] },
      cache: { shape: [3, 21, 20] },
      keyMask: { shape: [3, 21], low: 0, high: 1.6, integer: true },
    },
    attributes: { heads: 4, kvHeads: 2 },
  },
});

/**
 * softmax(q·kᵀ/√Dh)·v over the rows of the cache that the mask shows. The new token's own key and value are read from the
 * cache too: store them first (`storeKeysValues`).
 * @param qkv [B, 1, (heads + 2·kvHeads)·Dh], only its queries are read
 * @param cache [B, S, 2·kvHeads·Dh]
 * @param keyMask [B, S] int32, zero hides a row; a sample that sees none gets zeros
 * @returns [B, 1, heads·Dh]
 * @throws RangeError where the shapes do not fit
 */
export function cachedAttention(
  qkv: tf.Tensor3D,
  cache: tf.Tensor3D,
  keyMask: tf.Tensor2D,
  { heads, kvHeads }: CacheShape,
): tf.Tensor3D {
  checkCache('cachedAttention', cache, qkv, heads, kvHeads);
  if (qkv.shape[1] !== 1) throw new RangeError(`cachedAttention: one token a sample, not ${qkv.shape[1]}`);
  return cachedKernel({ qkv, cache, keyMask }, { heads, kvHeads }) as tf.Tensor3D;
}
