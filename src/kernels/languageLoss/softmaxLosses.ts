// Softmax cross-entropy from integer labels, summed over the places: once with their weights, once with the judgement's
// places alone. The gradient is one fused pass over the logits, (softmax − one-hot) · slope, the slope of a place made
// from the two sums' upstream gradient, which is where a loss scale enters.
import * as tf from '@tensorflow/tfjs';
import source from '../../../shaders/softmaxLosses.wgsl?raw';
import aloneSource from '../../../shaders/softmaxLossesAlone.wgsl?raw';
import slopesSource from '../../../shaders/softmaxSlopes.wgsl?raw';
import slopesByFourSource from '../../../shaders/softmaxSlopesByFour.wgsl?raw';
import sumSource from '../../../shaders/sumLosses.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import type { Recorder } from '../../gpu/recorder';
import { worksAlone } from '../alone';
import { groupsFor, sizeOf } from '../parts';
import { softmaxLossesGradOnHeap, softmaxLossesOnHeap } from '../onHeap/losses';

export interface Places {
  /** [M] int32 */
  labels: tf.Tensor;
  /** [M] */
  weights: tf.Tensor;
  /** [M] */
  judgement: tf.Tensor;
}

function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), 'float32');
}

/** [2] the two sums, and [M, 2] each row's highest logit and log Σ exp above it. */
export function plainLosses(logits: tf.Tensor, { labels, weights, judgement }: Places): [tf.Tensor, tf.Tensor] {
  const highest = tf.max(logits, 1, true);
  const shifted = tf.sub(logits, highest);
  const logTotal = tf.log(tf.sum(tf.exp(shifted), 1));
  const chosen = tf.sum(tf.mul(shifted, oneHot(labels, logits.shape[1] ?? 0)), 1);
  const losses = tf.mul(tf.sub(logTotal, chosen), weights);
  const sums = tf.stack([tf.sum(losses), tf.sum(tf.mul(losses, judgement))]);
  return [sums, tf.stack([tf.reshape(highest, [-1]), logTotal], 1)];
}

/** [M, V] the gradient by the logits of dLosses · losses. */
export function plainSlopes(
  logits: tf.Tensor,
  { labels, weights, judgement }: Places,
  statistics: tf.Tensor,
  dLosses: tf.Tensor,
): tf.Tensor {
  const [highest, logTotal] = tf.split(statistics, 2, 1) as [tf.Tensor, tf.Tensor];
  const softmax = tf.exp(tf.sub(tf.sub(logits, highest), logTotal));
  const [all, judged] = [0, 1].map((i) => tf.slice(dLosses as tf.Tensor1D, i, 1)) as [tf.Tensor, tf.Tensor];
  const slope = tf.mul(weights, tf.add(all, tf.mul(judged, judgement)));
  return tf.mul(tf.sub(softmax, oneHot(labels, logits.shape[1] ?? 0)), tf.reshape(slope, [-1, 1]));
}

/** Records the sums [2] of the losses [M]. */
export function sumLosses(loss: tf.TensorInfo, judgement: tf.TensorInfo, recorder: Recorder): tf.TensorInfo {
  const rows = sizeOf(loss);
  const losses = recorder.output([2]);
  recorder.dispatch({
    shader: {
      name: 'sumLosses',
      source: sumSource,
      overrides: { THREADS: recorder.traits.software ? 1 : 256 },
    },
    inputs: [loss, judgement],
    outputs: [losses],
    params: [{ u32: rows }],
    groups: [1],
    work: { flops: 3 * rows, bytes: 8 * rows },
  });
  return losses;
}

