// The attention family's meaning on the cpu backend: values against a plain loop, gradients against central differences,
// and a step of generation through a cache against the same token in a whole sequence.
import { beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random';
import { attention } from '../../src/kernels/attention';
import { cachedAttention } from '../../src/kernels/cachedAttention';
import { rotary } from '../../src/kernels/rotary';
import { storeKeysValues } from '../../src/kernels/storeKeysValues';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function draw(shape: readonly number[], key: number): Float32Array {
  const random = new Random(7, key);
  const size = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: size }, () => random.between(-1.5, 1.5));
}

/** One row of packed attention, straight from the formula. */
function mixedRow(
  values: Float32Array,
  { tokens, heads, kvHeads, width, causal }: Record<string, number> & { causal: boolean },
  b: number,
  t: number,
  h: number,
): number[] {
  const [T, H, K, D] = [tokens, heads, kvHeads, width] as [number, number, number, number];
  const at = (token: number, head: number, d: number) =>
    values[((b * T + token) * (H + 2 * K) + head) * D + d] as number;
  const kv = Math.floor((h * K) / H);
  const keys = Array.from({ length: causal ? t + 1 : T }, (_, s) => s);
  const features = Array.from({ length: D }, (_, d) => d);
  const scores = keys.map((s) =>
    Math.exp(features.reduce((sum, d) => sum + at(t, h, d) * at(s, H + kv, d), 0) / Math.sqrt(D)),
  );
  const total = scores.reduce((a, c) => a + c, 0);
  return features.map((d) => keys.reduce((sum, s) => sum + ((scores[s] as number) / total) * at(s, H + K + kv, d), 0));
}

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  tokens: fc.integer({ min: 1, max: 6 }),
  kvHeads: fc.integer({ min: 1, max: 2 }),
  together: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 1, max: 5 }),
  causal: fc.boolean(),
});

