// The Gaussian error linear unit in its tanh form ("gelu_pytorch_tanh", as SigLIP uses it).
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

function tanhTerm(x: tf.Tensor, square: tf.Tensor): tf.Tensor {
  return tf.tanh(tf.mul(x, tf.add(tf.mul(square, SCALE * CUBIC), SCALE)));
}

const geluForward = defineKernel<{ x: tf.Tensor }, object, tf.Tensor>({
  name: 'GeluTanh',
  plain: ({ x }) => tf.mul(tf.mul(x, 0.5), tf.add(tanhTerm(x, tf.square(x)), 1)),
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
});

/**
 * ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element; any shape.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return geluForward({ x }, {}) as T;
}
