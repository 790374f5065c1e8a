// What linear layers without a bias, gathered rows and the flat vector's parts mean on the cpu backend: gradients against
// central differences.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../../src/kernels/sequence/gatherRows';
import { linear } from '../../src/kernels/linear';
import { splitFlat } from '../../src/kernels/split';
import { expectFiniteDifferences } from '../gpu/kernels/twin';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const two = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
const one = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;

describe('gradients equal central differences, and leave no tensors', () => {
  const cases: Record<string, [(...inputs: tf.Tensor[]) => tf.Tensor, number[][]]> = {
    'linear without a bias': [
      (x, w) => linear(two(x), two(w), null),
      [
        [5, 7],
        [3, 7],
      ],
    ],
    'gatherRows with repeated indices': [
      (table) => gatherRows(two(table), tf.tensor1d([1, 3, 1, 0, 1], 'int32')),
      [[5, 3]],
    ],
    'splitFlat, one part unused': [
      (flat) => {
        const [a, , c] = splitFlat(one(flat), [[2, 3], [4], [3, 1]]);
        return tf.matMul(two(a), two(c));
      },
      [[13]],
    ],
  };
  for (const [name, [f, shapes]] of Object.entries(cases)) {
    test(name, async () => {
      const before = tf.memory().numTensors;
      await expectFiniteDifferences(f, shapes);
      expect(tf.memory().numTensors).toBe(before);
    });
  }
});
