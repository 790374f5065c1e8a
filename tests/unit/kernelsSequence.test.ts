// The meaning, on the cpu backend, of the operations on rows, pictures and sequences and of the loss: gradients against
// central differences, values against plain loops.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random';
import { addNorm, norm } from '../../src/kernels/addNorm';
import { addPlaces } from '../../src/kernels/pictures/addPlaces';
import { antisymmetric } from '../../src/kernels/sequence/antisymmetric';
import { embedSequence } from '../../src/kernels/sequence/embedSequence';
import { languageLoss } from '../../src/kernels/languageLoss';
import { pixelShuffle } from '../../src/kernels/pictures/pixelShuffle';
import { patches } from '../../src/kernels/pictures/patches';
import { expectFiniteDifferences } from '../gpu/kernels/twin';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function draw(size: number, key: number): Float32Array {
  const random = new Random(7, key);
  return Float32Array.from({ length: size }, () => random.between(-1.5, 1.5));
}

const two = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
const one = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;

async function expectSame(a: tf.Tensor, b: tf.Tensor): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  expect([...(await a.data())]).toEqual([...(await b.data())]);
}

describe('gradients equal central differences, and leave no tensors', () => {
  const both = (x: tf.Tensor, delta: tf.Tensor | null, w: tf.Tensor, b: tf.Tensor | null) => {
    const { sum, normed } = addNorm(two(x), delta && two(delta), one(w), b && one(b), 1e-5);
    return tf.concat([sum, normed], 1);
  };
  const shapes = [[4, 9], [4, 9], [9], [9]];
  const cases: Record<string, [(...inputs: tf.Tensor[]) => tf.Tensor, number[][]]> = {
    'addNorm with a bias': [
      (x, d, w, b) => both(x as tf.Tensor, d as tf.Tensor, w as tf.Tensor, b as tf.Tensor),
      shapes,
    ],
    'addNorm without': [(x, d, w) => both(x as tf.Tensor, d as tf.Tensor, w as tf.Tensor, null), shapes.slice(0, 3)],
    'addNorm of nothing added': [(x, w) => both(x as tf.Tensor, null, w as tf.Tensor, null), [[4, 9], [9]]],
    'norm alone': [(x, d, w, b) => norm(two(x), two(d), one(w), one(b), 1e-5), shapes],
    'norm alone of nothing added': [(x, w) => norm(two(x), null, one(w), null, 1e-5), [[4, 9], [9]]],
    addPlaces: [
      (x, p) => addPlaces(two(x), two(p)),
      [
        [12, 5],
        [4, 5],
      ],
    ],
    pixelShuffle: [(x) => pixelShuffle(two(x), 2, 2), [[32, 3]]],
    antisymmetric: [(x) => antisymmetric(two(x)), [[6, 3]]],
    embedSequence: [
      (table, features) =>
        embedSequence(
          {
            table: two(table),
            tokens: tf.tensor2d([1, 9, 9, 1, 0, 9, 9, 2, 3, 9, 9, 1, 2, 9, 9, 2], [2, 8], 'int32'),
            features: features as tf.Tensor3D,
            shown: tf.tensor2d([2, 0, 0, 0], [2, 2], 'int32'),
          },
          { starts: [1, 5] },
        ),
      [
        [10, 3],
        [3, 2, 3],
      ],
    ],
  };
  for (const [chunk, bias] of [
    [100, false],
    [100, true],
    [64, false],
    [64, true],
  ] as const) {
    const classes = chunk === 64 ? 70 : 7;
    cases[`languageLoss, chunks of ${chunk}, ${bias ? 'with' : 'without'} a bias`] = [
      (hidden, head, b) =>
        languageLoss(
          {
            hidden: two(hidden),
            head: two(head),
            bias: bias ? one(b) : null,
            positions: tf.tensor1d([1, 4, 0, 1], 'int32'),
            labels: tf.tensor1d([0, 6, -1, 3], 'int32'),
            weights: tf.tensor1d([1, 0.5, 0, 2]),
            judgement: tf.tensor1d([0, 1, 0, 1]),
          },
          { chunk },
        ),
      bias
        ? [[5, 3], [classes, 3], [classes]]
        : [
            [5, 3],
            [classes, 3],
          ],
    ];
  }
  for (const [name, [f, sizes]] of Object.entries(cases)) {
    test(name, async () => {
      const before = tf.memory().numTensors;
      await expectFiniteDifferences(f, sizes);
      expect(tf.memory().numTensors).toBe(before);
    });
  }
});

