// The optimiser's meaning on the cpu backend: AdamW by the textbook, the rules of the loss scale, and accumulation.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random';
import { accumulate } from '../../src/kernels/optimizer/accumulate';
import { adamW } from '../../src/kernels/optimizer/adamW';
import { controlValues, startingScale, type StepSettings } from '../../src/kernels/optimizer/control';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function draw(size: number, key: number): Float32Array {
  const random = new Random(7, key);
  return Float32Array.from({ length: size }, () => random.between(-1.5, 1.5));
}

async function expectSame(a: tf.Tensor, b: tf.Tensor): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  expect([...(await a.data())]).toEqual([...(await b.data())]);
}

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

  test('with scale 1 it follows the textbook, with and without clipping', async () => {
    for (const clip of [1, 1e6, Infinity]) {
      let state = start(1);
      const [p, m, v] = [1, 2, 3].map((key) => [...draw(size, key)]) as [number[], number[], number[]];
      for (const [i, square] of v.entries()) v[i] = Math.abs(square);
      for (let step = 1; step <= 3; step++) {
        const g = draw(size, 5);
        const norm = Math.hypot(...g);
        const { gradientNorm, ...next } = adamW(state, gradient(), decay(), control({ clip, step }));
        expect((await gradientNorm.data())[0]).toBeCloseTo(norm, 4);
        state = next;
        for (let i = 0; i < size; i++) {
          const slope = (g[i] as number) * Math.min(1, clip / (norm + 1e-6));
          m[i] = 0.9 * (m[i] as number) + 0.1 * slope;
          v[i] = 0.99 * (v[i] as number) + 0.01 * slope ** 2;
          const change =
            (m[i] as number) / (1 - 0.9 ** step) / (Math.sqrt((v[i] as number) / (1 - 0.99 ** step)) + 1e-8);
          const decays = (draw(size, 4)[i] as number) > 0 ? 1 : 0;
          p[i] = (p[i] as number) * (1 - 0.01 * decays) - 0.1 * change;
        }
        for (const [part, wanted] of [
          ['parameters', p],
          ['moment1', m],
          ['moment2', v],
        ] as const) {
          const got = await state[part].data();
          wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 4));
        }
        expect([...(await state.scaling.data())]).toEqual([1, 0, step, 0]);
      }
    }
  });

  test('a loss scale of a power of two changes nothing by a bit', async () => {
    const plain = adamW(start(1), gradient(), decay(), control());
    const scaled = adamW(start(1024), gradient(1024), decay(), control());
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
      const after = adamW(state, tf.tensor1d(broken), decay(), control({ growthInterval: 5 }));
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
        const { gradientNorm, ...next } = adamW(state, gradient(), decay(), control(changes));
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
