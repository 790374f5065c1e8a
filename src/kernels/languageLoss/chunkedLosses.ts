// The language head and its losses for a large vocabulary, of which only one chunk's logits exist at a time: forward keeps
// a running maximum and sum for each place; backward makes each chunk's logits again. What it computes is
// softmaxLosses(linear(x, head, bias)), and its plain form is just that.
import * as tf from '@tensorflow/tfjs';
import runningSource from '../../../shaders/softmaxRunning.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import type { Recorder } from '../../gpu/recorder';
import { addRows, multiply, type Product } from '../linear/multiply';
import { groupsFor } from '../parts';
import { plainLosses, plainSlopes, slopes, sumLosses, type Places } from './softmaxLosses';

interface Forward extends Places {
  /** [M, D] the supervised rows. */
  x: tf.Tensor;
  /** [V, D] */
  head: tf.Tensor;
  /** [V] */
  bias?: tf.Tensor | undefined;
}

interface Attributes {
  /** Rows of the head taken at a time. */
  chunk: number;
}

function logitsOf({ x, head, bias }: Forward): tf.Tensor {
  const product = tf.matMul(x as tf.Tensor2D, tf.transpose(head as tf.Tensor2D));
  return bias === undefined ? product : tf.add(product, bias);
}

interface Chunk {
  /** Class of its first row. */
  first: number;
  count: number;
  /** [count, D] and [count], stretches of the whole ones. */
  head: tf.TensorInfo;
  bias: tf.TensorInfo | undefined;
}

function chunksOf(
  { head, bias }: { head: tf.TensorInfo; bias?: tf.TensorInfo | undefined },
  chunk: number,
  recorder: Recorder,
): Chunk[] {
  const [classes = 0, width = 0] = head.shape;
  const counts = Array.from({ length: Math.ceil(classes / chunk) }, (_, i) => Math.min(chunk, classes - i * chunk));
  const heads = recorder.views(
    head,
    counts.map((count) => [count, width]),
  ) as tf.TensorInfo[];
  const biases =
    bias &&
    recorder.views(
      bias,
      counts.map((count) => [count]),
    );
  return counts.map((count, i) => {
    return { first: i * chunk, count, head: heads[i] as tf.TensorInfo, bias: biases?.[i] };
  });
}

function releaseChunks(chunks: readonly Chunk[], recorder: Recorder): void {
  for (const { head, bias } of chunks) for (const tensor of [head, bias]) if (tensor) recorder.release(tensor);
}

/** logits = x·headᵀ + bias */
function productOf(x: tf.TensorInfo, head: tf.TensorInfo, bias: tf.TensorInfo | undefined): Product {
  const [m = 0, k = 0] = x.shape;
  return { a: x, b: head, bias, m, n: head.shape[0] ?? 0, k, aTransposed: false, bTransposed: true };
}

const vector = { shape: [11] };
const example = {
  x: { shape: [11, 67] },
  head: { shape: [150, 67] },
  labels: { ...vector, low: 0, high: 150, integer: true },
  weights: vector,
  judgement: { ...vector, low: 0, high: 1 },
};

