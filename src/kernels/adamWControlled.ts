// AdamW (Loshchilov and Hutter, arXiv 1711.05101) over one flat parameter vector, with clipping by the global norm and a
// dynamic loss scale. Everything that changes from step to step comes from tensors, so that the recorded commands of one
// step are those of all. A step whose gradient is not finite changes nothing but the loss scale, which it halves; after
// `growthInterval` finite steps the scale doubles (Micikevicius et al., arXiv 1710.03740). With scale 1 nothing differs.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';
import { CONTROL, CONTROL_SIZE } from './control';

export interface OptimizerState {
  /** [P] each. */
  parameters: tf.Tensor1D;
  moment1: tf.Tensor1D;
  moment2: tf.Tensor1D;
  /** [4], see control.ts. */
  scaling: tf.Tensor1D;
}

interface Inputs {
  parameters: tf.Tensor;
  moment1: tf.Tensor;
  moment2: tf.Tensor;
  scaling: tf.Tensor;
  gradient: tf.Tensor;
  decay: tf.Tensor;
  control: tf.Tensor;
}

/** What the rest of the step needs to know of the gradient. */
interface Decision {
  /** Whether the gradient is finite. */
  finite: tf.Tensor;
  /** What a gradient counts after undoing the loss scale and clipping. */
  factor: tf.Tensor;
  norm: tf.Tensor;
  scaling: tf.Tensor;
}

function at(tensor: tf.Tensor, place: number): tf.Tensor {
  return tf.reshape(tf.slice(tensor as tf.Tensor1D, place, 1), []);
}

function decide({ gradient, scaling, control }: Inputs): Decision {
  const [scale, zero, good, skipped] = tf.unstack(scaling) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const norm = tf.div(tf.sqrt(tf.sum(tf.square(gradient))), scale);
  const finite = tf.lessEqual(norm, 3.4e38);
  const clip = at(control, CONTROL.clip);
  const share = tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1);
  const factor = tf.div(tf.where(tf.greaterEqual(clip, 0), share, tf.onesLike(share)), scale);

  const interval = at(control, CONTROL.growthInterval);
  const dynamic = tf.greater(interval, 0);
  const counted = tf.where(finite, tf.add(good, 1), tf.zerosLike(good));
  const grows = tf.logicalAnd(dynamic, tf.greaterEqual(counted, interval));
  const grown = tf.maximum(tf.minimum(tf.mul(scale, 2), at(control, CONTROL.largestScale)), scale);
  const halved = tf.where(dynamic, tf.minimum(tf.maximum(tf.div(scale, 2), 1), scale), scale);
  const nextScale = tf.where(finite, tf.where(grows, grown, scale), halved);
  const nextGood = tf.where(grows, tf.zerosLike(counted), counted);
  const nextSkipped = tf.add(skipped, tf.sub(1, tf.cast(finite, 'float32')));
  return { finite, factor, norm, scaling: tf.stack([nextScale, zero, nextGood, nextSkipped]) };
}

const adamWKernel = defineKernel<Inputs, object, tf.Tensor[]>({
  name: 'AdamWControlled',
  plain: (inputs) => {
    const { parameters, moment1, moment2, gradient, decay, control } = inputs;
    const { finite, factor, norm, scaling } = decide(inputs);
    const number = (place: number) => at(control, place);
    const g = tf.mul(gradient, factor);
    const [beta1, beta2] = [number(CONTROL.beta1), number(CONTROL.beta2)];
    const m = tf.add(tf.mul(moment1, beta1), tf.mul(g, tf.sub(1, beta1)));
    const v = tf.add(tf.mul(moment2, beta2), tf.mul(tf.square(g), tf.sub(1, beta2)));
    const denominator = tf.add(tf.mul(tf.sqrt(v), number(CONTROL.inverseRoot)), number(CONTROL.epsilon));
    const change = tf.mul(tf.div(m, denominator), number(CONTROL.stepSize));
    const kept = tf.sub(1, tf.mul(decay, number(CONTROL.decayRate)));
    const moved = tf.sub(tf.mul(parameters, kept), change);
    const applied = tf.broadcastTo(finite, parameters.shape);
    const either = (after: tf.Tensor, before: tf.Tensor) => tf.where(applied, after, before);
    return [either(moved, parameters), either(m, moment1), either(v, moment2), scaling, norm];
  },
  example: {
    inputs: {
      parameters: { shape: [2311] },
      moment1: { shape: [2311] },
      moment2: { shape: [2311], low: 0, high: 1 },
      scaling: { shape: [4], low: 1, high: 8 },
      gradient: { shape: [2311] },
      decay: { shape: [2311], low: 0, high: 1 },
      control: { shape: [CONTROL_SIZE], low: 0.1, high: 0.9 },
    },
    attributes: {},
  },
});

/**
 * One update. The state that comes back replaces the one given, whose tensors the caller disposes. On `webgpu` both name
 * the same memory, which is written in place: what was read from the old state before stays right, later reads do not.
 * @param gradient [P], of the loss times the loss scale
 * @param decay [P], 1 where weight decay applies and 0 where not
 * @param control [16], see control.ts
 * @returns the next state and the gradient's global norm, loss scale undone, before clipping: a scalar to dispose, not
 *   finite where the step was left out
 */
export function adamWControlled(
  state: OptimizerState,
  gradient: tf.Tensor1D,
  decay: tf.Tensor1D,
  control: tf.Tensor1D,
): OptimizerState & { gradientNorm: tf.Scalar } {
  const results = adamWKernel({ ...state, gradient, decay, control }, {});
  const [parameters, moment1, moment2, scaling, gradientNorm] = results as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Scalar,
  ];
  return { parameters, moment1, moment2, scaling, gradientNorm };
}
