// The kernels that work in the wasm backend's own memory, against their twins and central differences.
import { beforeAll, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { attention } from '../../../src/kernels/attention';
import '../../../src/kernels/gatherRows';
import '../../../src/kernels/rotary';
import { expectFiniteDifferences, expectTwin } from './twin';

beforeAll(async () => {
  await startBackend('wasm');
});

for (const [queries, keys, headWidth, causal, masked] of [
  [1, 1, 2, false, false],
  [16, 16, 8, true, true],
  [17, 15, 5, false, true],
  [17, 15, 5, true, false],
  [1, 33, 64, true, false],
  [33, 33, 16, true, true],
] as const) {
  test(`attention of ${queries} queries, ${keys} keys, heads of ${headWidth}`, async () => {
    const mask = { keyMask: { shape: [2, keys], low: 0, high: 2, integer: true } };
    const k = { shape: [2, keys, 2 * headWidth] };
    const inputs = { q: { shape: [2, queries, 6 * headWidth] }, k, v: k, ...(masked ? mask : {}) };
    const shape = { heads: 6, kvHeads: 2, causal };
    await expectTwin(masked ? 'AttentionMasked' : 'Attention', inputs, shape, 2e-5, 'wasm');
  });
}

test('attention gradients', async () => {
  await tf.setBackend('wasm');
  const three = (t: tf.Tensor | undefined): tf.Tensor3D => t as tf.Tensor3D;
  for (const masked of [false, true]) {
    for (const causal of [false, true]) {
      await expectFiniteDifferences(
        (q, k, v) => {
          const mask = masked ? tf.tensor2d([0, 1, 1, 0, 1, 0, 0, 1, 1, 1], [2, 5], 'int32') : null;
          return attention(three(q), three(k), three(v), mask, { heads: 4, kvHeads: 2, causal });
        },
        [
          [2, 4, 12],
          [2, 5, 6],
          [2, 5, 6],
        ],
      );
    }
  }
});

test('indices outside the table add nothing', async () => {
  const indices = { shape: [20], low: -2, high: 9, integer: true };
  await expectTwin('ScatterAddRows', { dy: { shape: [20, 5] }, indices }, { rows: 7 }, 2e-5, 'wasm');
});

test('rotary turns there and back', async () => {
  const positions = { shape: [2, 7], low: 0, high: 90, integer: true };
  for (const direction of [1, -1]) {
    const attributes = { heads: 3, theta: 500, direction };
    await expectTwin('Rotary', { x: { shape: [2, 7, 30] }, positions }, attributes, 3e-5, 'wasm');
  }
  expect(tf.getBackend()).toBe('wasm');
});
