// AdamW (Loshchilov and Hutter, arXiv 1711.05101) over one flat parameter vector, with clipping by the global norm. The
// bias correction is made from the integer step, so that a resumed run continues to the bit.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

export interface AdamWState {
  /** [P] each. */
  parameters: tf.Tensor1D;
  moment1: tf.Tensor1D;
  moment2: tf.Tensor1D;
}

export interface AdamWSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** 1 for the first update. */
  step: number;
  /** The largest global norm of the gradient that is let through; Infinity for no clipping. */
  clip: number;
}

interface AdamWInputs {
  parameters: tf.Tensor;
  moment1: tf.Tensor;
  moment2: tf.Tensor;
  gradient: tf.Tensor;
  decay: tf.Tensor;
}

const adamWKernel = defineKernel<AdamWInputs, AdamWSettings, tf.Tensor[]>({
  name: 'AdamW',
  plain: ({ parameters, moment1, moment2, gradient, decay }, settings) => {
    const { learningRate, beta1, beta2, epsilon, weightDecay, step, clip } = settings;
    const norm = tf.sqrt(tf.sum(tf.square(gradient)));
    const share = Number.isFinite(clip) ? tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1) : tf.scalar(1);
    const g = tf.mul(gradient, share);
    const m = tf.add(tf.mul(moment1, beta1), tf.mul(g, 1 - beta1));
    const v = tf.add(tf.mul(moment2, beta2), tf.mul(tf.square(g), 1 - beta2));
    const denominator = tf.add(tf.mul(tf.sqrt(v), 1 / Math.sqrt(1 - beta2 ** step)), epsilon);
    const change = tf.mul(tf.div(m, denominator), learningRate / (1 - beta1 ** step));
    const kept = tf.sub(1, tf.mul(decay, learningRate * weightDecay));
    return [tf.sub(tf.mul(parameters, kept), change), m, v, norm];
  },
});

/**
 * One update. The state that comes back replaces the one given: where its tensors are new (not the same objects), the
 * caller disposes the old ones; on `webgpu` they are the same tensors, written in place.
 * @param gradient [P]
 * @param decay [P], 1 where weight decay applies and 0 where not
 * @returns the next state and the gradient's global norm before clipping (a scalar to dispose)
 */
export function adamW(
  state: AdamWState,
  gradient: tf.Tensor1D,
  decay: tf.Tensor1D,
  settings: AdamWSettings,
): AdamWState & { gradientNorm: tf.Scalar } {
  const { parameters, moment1, moment2 } = state;
  const results = adamWKernel({ parameters, moment1, moment2, gradient, decay }, settings);
  const [p, m, v, norm] = results as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Scalar];
  return { parameters: p, moment1: m, moment2: v, gradientNorm: norm };
}
