// The sum of two tensors of one shape, as a kernel of ours so that it can be captured.
import * as tf from '@tensorflow/tfjs';
import addVectorsSource from '../../shaders/addVectors.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

const addKernel = defineKernel<{ a: tf.Tensor; b: tf.Tensor }, object, tf.Tensor>({
  name: 'AddVectors',
  plain: ({ a, b }) => tf.add(a, b),
  webgpu: ({ a, b }, _, recorder) => {
    const count = tf.util.sizeFromShape(a.shape);
    const sum = recorder.output(a.shape);
    recorder.dispatch({
      shader: { name: 'addVectors', source: addVectorsSource },
      inputs: [a, b],
      outputs: [sum],
      params: [{ u32: count }],
      groups: spread(Math.ceil(count / 256)),
      work: { flops: count, bytes: 12 * count },
    });
    return sum;
  },
  example: { inputs: { a: { shape: [67] }, b: { shape: [67] } }, attributes: {} },
  gradient: (dy) => ({ a: () => tf.clone(dy), b: () => tf.clone(dy) }),
});

/** a + b, element by element; both of one shape. */
export function addVectors<T extends tf.Tensor>(a: T, b: T): T {
  return addKernel({ a, b }, {}) as T;
}
