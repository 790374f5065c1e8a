// Half the difference of neighbouring rows, with both signs: what the two orders of a pair say, made to change sign when
// the order does. The map is symmetric, so its gradient is the same operation.
import * as tf from '@tensorflow/tfjs';
import antisymmetricSource from '../../../shaders/antisymmetric.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import { groupsFor, inParts } from '../parts';

const kernel: (inputs: { x: tf.Tensor }, attributes: object) => tf.Tensor = defineKernel<
  { x: tf.Tensor },
  object,
  tf.Tensor
>({
  name: 'Antisymmetric',
  plain: ({ x }) => {
    const [rows = 0, width = 0] = x.shape;
    const [first, second] = tf.unstack(tf.reshape(x, [rows / 2, 2, width]), 1) as [tf.Tensor, tf.Tensor];
    const half = tf.mul(tf.sub(first, second), 0.5);
    return tf.reshape(tf.stack([half, tf.neg(half)], 1), x.shape);
  },
  webgpu: ({ x }, _, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const y = recorder.output(x.shape);
    const { shader, each } = inParts('antisymmetric', antisymmetricSource, width);
    const count = (rows * width) / (2 * each);
    recorder.dispatch({
      shader,
      inputs: [x],
      outputs: [y],
      params: [{ u32: count }, { u32: width / each }],
      groups: groupsFor(count, 64),
      work: { flops: 2 * rows * width, bytes: 8 * rows * width },
    });
    return y;
  },
  wasm: ({ x }, _, heap) => {
    const [rows = 0, width = 0] = x.shape;
    const y = heap.output(x.shape);
    const [from, to] = [heap.floats(x), heap.floats(y)];
    for (let row = 0; row < rows; row += 2) {
      for (let at = row * width, end = at + width; at < end; at++) {
        const half = ((from[at] as number) - (from[at + width] as number)) / 2;
        to[at] = half;
        to[at + width] = -half;
      }
    }
    return y;
  },
  example: { inputs: { x: { shape: [10, 7] } }, attributes: {} },
  gradient: (dy) => ({ x: () => kernel({ x: dy }, {}) }),
});

/**
 * y[2i] = (x[2i] − x[2i+1])/2 and y[2i+1] = −y[2i]; swapping the rows of a pair changes the sign of both, to the bit.
 * @param x [2P, W] rows of both orders of each pair, side by side
 * @returns [2P, W]
 * @throws RangeError where the rows do not come in pairs
 */
export function antisymmetric(x: tf.Tensor2D): tf.Tensor2D {
  const [rows] = x.shape;
  if (rows % 2 !== 0) throw new RangeError(`antisymmetric: ${rows} rows are no pairs`);
  return kernel({ x }, {}) as tf.Tensor2D;
}
