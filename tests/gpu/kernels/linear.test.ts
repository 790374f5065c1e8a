// The products of linear layers and feed-forward blocks: every variant's WGSL against the plain twin at odd sizes, with
// every epilogue; the blocks' gradients against central differences; gradients written into the flat vector.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { recorderOf } from '../../../src/gpu/recorder';
import { forceVariant, isAvailable } from '../../../src/gpu/variants';
import { feedForward } from '../../../src/kernels/feedForward';
import { gatedFeedForward } from '../../../src/kernels/gatedFeedForward';
import { linear } from '../../../src/kernels/linear';
import { PRODUCT, VARIANTS } from '../../../src/kernels/linear/shapes';
import { describeExamples, expectFiniteDifferences, expectTwin } from './twin';

beforeAll(async () => {
  await startBackend('webgpu');
});
afterEach(() => forceVariant(PRODUCT, null));

describeExamples();

/** N rows, I inputs, O outputs: one, around the tiles' edges, and multiples of four that are no multiples of a tile. */
const SIZES = [
  [1, 1, 1],
  [3, 4, 4],
  [31, 33, 63],
  [65, 17, 32],
  [36, 20, 12],
  [17, 68, 100],
  [131, 64, 36],
] as const;

/** Of variants that differ from another by their constants alone, one product must do: barriers compile slowly here. */
const COUSINS: readonly string[] = ['tiles64', 'wide128', 'tall128', 'half128'];

for (const { name, needs = [] } of VARIANTS) {
  describe(`the variant ${name} equals the twin`, () => {
    for (const [n, i, o] of COUSINS.includes(name) ? SIZES.slice(-1) : SIZES) {
      test(`${n} × ${i} → ${o}`, async () => {
        const { traits } = recorderOf(tf.backend());
        if (!isAvailable(PRODUCT, { name, suits: 'hardware', needs }, traits)) {
          console.log(`${name}: not tried, this adapter lacks ${needs.join(', ')}`);
          return;
        }
        forceVariant(PRODUCT, name);
        const [x, weight, bias, dy] = [{ shape: [n, i] }, { shape: [o, i] }, { shape: [o] }, { shape: [n, o] }];
        const tolerance = needs.includes('f16') ? 2e-3 : 1e-5;
        await expectTwin('Linear', { x, weight }, {}, tolerance);
        if (COUSINS.includes(name)) return;
        const slope = { dy, weight };
        const both = { shape: [n, 2 * i], low: -6, high: 6 };
        await expectTwin('LinearGelu', { x, weight, bias }, {}, tolerance);
        await expectTwin('LinearGated', { x, weight: { shape: [2 * o, i] } }, {}, tolerance);
        await expectTwin('LinearGradInputGated', { ...slope, before: both }, {}, tolerance);
        await expectTwin('LinearGradParameters', { dy, x, weight, bias }, {}, tolerance);
        // The rest of the epilogues is written the same in all files.
        if (name === 'wide64' || name === 'half64') return;
        await expectTwin('LinearBias', { x, weight, bias }, {}, tolerance);
        await expectTwin('LinearGradInput', { dy, weight }, {}, tolerance);
        await expectTwin('LinearGradParameters', { dy, x, weight }, {}, tolerance);
        await expectTwin(
          'LinearGradInputGelu',
          { ...slope, before: { shape: [n, i], low: -6, high: 6 } },
          {},
          tolerance,
        );
      });
    }
  });
}

test('a long sum that is cut into ranges', async () => {
  forceVariant(PRODUCT, 'tiles32');
  const inputs = { dy: { shape: [389, 35] }, x: { shape: [389, 37] }, weight: { shape: [35, 37] } };
  await expectTwin('LinearGradParameters', inputs, {});
  await expectTwin('LinearGradParameters', { ...inputs, bias: { shape: [35] } }, {});
});

test('sums over rows', async () => {
  for (const shape of [
    [1, 1],
    [31, 63],
    [130, 4],
  ]) {
    await expectTwin('SumRows', { x: { shape } }, {}, 1e-5);
  }
});

describe('gradients on the GPU equal central differences', () => {
  const two = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
  const one = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;

  test('linear', () => expectFiniteDifferences((x, w, b) => linear(two(x), two(w), one(b)), [[5, 8], [4, 8], [4]]));
  test('feedForward', () =>
    expectFiniteDifferences(
      (x, w1, b1, w2, b2) => feedForward(two(x), { w1: two(w1), b1: one(b1), w2: two(w2), b2: one(b2) }),
      [[5, 4], [8, 4], [8], [4, 8], [4]],
    ));
  test('gatedFeedForward', () =>
    expectFiniteDifferences(
      (x, gateUp, down) => gatedFeedForward(two(x), { gateUp: two(gateUp), down: two(down) }),
      [
        [5, 4],
        [16, 4],
        [4, 8],
      ],
    ));
});

test('a block leaves no tensors behind', () => {
  const build = () => [tf.ones([8, 4]), tf.ones([16, 4]), tf.ones([4, 8])];
  const before = tf.memory().numTensors;
  const gradients = tf.tidy(() =>
    tf.grads((x, gateUp, down) => gatedFeedForward(x as tf.Tensor2D, { gateUp, down } as never))(build()),
  );
  expect(gradients.map(({ shape }) => shape)).toEqual([
    [8, 4],
    [16, 4],
    [4, 8],
  ]);
  tf.dispose(gradients);
  expect(tf.memory().numTensors).toBe(before);
});
