// AdamW (Loshchilov and Hutter, arXiv 1711.05101) over one flat parameter vector, with clipping by the global norm. The
// bias correction is made from the integer step, so that a resumed run continues to the bit.
import * as tf from '@tensorflow/tfjs';
import adamWSource from '../../shaders/adamW.wgsl?raw';
import squareSumsSource from '../../shaders/squareSums.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

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
  webgpu: ({ parameters, moment1, moment2, gradient, decay }, settings, recorder) => {
    const { learningRate, beta1, beta2, epsilon, weightDecay, step, clip } = settings;
    const count = parameters.size;
    const partials = Math.min(256, Math.ceil(count / 1024));
    const [partial, norm] = [recorder.output([partials]), recorder.output([])];
    recorder.dispatch({
      shader: { name: 'squareSums', source: squareSumsSource },
      inputs: [gradient],
      outputs: [partial],
      params: [{ u32: count }],
      groups: [partials],
    });
    recorder.dispatch({
      shader: { name: 'adamW', source: adamWSource },
      inputs: [gradient, decay, partial],
      outputs: [parameters, moment1, moment2, norm],
      params: [
        { u32: count },
        { u32: partials },
        { f32: learningRate / (1 - beta1 ** step) },
        { f32: 1 / Math.sqrt(1 - beta2 ** step) },
        { f32: beta1 },
        { f32: beta2 },
        { f32: epsilon },
        { f32: learningRate * weightDecay },
        { f32: Number.isFinite(clip) ? clip : -1 },
      ],
      groups: spread(Math.ceil(count / 256)),
    });
    recorder.release(partial);
    return [recorder.again(parameters), recorder.again(moment1), recorder.again(moment2), norm];
  },
  example: {
    inputs: {
      parameters: { shape: [2311] },
      moment1: { shape: [2311] },
      moment2: { shape: [2311], low: 0, high: 1 },
      gradient: { shape: [2311] },
      decay: { shape: [2311], low: 0, high: 1 },
    },
    attributes: {
      learningRate: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0.1,
      step: 3,
      clip: 1,
    },
  },
});

/**
 * One update. The state that comes back replaces the one given, whose tensors the caller disposes. On `webgpu` both name
 * the same memory, which is written in place: what was read from the old state before stays right, later reads do not.
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
