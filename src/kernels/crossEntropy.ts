// Softmax cross-entropy from integer labels, each place with its own weight, so that padding and prompt cost exactly
// nothing. The gradient is one fused pass: (softmax − one-hot) · weight · dy.
import * as tf from '@tensorflow/tfjs';
import crossEntropySource from '../../shaders/crossEntropy.wgsl?raw';
import crossEntropyGradSource from '../../shaders/crossEntropyGrad.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

interface CrossEntropyInputs {
  logits: tf.Tensor;
  labels: tf.Tensor;
  weights: tf.Tensor;
}

function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), 'float32');
}

const crossEntropyForward = defineKernel<CrossEntropyInputs, object, tf.Tensor>({
  name: 'CrossEntropy',
  plain: ({ logits, labels, weights }) => {
    const highest = tf.max(logits, 1, true);
    const shifted = tf.sub(logits, highest);
    const logTotal = tf.log(tf.sum(tf.exp(shifted), 1));
    const chosen = tf.sum(tf.mul(shifted, oneHot(labels, logits.shape[1] ?? 0)), 1);
    return tf.mul(tf.sub(logTotal, chosen), weights);
  },
  webgpu: ({ logits, labels, weights }, _, recorder) => {
    const [rows = 0, classes = 0] = logits.shape;
    const loss = recorder.output([rows]);
    recorder.dispatch({
      shader: { name: 'crossEntropy', source: crossEntropySource },
      inputs: [logits, labels, weights],
      outputs: [loss],
      params: [{ u32: rows }, { u32: classes }],
      groups: spread(rows),
    });
    return loss;
  },
  example: {
    inputs: {
      logits: { shape: [11, 131], low: -9, high: 9 },
      labels: { shape: [11], low: 0, high: 131, integer: true },
      weights: { shape: [11] },
    },
    attributes: {},
  },
  inputsToSave: ['logits', 'labels', 'weights'],
  gradient: (dy, [logits, labels, weights]) => ({
    logits: () =>
      crossEntropyGrad(
        { logits: logits as tf.Tensor, labels: labels as tf.Tensor, weights: weights as tf.Tensor, dy },
        {},
      ),
  }),
});

const crossEntropyGrad = defineKernel<CrossEntropyInputs & { dy: tf.Tensor }, object, tf.Tensor>({
  name: 'CrossEntropyGrad',
  plain: ({ logits, labels, weights, dy }) => {
    const slope = tf.reshape(tf.mul(weights, dy), [-1, 1]);
    return tf.mul(tf.sub(tf.softmax(logits as tf.Tensor2D), oneHot(labels, logits.shape[1] ?? 0)), slope);
  },
  webgpu: ({ logits, labels, weights, dy }, _, recorder) => {
    const [rows = 0, classes = 0] = logits.shape;
    const dLogits = recorder.output(logits.shape);
    recorder.dispatch({
      shader: { name: 'crossEntropyGrad', source: crossEntropyGradSource },
      inputs: [logits, labels, weights, dy],
      outputs: [dLogits],
      params: [{ u32: rows }, { u32: classes }],
      groups: spread(rows),
    });
    return dLogits;
  },
  example: {
    inputs: {
      logits: { shape: [11, 131], low: -9, high: 9 },
      labels: { shape: [11], low: 0, high: 131, integer: true },
      weights: { shape: [11] },
      dy: { shape: [11] },
    },
    attributes: {},
  },
});

/**
 * weight · (log Σ exp(logits) − logits[label]) at every place, in nats; exactly zero where the weight is zero.
 * @param logits [M, V]
 * @param labels [M] int32 in [0, V) (any value where the weight is zero)
 * @param weights [M]; the loss is not differentiated by them
 * @returns [M]
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, weights: tf.Tensor1D): tf.Tensor1D {
  return crossEntropyForward({ logits, labels, weights }, {}) as tf.Tensor1D;
}
