// Layer normalisation over the last axis (the vision encoder's norm). The backward pass recomputes the row statistics
// from x: two numbers a row are cheaper to make again than to keep.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

interface Normalised {
  xhat: tf.Tensor;
  inverse: tf.Tensor;
}

function normalise(x: tf.Tensor, epsilon: number): Normalised {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
  return { xhat: tf.mul(centred, inverse), inverse };
}

const layerNormForward = defineKernel<
  { x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor },
  { epsilon: number },
  tf.Tensor
>({
  name: 'LayerNorm',
  plain: ({ x, weight, bias }, { epsilon }) => tf.add(tf.mul(normalise(x, epsilon).xhat, weight), bias),
  inputsToSave: ['x', 'weight'],
  gradient: (dy, [x, weight], attributes) => {
    const [dx, dWeight, dBias] = layerNormGrad({ x: x as tf.Tensor, weight: weight as tf.Tensor, dy }, attributes);
    return { x: () => dx as tf.Tensor, weight: () => dWeight as tf.Tensor, bias: () => dBias as tf.Tensor };
  },
});

const layerNormGrad = defineKernel<
  { x: tf.Tensor; weight: tf.Tensor; dy: tf.Tensor },
  { epsilon: number },
  tf.Tensor[]
>({
  name: 'LayerNormGrad',
  plain: ({ x, weight, dy }, { epsilon }) => {
    const { xhat, inverse } = normalise(x, epsilon);
    const slope = tf.mul(dy, weight);
    const along = tf.mean(tf.mul(slope, xhat), 1, true);
    const dx = tf.mul(tf.sub(tf.sub(slope, tf.mean(slope, 1, true)), tf.mul(xhat, along)), inverse);
    return [dx, tf.sum(tf.mul(dy, xhat), 0), tf.sum(dy, 0)];
  },
});

/**
 * y = (x − mean) / √(variance + ε) · weight + bias, statistics over each row.
 * @param x [N, D]
 * @param weight [D]
 * @param bias [D]
 * @returns [N, D]
 */
export function layerNorm(x: tf.Tensor2D, weight: tf.Tensor1D, bias: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  return layerNormForward({ x, weight, bias }, { epsilon }) as tf.Tensor2D;
}
