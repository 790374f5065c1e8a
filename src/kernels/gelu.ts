// The Gaussian error linear unit in its tanh form ("gelu_pytorch_tanh", as SigLIP uses it).
import * as tf from '@tensorflow/tfjs';
import geluSource from '../../shaders/gelu.wgsl?raw';
import geluGradSource from '../../shaders/geluGrad.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

function tanhTerm(x: tf.Tensor, square: tf.Tensor): tf.Tensor {
  return tf.tanh(tf.mul(x, tf.add(tf.mul(square, SCALE * CUBIC), SCALE)));
}

const geluForward = defineKernel<{ x: tf.Tensor }, object, tf.Tensor>({
  name: 'GeluTanh',
  plain: ({ x }) => tf.mul(tf.mul(x, 0.5), tf.add(tanhTerm(x, tf.square(x)), 1)),
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
    const t = tanhTerm(x, square);
    const inner = tf.mul(x, tf.add(tf.mul(square, 3 * SCALE * CUBIC), SCALE));
    // d/dx ½x(1 + t) = ½(1 + t)(1 + inner·(1 − t))
    return tf.mul(tf.mul(dy, 0.5), tf.mul(tf.add(t, 1), tf.add(tf.mul(inner, tf.sub(1, t)), 1)));
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
