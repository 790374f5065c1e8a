// Pictures as bytes → normalised patches, in the order of a flattened Hugging Face convolution weight [O, 3, p, p], so
// that the patch embedding is one linear layer.
import * as tf from '@tensorflow/tfjs';
import patchesSource from '../../shaders/patches.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

const patchesKernel = defineKernel<{ bytes: tf.Tensor }, { patch: number }, tf.Tensor>({
  name: 'Patches',
  plain: ({ bytes }, { patch }) => {
    const [pictures = 0, side = 0] = bytes.shape;
    const grid = side / patch;
    const cut = tf.transpose(tf.reshape(bytes, [pictures, grid, patch, grid, patch, 3]), [0, 1, 3, 5, 2, 4]);
    const rows = tf.reshape(cut, [pictures * grid * grid, 3 * patch * patch]);
    return tf.sub(tf.mul(tf.cast(rows, 'float32'), 2 / 255), 1);
  },
  webgpu: ({ bytes }, { patch }, recorder) => {
    const [pictures = 0, side = 0] = bytes.shape;
    const out = recorder.output([pictures * (side / patch) ** 2, 3 * patch * patch]);
    const count = tf.util.sizeFromShape(bytes.shape);
    recorder.dispatch({
      shader: { name: 'patches', source: patchesSource, overrides: { INTEGER: bytes.dtype === 'int32' ? 1 : 0 } },
      inputs: [bytes],
      outputs: [out],
      params: [{ u32: count }, { u32: side }, { u32: patch }],
      groups: spread(Math.ceil(count / 256)),
    });
    return out;
  },
  example: {
    inputs: { bytes: { shape: [2, 12, 12, 3], low: 0, high: 256, integer: true } },
    attributes: { patch: 4 },
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