describe('values', () => {
  test('patches are the pictures that the index names, channel-first inside a tile, tiles row by row', async () => {
    const [side, patch] = [8, 4];
    const random = new Random(3, 1);
    const bytes = Uint8Array.from({ length: 3 * side * side * 3 }, () => Math.floor(random.between(0, 256)));
    const store = tf.tensor2d(new Int32Array(bytes.buffer), [3, (side * side * 3) / 4], 'int32');
    const index = [2, 0, 2, 1];
    const rows = await patches(store, tf.tensor1d(index, 'int32'), { side, patch }).data();
    const wanted = index.flatMap((picture) =>
      Array.from({ length: side * side * 3 }, (_, i) => {
        const [tile, channel, y, x] = [Math.floor(i / 48), Math.floor(i / 16) % 3, Math.floor(i / 4) % 4, i % 4];
        const [row, column] = [Math.floor(tile / 2) * patch + y, (tile % 2) * patch + x];
        return bytes[((picture * side + row) * side + column) * 3 + channel] as number;
      }),
    );
    expect([...rows].map((value) => Math.round((value + 1) * 127.5))).toEqual(wanted);
    expect(rows.every((value, i) => Math.abs(value - ((wanted[i] as number) / 127.5 - 1)) < 1e-6)).toBe(true);
    expect(() => patches(store, tf.tensor1d(index, 'int32'), { side: 12, patch })).toThrow(RangeError);
  });

  test('pixelShuffle gathers neighbours row by row, image by image', async () => {
    const x = tf.tensor2d([...Array(32).keys()], [32, 1]);
    const first = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15];
    const y = pixelShuffle(x, 2, 2);
    expect(y.shape).toEqual([8, 4]);
    expect([...(await y.data())]).toEqual([...first, ...first.map((place) => place + 16)]);
    expect(() => pixelShuffle(tf.zeros([12, 5]), 1, 2)).toThrow(RangeError);
  });

  test('pairs set against each other change sign with their order, to the bit', async () => {
    const rows = draw(6 * 5, 8);
    const swapped = Float32Array.from(rows, (_, i) => rows[(Math.floor(i / 5) ^ 1) * 5 + (i % 5)] as number);
    const [one, other] = await Promise.all(
      [rows, swapped].map((values) => antisymmetric(tf.tensor2d(values, [6, 5])).data()),
    );
    expect(one).toEqual(other?.map((value) => -value));
    expect(one?.[0]).toBe(Math.fround(((rows[0] ?? NaN) - (rows[5] ?? NaN)) / 2));
    expect(() => antisymmetric(tf.zeros([5, 2]))).toThrow(RangeError);
  });

  test('images that overlap in the sequence are refused', () => {
    const inputs = {
      table: tf.zeros([4, 3]) as tf.Tensor2D,
      tokens: tf.zeros([1, 8], 'int32') as tf.Tensor2D,
      features: tf.zeros([1, 3, 3]) as tf.Tensor3D,
      shown: tf.zeros([1, 2], 'int32') as tf.Tensor2D,
    };
    expect(() => embedSequence(inputs, { starts: [1, 3] })).toThrow(RangeError);
    expect(() => embedSequence(inputs, { starts: [1, 6] })).toThrow(RangeError);
  });

  for (const chunk of [100, 64]) {
    test(`a place of weight zero costs exactly nothing and moves nothing, in chunks of ${chunk}`, async () => {
      const classes = chunk === 64 ? 70 : 7;
      const head = tf.tensor2d(draw(classes * 3, 4), [classes, 3]);
      const loss = (hidden: tf.Tensor, label: number) =>
        languageLoss(
          {
            hidden: two(hidden),
            head,
            bias: null,
            positions: tf.tensor1d([1, 0], 'int32'),
            labels: tf.tensor1d([2, label], 'int32'),
            weights: tf.tensor1d([1, 0]),
            judgement: tf.tensor1d([1, 1]),
          },
          { chunk },
        );
      const hidden = tf.tensor2d(draw(15, 3), [5, 3]);
      await expectSame(loss(hidden, -100), loss(hidden, 5));
      const slope = await tf
        .grad((x: tf.Tensor) => tf.sum(loss(x, -100)))(hidden)
        .data();
      expect(slope.subarray(0, 3).every((value) => Math.abs(value) === 0)).toBe(true);
      expect(slope.subarray(3, 6).every((value) => Math.abs(value) > 0)).toBe(true);
    });
  }
});
