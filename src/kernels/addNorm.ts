// Residual addition and row normalisation in one: sum = x + delta, normed = norm(sum) · weight (+ bias). Both results are
// handed on, so that the model uses every tensor once and the tape never adds gradients by itself. With a bias it is a
// layer norm (vision encoder), without one an RMS norm (decoder).
import * as tf from '@tensorflow/tfjs';
import source from '../../shaders/addNorm.wgsl?raw';
import aloneSource from '../../shaders/addNormAlone.wgsl?raw';
import columnsSource from '../../shaders/addNormColumns.wgsl?raw';
import columnsAloneSource from '../../shaders/addNormColumnsAlone.wgsl?raw';
import gradSource from '../../shaders/addNormGrad.wgsl?raw';
import gradAloneSource from '../../shaders/addNormGradAlone.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { worksAlone } from './alone';
import { groupsFor } from './parts';
import { addNormGradOnHeap, addNormOnHeap } from './onHeap/norms';

interface Forward {
  x: tf.Tensor;
  delta?: tf.Tensor | undefined;
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
}

interface Backward {
  sum: tf.Tensor;
  /** [N, 2] mean (0 of an RMS norm) and inverse deviation of each row. */
  statistics: tf.Tensor;
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

/** [N, 2] mean (0 of an RMS norm) and inverse deviation of each row. */
function statisticsOf(x: tf.Tensor, centred: boolean, epsilon: number): tf.Tensor {
  const mean = centred ? tf.mean(x, 1, true) : tf.zeros([x.shape[0] ?? 0, 1]);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(tf.sub(x, mean)), 1, true), epsilon));
  return tf.concat([mean, inverse], 1);
}

function normalise(x: tf.Tensor, statistics: tf.Tensor): { xhat: tf.Tensor; inverse: tf.Tensor } {
  const [mean, inverse] = tf.split(statistics, 2, 1) as [tf.Tensor, tf.Tensor];
  return { xhat: tf.mul(tf.sub(x, mean), inverse), inverse };
}

