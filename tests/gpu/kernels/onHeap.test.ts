// The kernels that run as our own wasm loops, against their twins: every example of the self-test and awkward sizes, with
// as many threads as the page gets.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { heapOf } from '../../../src/gpu/heap';
import { definedKernels } from '../../../src/gpu/kernel';
import '../../../src/kernels/accumulate';
import '../../../src/kernels/adamWControlled';
import '../../../src/kernels/addNorm';
import '../../../src/kernels/addPlaces';
import '../../../src/kernels/attentionPacked';
import '../../../src/kernels/cachedAttention';
import '../../../src/kernels/embedSequence';
import '../../../src/kernels/feedForward';
import '../../../src/kernels/gatedFeedForward';
import '../../../src/kernels/languageLoss';
import '../../../src/kernels/linear';
import '../../../src/kernels/pixelShuffleRows';
import '../../../src/kernels/rotaryPacked';
import '../../../src/kernels/storedPatches';
import { expectTwin } from './twin';

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
      await expectTwin('AttentionPacked', { qkv }, shape, 2e-5, 'wasm');
      const logSumExp = { shape: [3, heads, tokens], low: 4, high: 5 };
      await expectTwin('AttentionPackedGrad', { qkv, out, logSumExp, dOut: out }, shape, 2e-5, 'wasm');
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
});
