// The language head and its losses for a large vocabulary, of which only one chunk's logits exist at a time: forward keeps
// a running maximum and sum for each place; backward makes each chunk's logits again. What it computes is
// softmaxLosses(linear(x, head, bias)), and its plain form is just that.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';
import { plainLosses, plainSlopes, type Places } from './softmaxLosses';

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
 */
export function chunkedLosses(
  x: tf.Tensor2D,
  head: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  places: Places,
  chunk: number,
): tf.Tensor1D {
  const kernel = bias === null ? plainHead : biasedHead;
  const results = kernel({ x, head, bias: bias ?? undefined, ...places }, { chunk });
  const [losses, statistics] = results as [tf.Tensor1D, tf.Tensor2D];
  statistics.dispose();
  return losses;
}
