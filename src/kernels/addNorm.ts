// Residual addition and row normalisation in one: sum = x + delta, normed = norm(sum) · weight (+ bias). Both results are
// handed on, so that the model uses every tensor once and the tape never adds gradients by itself. With a bias it is a
// layer norm (vision encoder), without one an RMS norm (decoder).
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

interface Forward {
  x: tf.Tensor;
  delta?: tf.Tensor | undefined;
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
}

interface Backward {
  sum: tf.Tensor;
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
  /** Absent where nobody reads the sum. */
  dSum?: tf.Tensor | undefined;
  dNormed: tf.Tensor;
}

interface Attributes {
  epsilon: number;
  /** Nobody reads the sum: its gradient is not looked at. */
  last: boolean;
}

function normalise(x: tf.Tensor, centred: boolean, epsilon: number): { xhat: tf.Tensor; inverse: tf.Tensor } {
  const middle = centred ? tf.sub(x, tf.mean(x, 1, true)) : x;
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(middle), 1, true), epsilon));
  return { xhat: tf.mul(middle, inverse), inverse };
}

function defineAddNorm(name: string, centred: boolean) {
  const vector = { shape: [67] };
  const matrix = { shape: [19, 67] };
  const forward = defineKernel<Forward, Attributes, tf.Tensor[]>({
    name,
    plain: ({ x, delta, weight, bias }, { epsilon }) => {
      const sum = delta === undefined ? tf.clone(x) : tf.add(x, delta);
      const scaled = tf.mul(normalise(sum, centred, epsilon).xhat, weight);
      return [sum, bias === undefined ? scaled : tf.add(scaled, bias)];
    },
    example: {
      inputs: { x: matrix, delta: matrix, weight: vector, ...(centred ? { bias: vector } : {}) },
      attributes: { epsilon: 1e-5, last: false },
    },
    inputsToSave: centred ? ['weight', 'bias'] : ['weight'],
    outputsToSave: [true, false],
    gradient: (dys, saved, attributes) => {
      const [weight, bias, sum] = centred ? saved : [saved[0], undefined, saved[1]];
      const [dSum, dNormed] = dys as [tf.Tensor, tf.Tensor];
      const inputs = { sum: sum as tf.Tensor, weight: weight as tf.Tensor, bias, dNormed };
      const [dx, dWeight, dBias] = backward({ ...inputs, dSum: attributes.last ? undefined : dSum }, attributes);
      return {
        x: () => dx as tf.Tensor,
        delta: () => tf.clone(dx as tf.Tensor),
        weight: () => dWeight as tf.Tensor,
        bias: () => dBias as tf.Tensor,
      };
    },
  });

  /** dSum + the norm's input gradient [N, D], dWeight [D] and, of a layer norm, dBias [D]. */
  const backward = defineKernel<Backward, Attributes, tf.Tensor[]>({
    name: `${name}Grad`,
    plain: ({ sum, weight, dSum, dNormed }, { epsilon }) => {
      const { xhat, inverse } = normalise(sum, centred, epsilon);
      const slope = tf.mul(dNormed, weight);
      const level = centred ? tf.sub(slope, tf.mean(slope, 1, true)) : slope;
      const along = tf.mean(tf.mul(slope, xhat), 1, true);
      const own = tf.mul(tf.sub(level, tf.mul(xhat, along)), inverse);
      const dx = dSum === undefined ? own : tf.add(own, dSum);
      const dWeight = tf.sum(tf.mul(dNormed, xhat), 0);
      return centred ? [dx, dWeight, tf.sum(dNormed, 0)] : [dx, dWeight];
    },
    example: {
      inputs: { sum: matrix, weight: vector, ...(centred ? { bias: vector } : {}), dSum: matrix, dNormed: matrix },
      attributes: { epsilon: 1e-5, last: false },
    },
  });
  return forward;
}

const addLayerNorm = defineAddNorm('AddLayerNorm', true);
const addRmsNorm = defineAddNorm('AddRmsNorm', false);

function run(
  x: tf.Tensor2D,
  delta: tf.Tensor2D | null,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D | null,
  attributes: Attributes,
): tf.Tensor2D[] {
  const kernel = bias === null ? addRmsNorm : addLayerNorm;
  return kernel({ x, delta: delta ?? undefined, weight, bias: bias ?? undefined }, attributes) as tf.Tensor2D[];
}

/**
 * sum = x + delta (x itself where delta is null); normed = (sum − mean) / √(variance + ε) · weight + bias, or without a
 * bias sum / √(mean(sum²) + ε) · weight, statistics over each row. Use both results, or `norm` for the normed one alone.
 * @param x [N, D]
 * @param delta [N, D], or null
 * @param weight [D]
 * @param bias [D] for a layer norm, null for an RMS norm
 * @returns sum [N, D] and normed [N, D]
 */
export function addNorm(
  x: tf.Tensor2D,
  delta: tf.Tensor2D | null,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D | null,
  epsilon: number,
): { sum: tf.Tensor2D; normed: tf.Tensor2D } {
  const [sum, normed] = run(x, delta, weight, bias, { epsilon, last: false }) as [tf.Tensor2D, tf.Tensor2D];
  return { sum, normed };
}

/** The normed result of `addNorm` alone, [N, D]: the last norm of a stack, after which nobody reads the sum. */
export function norm(
  x: tf.Tensor2D,
  delta: tf.Tensor2D | null,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D | null,
  epsilon: number,
): tf.Tensor2D {
  const [sum, normed] = run(x, delta, weight, bias, { epsilon, last: true }) as [tf.Tensor2D, tf.Tensor2D];
  // The tape keeps its own hold on the sum for the gradient.
  sum.dispose();
  return normed;
}
