// One tensor for two readers. tfjs's tape adds the gradients of two readers by a stock operation, which cannot be captured;
// here each reader has an output of its own and the sum is a kernel of ours.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';
import { addVectors } from './addVectors';

const sharedKernel = defineKernel<{ x: tf.Tensor }, object, tf.Tensor[]>({
  name: 'Shared',
  plain: ({ x }) => [tf.clone(x), tf.clone(x)],
  webgpu: ({ x }, _, recorder) => [recorder.again(x), recorder.again(x)],
  example: { inputs: { x: { shape: [3, 5] } }, attributes: {} },
  gradient: (dys) => {
    const [first, second] = dys as [tf.Tensor, tf.Tensor];
    return { x: () => addVectors(first, second) };
  },
});

/** x twice, without a copy; both must be read. */
export function shared<T extends tf.Tensor>(x: T): [T, T] {
  return sharedKernel({ x }, {}) as [T, T];
}
