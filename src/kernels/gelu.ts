// The Gaussian error linear unit in its tanh form ("gelu_pytorch_tanh", as SigLIP uses it).
import * as tf from '@tensorflow/tfjs';
import geluSource from '../../shaders/gelu.wgsl?raw';
import geluGradSource from '../../shaders/geluGrad.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

// ½(1 + tanh u) is sigmoid(2u), which every backend computes fast; tanh itself is slow on wasm.
function gate(x: tf.Tensor, square: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(x, tf.add(tf.mul(square, 2 * SCALE * CUBIC), 2 * SCALE)));
}

const geluForward = defineKernel<{ x: tf.Tensor }, object, tf.Tensor>({
  name: 'GeluTanh',
  plain: ({ x }) => tf.mul(x, gate(x, tf.square(x))),
  webgpu: ({ x }, _, recorder) => {
    const count = tf.util.sizeFromShape(x.shape);
    const y = recorder.output(x.shape);
    recorder.dispatch({
      shader: { name: 'gelu', source: geluSource },
      inputs: [x],
      outputs: [y],
      params: [{ u32: count }],
      groups: spread(Math.ceil(count / 256)),
    });
    return y;
  },
  example: { inputs: { x: { shape: [5, 67], low: -12, high: 12 } }, attributes: {} },
  inputsToSave: ['x'],
  gradient: (dy, [x]) => ({ x: () => geluGrad({ x: x as tf.Tensor, dy }, {}) }),
});

const geluGrad = defineKernel<{ x: tf.Tensor; dy: tf.Tensor }, object, tf.Tensor>({
  name: 'GeluTanhGrad',
  plain: ({ x, dy }) => {
    const square = tf.square(x);
    const s = gate(x, square);
    const twiceInner = tf.mul(x, tf.add(tf.mul(square, 6 * SCALE * CUBIC), 2 * SCALE));
    // d/dx x·s = s·(1 + 2·inner·(1 − s)) with inner = √(2/π)·(x + 3·0.044715·x³)
    return tf.mul(dy, tf.mul(s, tf.add(tf.mul(twiceInner, tf.sub(1, s)), 1)));
  },
  webgpu: ({ x, dy }, _, recorder) => {
    const count = tf.util.sizeFromShape(x.shape);
    const dx = recorder.output(x.shape);
    recorder.dispatch({
      shader: { name: 'geluGrad', source: geluGradSource },
      inputs: [x, dy],
      outputs: [dx],
      params: [{ u32: count }],
      groups: spread(Math.ceil(count / 256)),
    });
    return dx;
  },
  example: { inputs: { x: { shape: [5, 67], low: -12, high: 12 }, dy: { shape: [5, 67] } }, attributes: {} },
});

/**
 * ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element; any shape.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return geluForward({ x }, {}) as T;
}
