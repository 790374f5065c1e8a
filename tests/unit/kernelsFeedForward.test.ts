// The feed-forward blocks on the cpu backend: what they mean, in a plain loop, and their gradients by central differences.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random';
import { feedForward } from '../../src/kernels/feedForward';
import { gatedFeedForward } from '../../src/kernels/gatedFeedForward';
import { linear } from '../../src/kernels/linear';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function draw(shape: readonly number[], key: number): number[] {
  const random = new Random(23, key);
  return Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.between(-1.5, 1.5));
}

/** x·Wᵀ + b over flat lists. */
function product(x: number[], w: number[], b: number[] | null, width: number): number[] {
  const outputs = w.length / width;
  return Array.from({ length: (x.length / width) * outputs }, (_, i) => {
    const [row, column] = [Math.floor(i / outputs), i % outputs];
    let sum = b?.[column] ?? 0;
    for (let k = 0; k < width; k++) sum += (x[row * width + k] as number) * (w[column * width + k] as number);
    return sum;
  });
}

const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const silu = (x: number) => x / (1 + Math.exp(-x));

type Block = (...inputs: tf.Tensor[]) => tf.Tensor;

const feed: Block = (x, w1, b1, w2, b2) =>
  feedForward(x as tf.Tensor2D, {
    w1: w1 as tf.Tensor2D,
    b1: b1 as tf.Tensor1D,
    w2: w2 as tf.Tensor2D,
    b2: b2 as tf.Tensor1D,
  });
const gatedFeed: Block = (x, gateUp, down) =>
  gatedFeedForward(x as tf.Tensor2D, { gateUp: gateUp as tf.Tensor2D, down: down as tf.Tensor2D });

const feedShapes = [[4, 3], [7, 3], [7], [3, 7], [3]];
const gatedShapes = [
  [4, 3],
  [10, 3],
  [3, 5],
];

test('feedForward is linear, gelu, linear', async () => {
  const [x, w1, b1, w2, b2] = feedShapes.map(draw) as [number[], number[], number[], number[], number[]];
  const wanted = product(product(x, w1, b1, 3).map(gelu), w2, b2, 7);
  const got = await feed(...feedShapes.map((shape, i) => tf.tensor(draw(shape, i), shape))).data();
  wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5));
});

test('gatedFeedForward is the down product of silu(gate)·up', async () => {
  const [x, gateUp, down] = gatedShapes.map(draw) as [number[], number[], number[]];
  const before = product(x, gateUp, null, 3);
  const hidden = Array.from({ length: 4 * 5 }, (_, i) => {
    const at = Math.floor(i / 5) * 10 + (i % 5);
    return silu(before[at] as number) * (before[at + 5] as number);
  });
  const got = await gatedFeed(...gatedShapes.map((shape, i) => tf.tensor(draw(shape, i), shape))).data();
  product(hidden, down, null, 5).forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5));
});

describe('gradients equal central differences', () => {
  const plain: Block = (x, w, b) => linear(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D);
  for (const [name, block, shapes] of [
    ['feedForward', feed, feedShapes],
    ['gatedFeedForward', gatedFeed, gatedShapes],
    ['linear with a bias', plain, [[4, 3], [7, 3], [7]]],
  ] as const) {
    test(name, async () => {
      const before = tf.memory().numTensors;
      const numbers = shapes.map(draw);
      const build = () => numbers.map((list, i) => tf.tensor(list, shapes[i] as number[]));
      const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
        const y = block(...inputs);
        return tf.sum(tf.mul(y, tf.tensor(draw(y.shape, 99), y.shape)));
      };
      const inputs = build();
      const gradients = tf.grads(loss)(inputs);
      for (const [i, gradient] of gradients.entries()) {
        const got = await gradient.data();
        const list = numbers[i] as number[];
        for (let j = 0; j < list.length; j++) {
          const kept = list[j] as number;
          const at = async (value: number) => {
            list[j] = value;
            const result = tf.tidy(() => loss(...build()));
            list[j] = kept;
            const [number] = await result.data();
            result.dispose();
            return number as number;
          };
          const wanted = ((await at(kept + 1e-2)) - (await at(kept - 1e-2))) / 2e-2;
          expect(Math.abs((got[j] as number) - wanted), `input ${i}, element ${j}`).toBeLessThan(
            5e-3 * Math.max(1, Math.abs(wanted)),
          );
        }
      }
      tf.dispose([inputs, gradients]);
      expect(tf.memory().numTensors).toBe(before);
    });
  }
});