function defineAddNorm(name: string, centred: boolean) {
  const vector = { shape: [67] };
  const matrix = { shape: [19, 67] };
  const forward = defineKernel<Forward, Attributes, tf.Tensor[]>({
    name,
    plain: ({ x, delta, weight, bias }, { epsilon }) => {
      const sum = delta === undefined ? tf.clone(x) : tf.add(x, delta);
      const statistics = statisticsOf(sum, centred, epsilon);
      const scaled = tf.mul(normalise(sum, statistics).xhat, weight);
      return [sum, bias === undefined ? scaled : tf.add(scaled, bias), statistics];
    },
    wasm: (inputs, { epsilon }, heap) => addNormOnHeap(inputs, epsilon, centred, heap),
    webgpu: ({ x, delta, weight, bias }, { epsilon }, recorder) => {
      const [rows = 0, width = 0] = x.shape;
      const alone = worksAlone('addNorm', width, recorder);
      const adds = delta !== undefined;
      const [normed, statistics] = [recorder.output(x.shape), recorder.output([rows, 2])];
      // A shader has all its bindings, needed or not.
      const sum = recorder.output(adds ? x.shape : [4]);
      recorder.dispatch({
        shader: {
          ...(alone ? { name: 'addNormAlone', source: aloneSource } : { name: 'addNorm', source }),
          overrides: { CENTRED: Number(centred), ADDS: Number(adds) },
        },
        inputs: [x, delta ?? x, weight, bias ?? weight],
        outputs: [sum, normed, statistics],
        params: [{ u32: rows }, { u32: alone ? width / 4 : width }, { f32: epsilon }],
        groups: groupsFor(rows, alone ? 16 : 1),
        work: { flops: 8 * rows * width, bytes: 4 * rows * width * (adds ? 4 : 2) },
      });
      if (adds) return [sum, normed, statistics];
      recorder.release(sum);
      return [recorder.again(x), normed, statistics];
    },
    example: {
      inputs: { x: matrix, delta: matrix, weight: vector, ...(centred ? { bias: vector } : {}) },
      attributes: { epsilon: 1e-5, last: false },
    },
    inputsToSave: centred ? ['weight', 'bias'] : ['weight'],
    outputsToSave: [true, false, true],
    gradient: (dys, saved, attributes) => {
      const [weight, bias] = centred ? saved : [saved[0], undefined];
      const [sum, statistics] = saved.slice(-2) as [tf.Tensor, tf.Tensor];
      const [dSum, dNormed] = dys as [tf.Tensor, tf.Tensor];
      const inputs = { sum, statistics, weight: weight as tf.Tensor, bias, dNormed };
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
    plain: ({ sum, statistics, weight, dSum, dNormed }) => {
      const { xhat, inverse } = normalise(sum, statistics);
      const slope = tf.mul(dNormed, weight);
      const level = centred ? tf.sub(slope, tf.mean(slope, 1, true)) : slope;
      const along = tf.mean(tf.mul(slope, xhat), 1, true);
      const own = tf.mul(tf.sub(level, tf.mul(xhat, along)), inverse);
      const dx = dSum === undefined ? own : tf.add(own, dSum);
      const dWeight = tf.sum(tf.mul(dNormed, xhat), 0);
      return centred ? [dx, dWeight, tf.sum(dNormed, 0)] : [dx, dWeight];
    },
    wasm: (inputs, _, heap) => addNormGradOnHeap(inputs, centred, heap),
    webgpu: ({ sum, statistics, weight, bias, dSum, dNormed }, _, recorder) => {
      const [rows = 0, width = 0] = sum.shape;
      const alone = worksAlone('addNorm', width, recorder);
      const adds = dSum !== undefined;
      const units = alone ? width / 4 : width;
      const dx = recorder.output(sum.shape);
      recorder.dispatch({
        shader: {
          ...(alone
            ? { name: 'addNormGradAlone', source: gradAloneSource }
            : { name: 'addNormGrad', source: gradSource }),
          overrides: { CENTRED: Number(centred), ADDS: Number(adds) },
        },
        inputs: [sum, statistics, weight, dSum ?? dNormed, dNormed],
        outputs: [dx],
        params: [{ u32: rows }, { u32: units }],
        groups: groupsFor(rows, alone ? 16 : 1),
        work: { flops: 12 * rows * width, bytes: 4 * rows * width * (adds ? 4 : 3) },
      });
      const dWeight = recorder.gradientOf(weight);
      const dBias = bias === undefined ? recorder.output([width]) : recorder.gradientOf(bias);
      recorder.dispatch({
        shader: alone
          ? { name: 'addNormColumnsAlone', source: columnsAloneSource }
          : { name: 'addNormColumns', source: columnsSource },
        inputs: [sum, statistics, dNormed],
        outputs: [dWeight, dBias],
        params: [{ u32: rows }, { u32: units }],
        groups: [Math.max(1, Math.ceil(width / (alone ? 16 : 8)))],
        work: { flops: 5 * rows * width, bytes: 8 * rows * width },
      });
      if (bias !== undefined) return [dx, dWeight, dBias];
      recorder.release(dBias);
      return [dx, dWeight];
    },
    example: {
      inputs: {
        sum: matrix,
        statistics: { shape: [19, 2], low: 0.1 },
        weight: vector,
        ...(centred ? { bias: vector } : {}),
        dSum: matrix,
        dNormed: matrix,
      },
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
): { sum: tf.Tensor2D; normed: tf.Tensor2D } {
  const kernel = bias === null ? addRmsNorm : addLayerNorm;
  const results = kernel({ x, delta: delta ?? undefined, weight, bias: bias ?? undefined }, attributes);
  const [sum, normed, statistics] = results as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  // The tape keeps its own hold on what the gradient needs.
  statistics.dispose();
  return { sum, normed };
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
  return run(x, delta, weight, bias, { epsilon, last: false });
}

/** The normed result of `addNorm` alone, [N, D]: the last norm of a stack, after which nobody reads the sum. */
export function norm(
  x: tf.Tensor2D,
  delta: tf.Tensor2D | null,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D | null,
  epsilon: number,
): tf.Tensor2D {
  const { sum, normed } = run(x, delta, weight, bias, { epsilon, last: true });
  sum.dispose();
  return normed;
}
