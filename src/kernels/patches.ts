// Pictures as bytes → normalised patches, in the order of a flattened Hugging Face convolution weight [O, 3, p, p], so
// that the patch embedding is one linear layer.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

const patchesKernel = defineKernel<{ bytes: tf.Tensor }, { patch: number }, tf.Tensor>({
  name: 'Patches',
  plain: ({ bytes }, { patch }) => {
    const [pictures = 0, side = 0] = bytes.shape;
    const grid = side / patch;
    const cut = tf.transpose(tf.reshape(bytes, [pictures, grid, patch, grid, patch, 3]), [0, 1, 3, 5, 2, 4]);
    const rows = tf.reshape(cut, [pictures * grid * grid, 3 * patch * patch]);
    return tf.sub(tf.mul(tf.cast(rows, 'float32'), 2 / 255), 1);
  },
});

/**
 * (v/255 − ½)/½ for every value, cut into patch × patch tiles, row by row; channel-first inside a tile.
 * @param bytes [U, S, S, 3] int32 or f32, 0…255, S a multiple of patch
 * @returns [U·(S/patch)², 3·patch²]
 */
export function patches(bytes: tf.Tensor4D, patch: number): tf.Tensor2D {
  const [, height, width, channels] = bytes.shape;
  if (height !== width || height % patch !== 0 || channels !== 3) {
    throw new RangeError(`patches: a ${height} × ${width} × ${channels} picture cannot be cut into tiles of ${patch}`);
  }
  return patchesKernel({ bytes }, { patch }) as tf.Tensor2D;
}
