// Root-mean-square normalisation over the last axis (the decoder's norm, as in Llama).
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

function inverseRms(x: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon));
}

const rmsNormForward = defineKernel<{ x: tf.Tensor; weight: tf.Tensor }, { epsilon: number }, tf.Tensor>({
  name: 'RmsNorm',
  plain: ({ x, weight }, { epsilon }) => tf.mul(tf.mul(x, inverseRms(x, epsilon)), weight),
  inputsToSave: ['x', 'weight'],
  gradient: (dy, [x, weight], attributes) => {
    const [dx, dWeight] = rmsNormGrad({ x: x as tf.Tensor, weight: weight as tf.Tensor, dy }, attributes);
    return { x: () => dx as tf.Tensor, weight: () => dWeight as tf.Tensor };
  },
});

const rmsNormGrad = defineKernel<{ x: tf.Tensor; weight: tf.Tensor; dy: tf.Tensor }, { epsilon: number }, tf.Tensor[]>({
  name: 'RmsNormGrad',
  plain: ({ x, weight, dy }, { epsilon }) => {
    const inverse = inverseRms(x, epsilon);
    const xhat = tf.mul(x, inverse);
    const slope = tf.mul(dy, weight);
    const along = tf.mean(tf.mul(slope, xhat), 1, true);
    return [tf.mul(tf.sub(slope, tf.mul(xhat, along)), inverse), tf.sum(tf.mul(dy, xhat), 0)];
  },
});

/**
 * y = x / √(mean(x²) + ε) · weight, the mean over each row.
 * @param x [N, D]
 * @param weight [D]
 * @returns [N, D]
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  return rmsNormForward({ x, weight }, { epsilon }) as tf.Tensor2D;
}