/** Records the gradient by the logits [M, C] of C classes from `first` on. */
export function slopes(
  logits: tf.TensorInfo,
  dLogits: tf.TensorInfo,
  first: number,
  given: { [K in keyof Places | 'statistics' | 'dLosses']: tf.TensorInfo },
  recorder: Recorder,
): void {
  const [rows = 0, classes = 0] = logits.shape;
  const each = classes % 4 === 0 && first % 4 === 0 ? 4 : 1;
  const count = (rows * classes) / each;
  recorder.dispatch({
    shader:
      each === 4
        ? { name: 'softmaxSlopesByFour', source: slopesByFourSource }
        : { name: 'softmaxSlopes', source: slopesSource },
    inputs: [logits, given.labels, given.weights, given.judgement, given.statistics, given.dLosses],
    outputs: [dLogits],
    params: [{ u32: count }, { u32: classes / each }, { u32: first }],
    groups: groupsFor(count, 64),
    work: { flops: 4 * rows * classes, bytes: 8 * rows * classes },
  });
}

const example = {
  logits: { shape: [11, 131], low: -9, high: 9 },
  labels: { shape: [11], low: 0, high: 131, integer: true },
  weights: { shape: [11] },
  judgement: { shape: [11], low: 0, high: 1 },
};

const lossesForward = defineKernel<Places & { logits: tf.Tensor }, object, tf.Tensor[]>({
  name: 'SoftmaxLosses',
  plain: ({ logits, ...places }) => plainLosses(logits, places),
  wasm: (inputs, _, heap) => softmaxLossesOnHeap(inputs, heap),
  webgpu: ({ logits, labels, weights, judgement }, _, recorder) => {
    const [rows = 0, classes = 0] = logits.shape;
    const alone = worksAlone('softmaxLosses', classes, recorder);
    const [loss, statistics] = [recorder.output([rows]), recorder.output([rows, 2])];
    recorder.dispatch({
      shader: alone ? { name: 'softmaxLossesAlone', source: aloneSource } : { name: 'softmaxLosses', source },
      inputs: [logits, labels, weights],
      outputs: [loss, statistics],
      params: [{ u32: rows }, { u32: alone ? classes / 4 : classes }],
      groups: groupsFor(rows, alone ? 4 : 1),
      work: { flops: 4 * rows * classes, bytes: 4 * rows * classes },
    });
    const losses = sumLosses(loss, judgement, recorder);
    recorder.release(loss);
    return [losses, statistics];
  },
  example: { inputs: example, attributes: {} },
  inputsToSave: ['logits', 'labels', 'weights', 'judgement'],
  outputsToSave: [false, true],
  gradient: ([dLosses], saved) => {
    const [logits, labels, weights, judgement, statistics] = saved as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const inputs = { logits, labels, weights, judgement, statistics, dLosses: dLosses as tf.Tensor };
    return { logits: () => lossesGrad(inputs, {}) };
  },
});

const lossesGrad = defineKernel<
  Places & { logits: tf.Tensor; statistics: tf.Tensor; dLosses: tf.Tensor },
  object,
  tf.Tensor
>({
  name: 'SoftmaxLossesGrad',
  plain: ({ logits, statistics, dLosses, ...places }) => plainSlopes(logits, places, statistics, dLosses),
  wasm: (inputs, _, heap) => softmaxLossesGradOnHeap(inputs, heap),
  webgpu: ({ logits, ...rest }, _, recorder) => {
    const dLogits = recorder.output(logits.shape);
    slopes(logits, dLogits, 0, rest, recorder);
    return dLogits;
  },
  example: {
    inputs: { ...example, statistics: { shape: [11, 2], low: 8, high: 9 }, dLosses: { shape: [2] } },
    attributes: {},
  },
});

/**
 * @param logits [M, V]
 * @param places labels [M] int32 in [0, V) (any value where the weight is zero), weights [M], judgement [M]
 * @returns [2]: Σ weights·CE and Σ weights·judgement·CE in nats; a place of weight zero costs exactly nothing
 */
export function softmaxLosses(logits: tf.Tensor2D, places: Places): tf.Tensor1D {
  const [losses, statistics] = lossesForward({ logits, ...places }, {}) as [tf.Tensor1D, tf.Tensor2D];
  statistics.dispose();
  return losses;
}
