// Writes the keys and values of new tokens into a cache of fixed capacity, so that generation never grows a tensor and its
// steps all have one shape. Where the rows go is read from a tensor: a captured step is replayed at another place.
import * as tf from '@tensorflow/tfjs';
import storeSource from '../../shaders/storeKeysValues.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';
import { checkPacked } from './attention/packed';

export interface CacheShape {
  heads: number;
  kvHeads: number;
}

interface StoreInputs {
  cache: tf.Tensor;
  qkv: tf.Tensor;
  first: tf.Tensor;
}

const storeKernel = defineKernel<StoreInputs, CacheShape, tf.Tensor>({
  name: 'StoreKeysValues',
  plain: ({ cache, qkv, first }) => {
    const [batch = 0, rows = 0, columns = 0] = cache.shape;
    const [, tokens = 0, width = 0] = qkv.shape;
    if (cache.size === 0 || tokens === 0) return tf.clone(cache);
    const fresh = tf.slice(qkv as tf.Tensor3D, [0, 0, width - columns], [batch, tokens, columns]);
    const source = tf.sub(tf.range(0, rows, 1, 'int32'), first);
    const inside = tf.logicalAnd(tf.greaterEqual(source, 0), tf.less(source, tokens));
    const spread = tf.gather(fresh, tf.cast(tf.clipByValue(source, 0, tokens - 1), 'int32') as tf.Tensor1D, 1);
    return tf.where(tf.reshape(inside, [1, rows, 1]), spread, cache);
  },
  webgpu: ({ cache, qkv, first }, _, recorder) => {
    const [batch = 0, rows = 0, columns = 0] = cache.shape;
    const [, tokens = 0, width = 0] = qkv.shape;
    const count = batch * tokens * columns;
    if (count * rows === 0) return null;
    recorder.dispatch({
      shader: { name: 'storeKeysValues', source: storeSource },
      inputs: [qkv, first],
      outputs: [cache],
      params: [{ u32: batch }, { u32: tokens }, { u32: width }, { u32: rows }, { u32: columns }],
      groups: spread(Math.ceil(count / 64)),
      work: { flops: 0, bytes: 8 * count },
    });
    return recorder.again(cache);
  },
  wasm: ({ cache, qkv, first }, _, heap) => {
    const [batch = 0, rows = 0, columns = 0] = cache.shape;
    const [, tokens = 0, width = 0] = qkv.shape;
    const next = heap.output(cache.shape);
    const [before, fresh, to] = [heap.floats(cache), heap.floats(qkv), heap.floats(next)];
    const start = heap.integers(first)[0] ?? 0;
    to.set(before);
    for (let b = 0; b < batch; b++) {
      for (let t = Math.max(0, -start); t < tokens && start + t < rows; t++) {
        const from = (b * tokens + t + 1) * width - columns;
        to.set(fresh.subarray(from, from + columns), (b * rows + start + t) * columns);
      }
    }
    return next;
  },
  example: {
    inputs: {
      cache: { shape: [2, 9, 12] },
      qkv: { shape: [2, 3, 24] },
      first: { shape: [1], low: 4, high: 5, integer: true },
    },
    attributes: { heads: 4, kvHeads: 2 },
  },
});

/**
 * The cache with the key and value features of `qkv` in rows first … first + T − 1; rows outside it are dropped. Written in
 * place on the GPU (the result shares the cache's memory), a new tensor elsewhere: use only the result afterwards.
 * @param cache [B, S, 2·kvHeads·Dh]: a row holds the key heads, already turned by their positions, then the value heads
 * @param qkv [B, T, (heads + 2·kvHeads)·Dh]
 * @param first [1] int32
 * @returns the shape of cache
 * @throws RangeError where the shapes do not fit
 */
export function storeKeysValues(
  cache: tf.Tensor3D,
  qkv: tf.Tensor3D,
  first: tf.Tensor1D,
  { heads, kvHeads }: CacheShape,
): tf.Tensor3D {
  checkCache('storeKeysValues', cache, qkv, heads, kvHeads);
  return storeKernel({ cache, qkv, first }, { heads, kvHeads }) as tf.Tensor3D;
}

/** @throws RangeError where a cache does not fit the packed rows */
export function checkCache(
  operation: string,
  cache: tf.Tensor3D,
  qkv: tf.Tensor3D,
  heads: number,
  kvHeads: number,
): void {
  checkPacked(operation, qkv.shape[2], heads, kvHeads);
  const wanted = (2 * kvHeads * qkv.shape[2]) / (heads + 2 * kvHeads);
  if (cache.shape[0] === qkv.shape[0] && cache.shape[2] === wanted) return;
  throw new RangeError(
    `${operation}: a cache [${cache.shape.join(', ')}] does not fit ${qkv.shape[0]} samples of ${wanted} key and value features`,
  );
}
