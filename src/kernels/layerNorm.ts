// Layer normalisation over the last axis (the vision encoder's norm). The backward pass recomputes the row statistics
// from x: two numbers a row are cheaper to make again than to keep.
import * as tf from '@tensorflow/tfjs';
import normSource from '../../shaders/norm.wgsl?raw';
import normGradSource from '../../shaders/normGrad.wgsl?raw';
import normGradColumnsSource from '../../shaders/normGradColumns.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';
import { normGradOnHeap } from './normGradOnHeap';

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
  webgpu: ({ x, weight, bias }, { epsilon }, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const y = recorder.output(x.shape);
    recorder.dispatch({
      shader: { name: 'norm', source: normSource, overrides: { CENTRED: 1 } },
      inputs: [x, weight, bias],
      outputs: [y],
      params: [{ u32: rows }, { u32: width }, { f32: epsilon }],
      groups: spread(rows),
    });
    return y;
  },
  example: {
    inputs: { x: { shape: [5, 67] }, weight: { shape: [67] }, bias: { shape: [67] } },
    attributes: { epsilon: 1e-5 },
  },
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
  webgpu: ({ x, weight, dy }, { epsilon }, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const [dx, statistics] = [recorder.output(x.shape), recorder.output([rows, 2])];
    const [dWeight, dBias] = [recorder.output([width]), recorder.output([width])];
    recorder.dispatch({
      shader: { name: 'normGrad', source: normGradSource, overrides: { CENTRED: 1 } },
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
    return [dx, dWeight, dBias];
  },
  wasm: (inputs, { epsilon }, heap) => normGradOnHeap(inputs, epsilon, true, heap),
  example: {
    inputs: { x: { shape: [19, 67] }, weight: { shape: [67] }, dy: { shape: [19, 67] } },
    attributes: { epsilon: 1e-5 },
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
