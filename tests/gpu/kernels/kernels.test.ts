// Every shader against its plain twin at awkward sizes: one, a tile less one, a tile more one, widths that are no multiple
// of anything; and the gradients as training uses them against central differences.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { definedKernels } from '../../../src/gpu/kernel';
import { attention } from '../../../src/kernels/attention';
import { crossEntropy } from '../../../src/kernels/crossEntropy';
import { gatherRows } from '../../../src/kernels/gatherRows';
import { gelu } from '../../../src/kernels/gelu';
import { layerNorm } from '../../../src/kernels/layerNorm';
import { linear } from '../../../src/kernels/linear';
import { rmsNorm } from '../../../src/kernels/rmsNorm';
import { rotary } from '../../../src/kernels/rotary';
import { siluMul } from '../../../src/kernels/siluMul';
import { splitFlat } from '../../../src/kernels/split';
import '../../../src/kernels/adamW';
import '../../../src/kernels/patches';
import { expectFiniteDifferences, expectTwin } from './twin';

beforeAll(async () => {
  await startBackend('webgpu');
});

describe('shaders equal their twins', () => {
  for (const { name, example, hasShader } of definedKernels()) {
    test(name, async () => {
      expect(hasShader, 'has a shader').toBe(true);
      expect(example, 'has an example for the self-test').not.toBeNull();
      if (example !== null) await expectTwin(name, example.inputs, example.attributes);
    });
  }

  for (const [n, i, o] of [
    [1, 1, 1],
    [31, 33, 63],
    [65, 17, 32],
    [130, 15, 3],
  ] as const) {
    test(`linear and its products at ${n} × ${i} → ${o}`, async () => {
      const [x, weight, dy] = [{ shape: [n, i] }, { shape: [o, i] }, { shape: [n, o] }];
      await expectTwin('Linear', { x, weight, bias: { shape: [o] } }, {});
      await expectTwin('Linear', { x, weight }, {});
      await expectTwin('LinearGradInput', { dy, weight }, {});
      await expectTwin('LinearGradParameters', { dy, x, weight, bias: { shape: [o] } }, {});
      await expectTwin('LinearGradParameters', { dy, x, weight }, {});
      await expectTwin('SumRows', { x: dy }, {});
    });
  }

  test('linear with the large tile', () =>
    expectTwin('Linear', { x: { shape: [1025, 5] }, weight: { shape: [500, 5] } }, {}));

  for (const width of [1, 63, 64, 129]) {
    test(`norms of width ${width}`, async () => {
      const [x, weight] = [{ shape: [17, width] }, { shape: [width] }];
      await expectTwin('LayerNorm', { x, weight, bias: weight }, { epsilon: 1e-3 });
      await expectTwin('LayerNormGrad', { x, weight, dy: x }, { epsilon: 1e-3 }, 5e-5);
      await expectTwin('RmsNorm', { x, weight }, { epsilon: 1e-3 });
      await expectTwin('RmsNormGrad', { x, weight, dy: x }, { epsilon: 1e-3 }, 5e-5);
    });
  }

  for (const [queries, keys, headWidth, causal, masked] of [
    [1, 1, 1, false, false],
    [16, 16, 8, true, true],
    [17, 15, 5, false, true],
    [1, 33, 64, true, false],
    [33, 33, 16, true, true],
  ] as const) {
    test(`attention of ${queries} queries, ${keys} keys, heads of ${headWidth}`, async () => {
      const shape = { heads: 3, kvHeads: 1, causal };
      const mask = { keyMask: { shape: [2, keys], low: 0, high: 2, integer: true } };
      const q = { shape: [2, queries, 3 * headWidth] };
      const k = { shape: [2, keys, headWidth] };
      const inputs = { q, k, v: k, ...(masked ? mask : {}) };
      await expectTwin(masked ? 'AttentionMasked' : 'Attention', inputs, shape);
      const logSumExp = { shape: [2, 3, queries], low: 2, high: 3 };
      await expectTwin('AttentionGrad', { ...inputs, out: q, logSumExp, dOut: q }, shape, 5e-5);
    });
  }

  test('rotary far from the start of a sequence', () =>
    expectTwin(
      'Rotary',
      { x: { shape: [1, 64, 16] }, positions: { shape: [1, 64], low: 0, high: 8192, integer: true } },
      { heads: 2, theta: 10000, direction: -1 },
      // The twin's own angle, f32 products of up to 8192 radians, is this far from exact.
      6e-4,
    ));

  test('patches of pictures given as f32', () =>
    expectTwin('Patches', { bytes: { shape: [1, 6, 6, 3], low: 0, high: 255 } }, { patch: 3 }));

  test('cross-entropy of two classes, and of more classes than threads', async () => {
    for (const classes of [2, 127, 300]) {
      const labels = { shape: [3], low: 0, high: classes, integer: true };
      const inputs = { logits: { shape: [3, classes], low: -50, high: 50 }, labels, weights: { shape: [3] } };
      await expectTwin('CrossEntropy', inputs, {});
      await expectTwin('CrossEntropyGrad', { ...inputs, dy: { shape: [3] } }, {});
    }
  });
});

describe('gradients on the GPU equal central differences', () => {
  const two = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
  const one = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;
  const three = (t: tf.Tensor | undefined): tf.Tensor3D => t as tf.Tensor3D;

  test('linear', () => expectFiniteDifferences((x, w, b) => linear(two(x), two(w), one(b)), [[5, 7], [3, 7], [3]]));
  test('layerNorm', () =>
    expectFiniteDifferences((x, w, b) => layerNorm(two(x), one(w), one(b), 1e-5), [[3, 9], [9], [9]]));
  test('rmsNorm', () => expectFiniteDifferences((x, w) => rmsNorm(two(x), one(w), 1e-5), [[3, 9], [9]]));
  test('gelu and siluMul', () =>
    expectFiniteDifferences(
      (x, y) => siluMul(gelu(x as tf.Tensor), y as tf.Tensor),
      [
        [5, 7],
        [5, 7],
      ],
    ));
  test('rotary', () =>
    expectFiniteDifferences(
      (x) => rotary(three(x), tf.tensor2d([0, 1, 2, 5, 6, 7], [2, 3], 'int32'), { heads: 3, theta: 100 }),
      [[2, 3, 12]],
    ));
  test('attention', () =>
    expectFiniteDifferences(
      (q, k, v) => {
        const mask = tf.tensor2d([1, 1, 1, 0, 1, 0, 0, 1, 1, 1], [2, 5], 'int32');
        return attention(three(q), three(k), three(v), mask, { heads: 4, kvHeads: 2, causal: true });
      },
      [
        [2, 4, 12],
        [2, 5, 6],
        [2, 5, 6],
      ],
    ));
  test('gatherRows', () =>
    expectFiniteDifferences((table) => gatherRows(two(table), tf.tensor1d([1, 3, 1, 0, 1], 'int32')), [[5, 3]]));
  test('crossEntropy', () =>
    expectFiniteDifferences(
      (x) => crossEntropy(two(x), tf.tensor1d([2, 0, -100, 6], 'int32'), tf.tensor1d([1, 0.5, 0, 2])),
      [[4, 7]],
    ));
  test('splitFlat', () =>
    expectFiniteDifferences(
      (flat) => {
        const [a, , c] = splitFlat(one(flat), [[2, 3], [4], [3, 1]]);
        return linear(two(a), tf.transpose(two(c)), null);
      },
      [[13]],
    ));
});
