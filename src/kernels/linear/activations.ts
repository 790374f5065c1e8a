// The activations between the two layers of a feed-forward block, as stock tfjs ops: what the fused epilogues mean.
import * as tf from '@tensorflow/tfjs';

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

// ½(1 + tanh u) is sigmoid(2u), which every backend computes fast; tanh itself is slow on wasm.
function geluGate(x: tf.Tensor, square: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(x, tf.add(tf.mul(square, 2 * SCALE * CUBIC), 2 * SCALE)));
}

/** ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, geluGate(x, tf.square(x)));
}

/** d gelu / dx. */
export function geluSlope(x: tf.Tensor): tf.Tensor {
  const square = tf.square(x);
  const s = geluGate(x, square);
  const twiceInner = tf.mul(x, tf.add(tf.mul(square, 6 * SCALE * CUBIC), 2 * SCALE));
  // d/dx x·s = s·(1 + 2·inner·(1 − s)) with inner = √(2/π)·(x + 3·0.044715·x³)
  return tf.mul(s, tf.add(tf.mul(twiceInner, tf.sub(1, s)), 1));
}

/** The left half (gate) and the right half (up) of [N, 2F]. */
function halves(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
}

/** silu(gate)·up of [N, 2F] = gate beside up: [N, F]. */
export function gated(gateUp: tf.Tensor): tf.Tensor {
  const [gate, up] = halves(gateUp);
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

/** The gradient of `gated`: [N, F] → [N, 2F]. */
export function gatedGrad(dy: tf.Tensor, gateUp: tf.Tensor): tf.Tensor {
  const [gate, up] = halves(gateUp);
  const s = tf.sigmoid(gate);
  const slope = tf.mul(s, tf.add(tf.mul(gate, tf.sub(1, s)), 1));
  return tf.concat([tf.mul(tf.mul(dy, up), slope), tf.mul(dy, tf.mul(gate, s))], 1);
}
