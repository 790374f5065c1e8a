// Pictures out of the frame store → normalised patches, in the order of a flattened Hugging Face convolution weight
// [O, 3, p, p], so that the patch embedding is one linear layer. The store holds four bytes to an int32, as they come.
import * as tf from '@tensorflow/tfjs';
import source from '../../../shaders/patches.wgsl?raw';
import byFourSource from '../../../shaders/patchesByFour.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import { groupsFor, sizeOf } from '../parts';
import { patchesOnHeap } from '../onHeap/pictures';

interface Attributes {
  side: number;
  patch: number;
}

const patchesKernel = defineKernel<{ store: tf.Tensor; index: tf.Tensor }, Attributes, tf.Tensor>({
  name: 'Patches',
  plain: ({ store, index }, { side, patch }) => {
    const words = tf.gather(store, index as tf.Tensor1D);
    const shifted = [0, 8, 16, 24].map((bits) => tf.floorDiv(words, tf.scalar(2 ** bits, 'int32')));
    const byte = (i: number) => {
      const above =
        i < 3 ? (shifted[i + 1] as tf.Tensor) : tf.floorDiv(shifted[3] as tf.Tensor, tf.scalar(256, 'int32'));
      return tf.sub(shifted[i] as tf.Tensor, tf.mul(above, tf.scalar(256, 'int32')));
    };
    const bytes = tf.stack([byte(0), byte(1), byte(2), byte(3)], -1);
    const grid = side / patch;
    const cut = tf.transpose(tf.reshape(bytes, [-1, grid, patch, grid, patch, 3]), [0, 1, 3, 5, 2, 4]);
    const rows = tf.reshape(cut, [-1, 3 * patch * patch]);
    return tf.sub(tf.mul(tf.cast(rows, 'float32'), 2 / 255), 1);
  },
  wasm: patchesOnHeap,
  webgpu: ({ store, index }, { side, patch }, recorder) => {
    const byFour = patch % 4 === 0;
    const out = recorder.output([index.size * (side / patch) ** 2, 3 * patch * patch]);
    const count = sizeOf(out) / (byFour ? 12 : 1);
    recorder.dispatch({
      shader: byFour ? { name: 'patchesByFour', source: byFourSource } : { name: 'patches', source },
      inputs: [store, index],
      outputs: [out],
      params: [{ u32: count }, { u32: side }, { u32: patch }],
      groups: groupsFor(count, 64),
      work: { flops: 2 * sizeOf(out), bytes: 5 * sizeOf(out) },
    });
    return out;
  },
  example: {
    inputs: {
      store: { shape: [3, 108], low: -(2 ** 31), high: 2 ** 31, integer: true },
      index: { shape: [5], low: 0, high: 3, integer: true },
    },
    attributes: { side: 12, patch: 4 },
  },
});

/**
 * (v/255 − ½)/½ for every value of the pictures that `index` names, cut into patch × patch tiles, row by row;
 * channel-first inside a tile.
 * @param store [F, S·S·3/4] int32: F pictures [S, S, 3] of bytes, the first byte in a word's lowest eight bits
 * @param index [U] int32, each in [0, F)
 * @returns [U·(S/patch)², 3·patch²]
 * @throws RangeError where the store's width or the patch does not fit the side
 */
export function patches(
  store: tf.Tensor2D,
  index: tf.Tensor1D,
  { side, patch }: { side: number; patch: number },
): tf.Tensor2D {
  const words = (side * side * 3) / 4;
  if (side % patch !== 0 || store.shape[1] !== words) {
    throw new RangeError(
      `patches: a store of ${store.shape[1]} words a picture holds no pictures of side ${side}` +
        ` that tiles of ${patch} divide`,
    );
  }
  return patchesKernel({ store, index }, { side, patch }) as tf.Tensor2D;
}