function defineChunked(name: string, biased: boolean) {
  const inputs = { ...example, ...(biased ? { bias: { shape: [150] } } : {}) };
  const forward = defineKernel<Forward, Attributes, tf.Tensor[]>({
    name,
    plain: (given) => plainLosses(logitsOf(given), given),
    webgpu: (given, { chunk }, recorder) => {
      const [rows = 0] = given.x.shape;
      const [running, loss] = [recorder.output([rows, 4]), recorder.output([rows])];
      const statistics = recorder.output([rows, 2]);
      const chunks = chunksOf(given, chunk, recorder);
      chunks.forEach(({ first, count, head, bias }, i) => {
        const logits = multiply(productOf(given.x, head, bias), recorder);
        recorder.dispatch({
          shader: {
            name: 'softmaxRunning',
            source: runningSource,
            overrides: { FIRST: Number(i === 0), LAST: Number(i === chunks.length - 1) },
          },
          inputs: [logits, given.labels, given.weights],
          outputs: [running, loss, statistics],
          params: [{ u32: rows }, { u32: count }, { u32: first }],
          groups: groupsFor(rows, 1),
          work: { flops: 4 * rows * count, bytes: 4 * rows * count },
        });
        recorder.release(logits);
      });
      const losses = sumLosses(loss, given.judgement, recorder);
      releaseChunks(chunks, recorder);
      for (const tensor of [running, loss]) recorder.release(tensor);
      return [losses, statistics];
    },
    example: { inputs, attributes: { chunk: 64 } },
    inputsToSave: ['x', 'head', 'labels', 'weights', 'judgement', ...(biased ? (['bias'] as const) : [])],
    outputsToSave: [false, true],
    gradient: ([dLosses], saved, attributes) => {
      const [x, head, labels, weights, judgement] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const [bias, statistics] = biased ? [saved[5], saved[6]] : [undefined, saved[5]];
      const given = { x, head, bias, labels, weights, judgement };
      const [dx, dHead, dBias] = backward(
        { ...given, statistics: statistics as tf.Tensor, dLosses: dLosses as tf.Tensor },
        attributes,
      );
      return { x: () => dx as tf.Tensor, head: () => dHead as tf.Tensor, bias: () => dBias as tf.Tensor };
    },
  });

  /** dx [M, D], dHead [V, D] and, where there is a bias, dBias [V]. */
  const backward = defineKernel<Forward & { statistics: tf.Tensor; dLosses: tf.Tensor }, Attributes, tf.Tensor[]>({
    name: `${name}Grad`,
    plain: ({ statistics, dLosses, ...given }) => {
      const slopes = plainSlopes(logitsOf(given), given, statistics, dLosses) as tf.Tensor2D;
      const dx = tf.matMul(slopes, given.head as tf.Tensor2D);
      const dHead = tf.matMul(tf.transpose(slopes), given.x as tf.Tensor2D);
      return biased ? [dx, dHead, tf.sum(slopes, 0)] : [dx, dHead];
    },
    webgpu: (given, { chunk }, recorder) => {
      const [rows = 0, width = 0] = given.x.shape;
      const chunks = chunksOf(given, chunk, recorder);
      const shapes = chunks.map(({ count }) => count);
      const [dHead, dBias] = [given.head, given.bias].map((tensor) => tensor && recorder.gradientOf(tensor));
      const dHeads = recorder.views(
        dHead as tf.TensorInfo,
        shapes.map((count) => [count, width]),
      ) as tf.TensorInfo[];
      const dBiases =
        dBias &&
        (recorder.views(
          dBias,
          shapes.map((count) => [count]),
        ) as tf.TensorInfo[]);
      const parts = recorder.output([chunks.length, rows * width]);
      chunks.forEach(({ first, count, head, bias }, i) => {
        const logits = multiply(productOf(given.x, head, bias), recorder);
        const dLogits = recorder.output([rows, count]);
        slopes(logits, dLogits, first, given, recorder);
        const sides = { bTransposed: false, m: rows, n: width, k: count };
        const part = multiply({ a: dLogits, b: head, aTransposed: false, ...sides }, recorder);
        multiply(
          {
            ...sides,
            a: dLogits,
            b: given.x,
            aTransposed: true,
            m: count,
            k: rows,
            into: dHeads[i],
            sums: dBiases?.[i],
          },
          recorder,
        );
        recorder.copy([{ from: part, fromOffset: 0, to: parts, toOffset: i * rows * width, count: rows * width }]);
        for (const tensor of [logits, dLogits, part]) recorder.release(tensor);
      });
      const dx = recorder.output(given.x.shape);
      addRows(parts, chunks.length, rows * width, dx, recorder);
      for (const tensor of [parts, ...dHeads, ...(dBiases ?? [])]) recorder.release(tensor);
      releaseChunks(chunks, recorder);
      return [dx, dHead as tf.TensorInfo, ...(dBias ? [dBias] : [])];
    },
    example: {
      inputs: { ...inputs, statistics: { shape: [11, 2], low: 4, high: 5 }, dLosses: { shape: [2] } },
      attributes: { chunk: 64 },
    },
  });
  return forward;
}

const plainHead = defineChunked('ChunkedLosses', false);
const biasedHead = defineChunked('ChunkedLossesBiased', true);

/**
 * @param x [M, D]
 * @param head [V, D]
 * @param bias [V], or null
 * @param places as in softmaxLosses
 * @param chunk rows of the head taken at a time, a multiple of 64
 * @returns [2] as softmaxLosses
 * @throws RangeError where the chunk is no multiple of 64
 */
export function chunkedLosses(
  x: tf.Tensor2D,
  head: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  places: Places,
  chunk: number,
): tf.Tensor1D {
  if (chunk % 64 !== 0) throw new RangeError(`chunkedLosses: a chunk of ${chunk} classes is no multiple of 64`);
  const kernel = bias === null ? plainHead : biasedHead;
  const results = kernel({ x, head, bias: bias ?? undefined, ...places }, { chunk });
  const [losses, statistics] = results as [tf.Tensor1D, tf.Tensor2D];
  statistics.dispose();
  return losses;
}
