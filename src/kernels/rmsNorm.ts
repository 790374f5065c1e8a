// Root-mean-square normalisation over the last axis (the decoder's norm, as in Llama).
import * as tf from '@tensorflow/tfjs';
import normSource from '../../shaders/norm.wgsl?raw';
import normGradSource from '../../shaders/normGrad.wgsl?raw';
import normGradColumnsSource from '../../shaders/normGradColumns.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';
import { normGradOnHeap } from './normGradOnHeap';

function inverseRms(x: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon));
}

const rmsNormForward = defineKernel<{ x: tf.Tensor; weight: tf.Tensor }, { epsilon: number }, tf.Tensor>({
  name: 'RmsNorm',
  plain: ({ x, weight }, { epsilon }) => tf.mul(tf.mul(x, inverseRms(x, epsilon)), weight),
  webgpu: ({ x, weight }, { epsilon }, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const y = recorder.output(x.shape);
    recorder.dispatch({
      shader: { name: 'norm', source: normSource, overrides: { CENTRED: 0 } },
      inputs: [x, weight, weight],
      outputs: [y],
      params: [{ u32: rows }, { u32: width }, { f32: epsilon }],
      groups: spread(rows),
    });
    return y;
  },
  example: { inputs: { x: { shape: [5, 67] }, weight: { shape: [67] } }, attributes: { epsilon: 1e-5 } },
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
  webgpu: ({ x, weight, dy }, { epsilon }, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const [dx, statistics] = [recorder.output(x.shape), recorder.output([rows, 2])];
    const [dWeight, dBias] = [recorder.output([width]), recorder.output([width])];
    recorder.dispatch({
      shader: { name: 'normGrad', source: normGradSource, overrides: { CENTRED: 0 } },
      inputs: [x, weight, dy],
      outputs: [dx, statistics],
      params: [{ u32: rows }, { u32: width }, { f32: epsilon }],
      groups: spread(rows),
    });
    recorder.dispatch({
      shader: { name: 'normGradColumns', source: normGradColumnsSource },
      inputs: [x, dy, statistics],
      outputs: [dWeight, dBias],
      params: [{ u32: rows }, { u32: width }],
      groups: [Math.ceil(width / 16)],
    });
    recorder.release(statistics);
    recorder.release(dBias);
    return [dx, dWeight];
  },
  wasm: (inputs, { epsilon }, heap) => {
    const [dx, dWeight, dBias] = normGradOnHeap(inputs, epsilon, false, heap);
    heap.release(dBias);
    return [dx, dWeight];
  },
  example: {
    inputs: { x: { shape: [19, 67] }, weight: { shape: [67] }, dy: { shape: [19, 67] } },
    attributes: { epsilon: 1e-5 },
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
