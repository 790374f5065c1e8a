// The meaning, on the cpu backend, of the operations on rows and sequences, of the loss and of the optimiser: gradients
// against central differences, values against plain loops, and the rules of the loss scale.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random';
import { accumulate } from '../../src/kernels/accumulate';
import { adamW } from '../../src/kernels/adamW';
import { adamWControlled } from '../../src/kernels/adamWControlled';
import { addNorm, norm } from '../../src/kernels/addNorm';
import { addPlaces } from '../../src/kernels/addPlaces';
import { controlValues, startingScale, type StepSettings } from '../../src/kernels/control';
import { embedSequence } from '../../src/kernels/embedSequence';
import { languageLoss } from '../../src/kernels/languageLoss';
import { pixelShuffle } from '../../src/kernels/pixelShuffle';
import { pixelShuffleRows } from '../../src/kernels/pixelShuffleRows';
import { patches } from '../../src/kernels/patches';
import { patchesOf } from '../../src/kernels/storedPatches';
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
    pixelShuffleRows: [(x) => pixelShuffleRows(two(x), 2, 2), [[32, 3]]],
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
  test('patches out of the store are those of the bytes', async () => {
    const [side, patch] = [8, 4];
    const random = new Random(3, 1);
    const bytes = Uint8Array.from({ length: 3 * side * side * 3 }, () => Math.floor(random.between(0, 256)));
    const store = tf.tensor2d(new Int32Array(bytes.buffer), [3, (side * side * 3) / 4], 'int32');
    const pictures = tf.tensor4d(Float32Array.from(bytes), [3, side, side, 3]);
    const index = tf.tensor1d([2, 0, 2, 1], 'int32');
    await expectSame(
      patchesOf(store, index, { side, patch }),
      patches(tf.gather(pictures, index) as tf.Tensor4D, patch),
    );
    expect(() => patchesOf(store, index, { side: 12, patch })).toThrow(RangeError);
  });

  test('pixelShuffleRows is the pixel shuffle', async () => {
    const x = tf.tensor(draw(2 * 36 * 5, 2), [2, 36, 5]) as tf.Tensor3D;
    await expectSame(
      pixelShuffleRows(tf.reshape(x, [72, 5]), 2, 3),
      tf.reshape(pixelShuffle(x, 3), [8, 45]) as tf.Tensor2D,
    );
    expect(() => pixelShuffleRows(tf.zeros([12, 5]), 1, 2)).toThrow(RangeError);
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

  test('a place of weight zero costs exactly nothing, whatever its label', async () => {
    const given = (label: number) =>
      languageLoss(
        {
          hidden: tf.tensor2d(draw(15, 3), [5, 3]),
          head: tf.tensor2d(draw(21, 4), [7, 3]),
          bias: null,
          positions: tf.tensor1d([1, 0], 'int32'),
          labels: tf.tensor1d([2, label], 'int32'),
          weights: tf.tensor1d([1, 0]),
          judgement: tf.tensor1d([1, 1]),
        },
        { chunk: 100 },
      );
    await expectSame(given(-100), given(5));
  });
});

describe('the optimiser', () => {
  const settings: StepSettings = {
    learningRate: 0.1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.1,
    step: 3,
    clip: 1,
    accumulation: 2,
  };
  const size = 37;
  const start = (scale: number) => ({
    parameters: tf.tensor1d(draw(size, 1)),
    moment1: tf.tensor1d(draw(size, 2)),
    moment2: tf.tensor1d(draw(size, 3).map(Math.abs)),
    scaling: tf.tensor1d(startingScale(scale)),
  });
  const decay = () => tf.tensor1d(draw(size, 4).map((v) => (v > 0 ? 1 : 0)));
  const control = (changes: Partial<StepSettings> = {}, micro = 0) =>
    tf.tensor1d(controlValues({ ...settings, ...changes }, micro));
  const gradient = (factor = 1) => tf.tensor1d(draw(size, 5).map((v) => v * factor));

  test('with scale 1 it is AdamW, with and without clipping', async () => {
    for (const clip of [1, 1e6, Infinity]) {
      const { scaling, ...state } = start(1);
      const wanted = adamW(state, gradient(), decay(), { ...settings, clip });
      const got = adamWControlled({ ...state, scaling }, gradient(), decay(), control({ clip }));
      for (const part of ['parameters', 'moment1', 'moment2', 'gradientNorm'] as const) {
        const [a, b] = [await got[part].data(), await wanted[part].data()];
        a.forEach((value, i) => expect(value).toBeCloseTo(b[i] as number, 5));
      }
      expect([...(await got.scaling.data())]).toEqual([1, 0, 1, 0]);
    }
  });

  test('a loss scale of a power of two changes nothing by a bit', async () => {
    const plain = adamWControlled(start(1), gradient(), decay(), control());
    const scaled = adamWControlled(start(1024), gradient(1024), decay(), control());
    for (const part of ['parameters', 'moment1', 'moment2', 'gradientNorm'] as const) {
      await expectSame(scaled[part], plain[part]);
    }
  });

  test('a gradient that is not finite changes only the scale, which it halves down to 1', async () => {
    for (const [bad, scale, next] of [
      [Infinity, 1024, 512],
      [NaN, 1.5, 1],
      [-Infinity, 1, 1],
    ] as const) {
      const state = start(scale);
      const broken = draw(size, 5);
      broken[11] = bad;
      const after = adamWControlled(state, tf.tensor1d(broken), decay(), control({ growthInterval: 5 }));
      for (const part of ['parameters', 'moment1', 'moment2'] as const) await expectSame(after[part], state[part]);
      expect([...(await after.scaling.data())]).toEqual([next, 0, 0, 1]);
      expect(Number.isFinite((await after.gradientNorm.data())[0])).toBe(false);
    }
  });

  test('the scale doubles after enough finite steps, up to its limit, and never where it is fixed', async () => {
    const run = async (changes: Partial<StepSettings>, steps: number, scale: number) => {
      let state = start(scale);
      const scales: number[] = [];
      for (let i = 0; i < steps; i++) {
        const { gradientNorm, ...next } = adamWControlled(state, gradient(), decay(), control(changes));
        gradientNorm.dispose();
        state = next;
        scales.push((await state.scaling.data())[0] as number);
      }
      return scales;
    };
    expect(await run({ growthInterval: 2, largestScale: 16 }, 7, 4)).toEqual([4, 8, 8, 16, 16, 16, 16]);
    expect(await run({}, 3, 4)).toEqual([4, 4, 4]);
  });

  test('accumulation forgets at the first micro-step, even what is not finite, and adds at the others', async () => {
    const first = accumulate(tf.fill([size], NaN), gradient(), control({}, 0));
    const second = await accumulate(first, gradient(3), control({}, 1)).data();
    const wanted = draw(size, 5);
    second.forEach((value, i) => expect(value).toBeCloseTo(2 * (wanted[i] as number), 5));
  });
});
