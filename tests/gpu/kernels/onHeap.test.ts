// The kernels that run as our own wasm loops, against their twins: every example of the self-test and awkward sizes, with
// as many threads as the page gets.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { heapOf } from '../../../src/gpu/heap';
import { definedKernels } from '../../../src/gpu/kernel';
import { attention } from '../../../src/kernels/attention';
import './everyKernel';
import { expectFiniteDifferences, expectTwin } from './twin';

beforeAll(async () => {
  await startBackend('wasm');
});

test('the loops run, and share their work where the page is isolated', () => {
  const heap = heapOf(tf.backend());
  expect(heap.loops).not.toBeNull();
  expect(heap.threads).toBe(crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1);
});

describe('examples', () => {
  for (const { name, example } of definedKernels()) {
    if (example === null) continue;
    test(name, () => expectTwin(name, example.inputs, example.attributes, 2e-5, 'wasm'));
  }
});

describe('awkward sizes', () => {
  for (const [n, i, o] of [
    [1, 1, 1],
    [3, 5, 2],
    [33, 31, 65],
    [130, 401, 24],
    [700, 9, 130],
  ] as const) {
    test(`products at ${n} × ${i} → ${o}`, async () => {
      const [x, weight, dy, bias] = [{ shape: [n, i] }, { shape: [o, i] }, { shape: [n, o] }, { shape: [o] }];
      await expectTwin('Linear', { x, weight }, {}, 2e-5, 'wasm');
      await expectTwin('LinearBias', { x, weight, bias }, {}, 2e-5, 'wasm');
      await expectTwin('LinearGradInput', { dy, weight }, {}, 2e-5, 'wasm');
      await expectTwin('LinearGradParameters', { dy, x, weight, bias }, {}, 2e-5, 'wasm');
      await expectTwin('LinearGelu', { x, weight, bias }, {}, 2e-5, 'wasm');
      const before = { shape: [n, i], low: -6, high: 6 };
      await expectTwin('LinearGradInputGelu', { dy, weight, before }, {}, 2e-5, 'wasm');
      const gateUp = { shape: [2 * o, i], low: -0.1, high: 0.1 };
      await expectTwin('LinearGated', { x, weight: gateUp }, {}, 2e-5, 'wasm');
      const both = { shape: [n, 2 * i], low: -6, high: 6 };
      await expectTwin('LinearGradInputGated', { dy, weight, before: both }, {}, 2e-5, 'wasm');
    });
  }

  for (const [tokens, heads, kvHeads, headWidth, causal] of [
    [1, 1, 1, 1, true],
    [4, 2, 2, 8, false],
    [17, 6, 2, 5, true],
    [33, 4, 2, 16, true],
    [65, 3, 1, 33, false],
  ] as const) {
    test(`attention of ${tokens} tokens, ${heads} heads of ${headWidth}`, async () => {
      const shape = { heads, kvHeads, causal };
      const qkv = { shape: [3, tokens, (heads + 2 * kvHeads) * headWidth] };
      const out = { shape: [3, tokens, heads * headWidth] };
      await expectTwin('Attention', { qkv }, shape, 2e-5, 'wasm');
      const logSumExp = { shape: [3, heads, tokens], low: 4, high: 5 };
      await expectTwin('AttentionGrad', { qkv, out, logSumExp, dOut: out }, shape, 2e-5, 'wasm');
    });
  }

  for (const [rows, width] of [
    [1, 1],
    [3, 64],
    [37, 130],
    [300, 66],
  ] as const) {
    test(`norms of ${rows} rows of ${width}`, async () => {
      const [x, weight, statistics] = [{ shape: [rows, width] }, { shape: [width] }, { shape: [rows, 2], low: 0.1 }];
      for (const [name, bias] of [
        ['AddLayerNorm', { bias: weight }],
        ['AddRmsNorm', {}],
      ] as const) {
        const attributes = { epsilon: 1e-3, last: false };
        await expectTwin(name, { x, weight, ...bias }, attributes, 2e-5, 'wasm');
        await expectTwin(name, { x, delta: x, weight, ...bias }, attributes, 2e-5, 'wasm');
        const back = { sum: x, statistics, weight, ...bias, dNormed: x };
        await expectTwin(`${name}Grad`, back, attributes, 2e-5, 'wasm');
        await expectTwin(`${name}Grad`, { ...back, dSum: x }, attributes, 2e-5, 'wasm');
      }
    });
  }

  test('rotary turns there and back', async () => {
    const qkv = { shape: [2, 7, 33] };
    const positions = { shape: [2, 7], low: 0, high: 900, integer: true };
    for (const direction of [1, -1]) {
      const attributes = { turned: 3, headWidth: 10, theta: 500, direction };
      await expectTwin('Rotary', { qkv, positions }, attributes, 3e-5, 'wasm');
    }
  });

  test('a cache of which some rows are hidden', async () => {
    const keyMask = { shape: [3, 33], low: 0, high: 2, integer: true };
    const inputs = { qkv: { shape: [3, 1, 50] }, cache: { shape: [3, 33, 20] }, keyMask };
    await expectTwin('CachedAttention', inputs, { heads: 6, kvHeads: 2 }, 2e-5, 'wasm');
  });

  test('indices outside the table add nothing', () => {
    const indices = { shape: [20], low: -2, high: 9, integer: true };
    return expectTwin('ScatterAddRows', { dy: { shape: [20, 5] }, indices }, { rows: 7 }, 2e-5, 'wasm');
  });
});

test('attention gradients equal central differences', async () => {
  await tf.setBackend('wasm');
  for (const causal of [false, true]) {
    const shape = { heads: 4, kvHeads: 2, causal };
    await expectFiniteDifferences((x) => attention(x as tf.Tensor3D, shape), [[2, 5, 24]]);
  }
  expect(tf.getBackend()).toBe('wasm');
});