describe('values', () => {
  test('attention equals a loop over heads, queries and keys', () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ batch, tokens, kvHeads, together, width, causal }) => {
        const heads = kvHeads * together;
        const shape: [number, number, number] = [batch, tokens, (heads + 2 * kvHeads) * width];
        const values = draw(shape, 1);
        const y = await tf.tidy(() => attention(tf.tensor3d(values, shape), { heads, kvHeads, causal })).data();
        for (let b = 0; b < batch; b++)
          for (let t = 0; t < tokens; t++)
            for (let h = 0; h < heads; h++)
              mixedRow(values, { tokens, heads, kvHeads, width, causal } as never, b, t, h).forEach((wanted, d) =>
                expect(y[((b * tokens + t) * heads + h) * width + d]).toBeCloseTo(wanted, 4),
              );
      }),
      { numRuns: 30 },
    ));

  test('no tokens, no result', () => {
    const y = attention(tf.zeros([2, 0, 12]), { heads: 2, kvHeads: 1, causal: true });
    expect(y.shape).toEqual([2, 0, 6]);
  });

  test('rotary turns the leading heads and copies the rest', async () => {
    const x = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 1, 6]);
    const positions = tf.tensor2d([3], [1, 1], 'int32');
    const y = await rotary(x, positions, { turned: 1, headWidth: 4, theta: 10000 }).data();
    const [a, b] = [3, 3 / 100];
    expect(y[0]).toBeCloseTo(Math.cos(a) - 3 * Math.sin(a), 5);
    expect(y[1]).toBeCloseTo(2 * Math.cos(b) - 4 * Math.sin(b), 5);
    expect(y[2]).toBeCloseTo(3 * Math.cos(a) + Math.sin(a), 5);
    expect(y[3]).toBeCloseTo(4 * Math.cos(b) + 2 * Math.sin(b), 5);
    expect([...y.subarray(4)]).toEqual([5, 6]);
  });

  test('a token answers through a cache as it does in its sequence', async () => {
    const [B, T, S, D] = [2, 5, 8, 3];
    const shape = { heads: 4, kvHeads: 2 };
    const sequence = tf.tensor3d(draw([B, T, 8 * D], 3), [B, T, 8 * D]);
    const wanted = await tf.slice(attention(sequence, { ...shape, causal: true }), [0, T - 1, 0], [B, 1, 4 * D]).data();
    const first = (place: number) => tf.tensor1d([place], 'int32');
    const prompt = tf.slice(sequence, [0, 0, 0], [B, T - 1, 8 * D]);
    const last = tf.slice(sequence, [0, T - 1, 0], [B, 1, 8 * D]);
    let cache: tf.Tensor3D = tf.fill([B, S, 4 * D], 9);
    cache = storeKeysValues(cache, prompt, first(1), shape);
    cache = storeKeysValues(cache, last, first(T), shape);
    const mask = tf.tensor2d([0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0], [B, S], 'int32');
    const got = await cachedAttention(last, cache, mask, shape).data();
    wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5));
    expect([...(await tf.slice(cache, [0, T + 1, 0], [B, S - T - 1, 4 * D]).data())].every((x) => x === 9)).toBe(true);
  });

  test('rows that fall outside the cache are dropped, and a sample that sees nothing answers zero', async () => {
    const shape = { heads: 1, kvHeads: 1 };
    const qkv = tf.tensor3d(draw([1, 2, 6], 4), [1, 2, 6]);
    const cache = storeKeysValues(tf.zeros([1, 3, 4]), qkv, tf.tensor1d([2], 'int32'), shape);
    const rows = await cache.data();
    expect([...rows.subarray(0, 8)].every((x) => x === 0)).toBe(true);
    expect([...rows.subarray(8)]).toEqual([...draw([1, 2, 6], 4).subarray(2, 6)]);
    const one = tf.slice(qkv, [0, 0, 0], [1, 1, 6]);
    expect([...(await cachedAttention(one, cache, tf.zeros([1, 3], 'int32'), shape).data())]).toEqual([0, 0]);
  });

  test('heads that do not fit are refused in words', () => {
    expect(() => attention(tf.zeros([1, 2, 10]), { heads: 3, kvHeads: 2, causal: false })).toThrow(/3 query heads/);
    expect(() => rotary(tf.zeros([1, 1, 6]), tf.zeros([1, 1], 'int32'), { turned: 2, headWidth: 4, theta: 9 })).toThrow(
      /do not fit/,
    );
  });
});

/** Compares the tape's gradient of Σ weight·f with central differences. */
async function checkGradient(f: (x: tf.Tensor3D) => tf.Tensor, shape: [number, number, number]): Promise<void> {
  const values = draw(shape, 0);
  const loss = (x: tf.Tensor): tf.Scalar => {
    const y = f(x as tf.Tensor3D);
    return tf.sum(tf.mul(y, tf.tensor(draw(y.shape, 99), y.shape)));
  };
  const gradient = await tf.grad(loss)(tf.tensor3d(values, shape)).data();
  for (let j = 0; j < values.length; j++) {
    const side = async (step: number): Promise<number> => {
      const moved = Float32Array.from(values, (value, i) => (i === j ? value + step : value));
      const [number] = await tf.tidy(() => loss(tf.tensor3d(moved, shape))).data();
      return number as number;
    };
    const wanted = ((await side(1e-2)) - (await side(-1e-2))) / 2e-2;
    expect(Math.abs((gradient[j] as number) - wanted), `element ${j}`).toBeLessThan(
      4e-3 * Math.max(1, Math.abs(wanted)),
    );
  }
}

describe('gradients equal central differences', () => {
  for (const causal of [false, true]) {
    test(`attention, ${causal ? 'causal' : 'over all tokens'}`, () =>
      checkGradient((x) => attention(x, { heads: 4, kvHeads: 2, causal }), [2, 4, 24]));
  }
  test('rotary', () =>
    checkGradient(
      (x) => rotary(x, tf.tensor2d([0, 1, 2, 5, 6, 7], [2, 3], 'int32'), { turned: 2, headWidth: 4, theta: 100 }),
      [2, 3, 11],
    ));
});
