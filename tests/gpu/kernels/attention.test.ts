// The attention family's shaders against their twins at awkward sizes, and their gradients as training uses them against
// central differences.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { attention } from '../../../src/kernels/attention';
import { cachedAttention } from '../../../src/kernels/cachedAttention';
import { rotary } from '../../../src/kernels/rotary';
import { storeKeysValues } from '../../../src/kernels/storeKeysValues';
import { describeExamples, expectFiniteDifferences, expectTwin } from './twin';

beforeAll(async () => {
  await startBackend('webgpu');
});

/** Expects forward and backward of packed attention to equal their twins; the backward pass gets the twin's own statistics. */
async function expectAttention(
  batch: number,
  tokens: number,
  headWidth: number,
  { heads, kvHeads, causal }: { heads: number; kvHeads: number; causal: boolean },
): Promise<void> {
  const shape = { heads, kvHeads, causal };
  const qkv = { shape: [batch, tokens, (heads + 2 * kvHeads) * headWidth], low: -1.5, high: 1.5 };
  await expectTwin('Attention', { qkv }, shape, 1e-5);
  const out = { shape: [batch, tokens, heads * headWidth] };
  const logSumExp = { shape: [batch, heads, tokens], low: 2, high: 3 };
  await expectTwin('AttentionGrad', { qkv, out, logSumExp, dOut: out }, shape, 1e-5);
}

describe('attention', () => {
  for (const [tokens, headWidth, heads, kvHeads, causal] of [
    [1, 16, 2, 1, true],
    [3, 16, 3, 3, false],
    [16, 16, 4, 2, true],
    [17, 16, 6, 2, true],
    [33, 32, 3, 1, false],
    [31, 32, 2, 2, true],
    [21, 64, 2, 1, true],
    [18, 49, 2, 2, false],
    [33, 24, 4, 2, true],
    [67, 5, 3, 1, true],
    [15, 1, 2, 2, false],
  ] as const) {
    test(`of ${tokens} tokens, ${heads} heads of ${headWidth} on ${kvHeads}${causal ? ', causal' : ''}`, () =>
      expectAttention(2, tokens, headWidth, { heads, kvHeads, causal }));
  }

  test('of no tokens', () => {
    const y = attention(tf.zeros([2, 0, 64]), { heads: 2, kvHeads: 1, causal: true });
    expect(y.shape).toEqual([2, 0, 32]);
  });
});

describeExamples();

test('rotary of an odd row, turning back', () =>
  expectTwin(
    'Rotary',
    { qkv: { shape: [3, 7, 25] }, positions: { shape: [3, 7], low: 0, high: 30, integer: true } },
    { turned: 2, headWidth: 6, theta: 500, direction: -1 },
    1e-5,
  ));

test('rotary far from the start of a sequence', () =>
  expectTwin(
    'Rotary',
    { qkv: { shape: [1, 64, 16] }, positions: { shape: [1, 64], low: 0, high: 8192, integer: true } },
    { turned: 2, headWidth: 8, theta: 10000, direction: 1 },
    // The twin's own angle, f32 products of up to 8192 radians, is this far from exact.
    6e-4,
  ));

test('a cache of more rows than are mixed at once', () =>
  expectTwin(
    'CachedAttention',
    {
      qkv: { shape: [2, 1, 20] },
      cache: { shape: [2, 600, 10] },
      keyMask: { shape: [2, 600], low: 0, high: 1.3, integer: true },
    },
    { heads: 2, kvHeads: 1 },
    1e-5,
  ));

test('a token answers through a cache as it does in its sequence', async () => {
  const shape = { heads: 4, kvHeads: 2 };
  const [batch, tokens, rows, width] = [2, 9, 12, 8 * 16];
  const sequence = tf.randomUniform([batch, tokens, width], -1, 1, 'float32', 5) as tf.Tensor3D;
  const last = tf.slice(sequence, [0, tokens - 1, 0], [batch, 1, width]);
  const whole = attention(sequence, { ...shape, causal: true });
  const wanted = await tf.slice(whole, [0, tokens - 1, 0], [batch, 1, 64]).data();
  let cache: tf.Tensor3D = tf.zeros([batch, rows, 64]);
  cache = storeKeysValues(
    cache,
    tf.slice(sequence, [0, 0, 0], [batch, tokens - 1, width]),
    tf.tensor1d([0], 'int32'),
    shape,
  );
  cache = storeKeysValues(cache, last, tf.tensor1d([tokens - 1], 'int32'), shape);
  const mask = tf.tensor2d(
    [...Array(batch * rows).keys()].map((i) => Number(i % rows < tokens)),
    [batch, rows],
    'int32',
  );
  const got = await cachedAttention(last, cache, mask, shape).data();
  wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5));
});

describe('gradients on the GPU equal central differences', () => {
  for (const causal of [false, true]) {
    test(`attention, ${causal ? 'causal' : 'over all tokens'}`, () =>
      expectFiniteDifferences((x) => attention(x as tf.Tensor3D, { heads: 2, kvHeads: 1, causal }), [[2, 5, 64]]));
  }
  test('rotary', () =>
    expectFiniteDifferences(
      (x) =>
        rotary(x as tf.Tensor3D, tf.tensor2d([0, 1, 2, 5, 6, 7], [2, 3], 'int32'), {
          turned: 2,
          headWidth: 4,
          theta: 100,
        }),
      [[2, 3, 11]],
    ));
});
