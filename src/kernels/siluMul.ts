// The gate of Llama's gated MLP: silu(gate) · up in one operation, so that neither silu nor its sigmoid is stored.
import * as tf from '@tensorflow/tfjs';
import siluMulSource from '../../shaders/siluMul.wgsl?raw';
import siluMulGradSource from '../../shaders/siluMulGrad.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

const siluMulForward = defineKernel<{ gate: tf.Tensor; up: tf.Tensor }, object, tf.Tensor>({
  name: 'SiluMul',
  plain: ({ gate, up }) => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up),
  webgpu: ({ gate, up }, _, recorder) => {
    const count = tf.util.sizeFromShape(gate.shape);
    const y = recorder.output(gate.shape);
    recorder.dispatch({
      shader: { name: 'siluMul', source: siluMulSource },
      inputs: [gate, up],
      outputs: [y],
      params: [{ u32: count }],
      groups: spread(Math.ceil(count / 256)),
    });
    return y;
  },
  example: { inputs: { gate: { shape: [5, 67], low: -9, high: 9 }, up: { shape: [5, 67] } }, attributes: {} },
  inputsToSave: ['gate', 'up'],
  gradient: (dy, [gate, up]) => {
    const [dGate, dUp] = siluMulGrad({ gate: gate as tf.Tensor, up: up as tf.Tensor, dy }, {});
    return { gate: () => dGate as tf.Tensor, up: () => dUp as tf.Tensor };
  },
});

const siluMulGrad = defineKernel<{ gate: tf.Tensor; up: tf.Tensor; dy: tf.Tensor }, object, tf.Tensor[]>({
  name: 'SiluMulGrad',
  plain: ({ gate, up, dy }) => {
    const s = tf.sigmoid(gate);
    const slope = tf.mul(s, tf.add(tf.mul(gate, tf.sub(1, s)), 1));
    return [tf.mul(tf.mul(dy, up), slope), tf.mul(dy, tf.mul(gate, s))];
  },
  webgpu: ({ gate, up, dy }, _, recorder) => {
    const count = tf.util.sizeFromShape(gate.shape);
    const [dGate, dUp] = [recorder.output(gate.shape), recorder.output(gate.shape)];
    recorder.dispatch({
      shader: { name: 'siluMulGrad', source: siluMulGradSource },
      inputs: [gate, up, dy],
      outputs: [dGate, dUp],
      params: [{ u32: count }],
      groups: spread(Math.ceil(count / 256)),
    });
    return [dGate, dUp];
  },
  example: {
    inputs: { gate: { shape: [5, 67], low: -9, high: 9 }, up: { shape: [5, 67] }, dy: { shape: [5, 67] } },
    attributes: {},
  },
});

/**
 * gate · sigmoid(gate) · up, element by element.
 * @param gate any shape
 * @param up the same shape
 */
export function siluMul<T extends tf.Tensor>(gate: T, up: T): T {
  return siluMulForward({ gate, up }, {}) as T;
}
