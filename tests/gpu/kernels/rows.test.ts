// The operations on rows and sequences, the losses and the optimiser: every shader and both of its forms against the
// plain twin, at odd widths and at widths that vectors of four fit; and gradients as training uses them.
import { afterEach, beforeAll, describe, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { forceVariant } from '../../../src/gpu/variants';
import { addNorm, norm } from '../../../src/kernels/addNorm';
import { addPlaces } from '../../../src/kernels/pictures/addPlaces';
import { antisymmetric } from '../../../src/kernels/sequence/antisymmetric';
import { CONTROL_SIZE } from '../../../src/kernels/optimizer/control';
import { embedSequence } from '../../../src/kernels/sequence/embedSequence';
import { gatherRows } from '../../../src/kernels/sequence/gatherRows';
import { languageLoss } from '../../../src/kernels/languageLoss';
import { pixelShuffle } from '../../../src/kernels/pictures/pixelShuffle';
import { splitFlat } from '../../../src/kernels/split';
import '../../../src/kernels/optimizer/accumulate';
import '../../../src/kernels/optimizer/adamW';
import '../../../src/kernels/shared';
import '../../../src/kernels/pictures/patches';
import { describeExamples, expectFiniteDifferences, expectTwin } from './twin';

const TOLERANCE = 1e-5;

/** Those that have a form with workgroup memory and one without. */
const OPERATIONS = ['addNorm', 'scatterRows', 'softmaxLosses', 'squareSums'];

/** Runs a check in both forms. */
async function inBothForms(check: () => Promise<void>): Promise<void> {
  for (const form of ['alone', 'group']) {
    for (const operation of OPERATIONS) forceVariant(operation, form);
    await check();
  }
}

beforeAll(async () => {
  await startBackend('webgpu');
});

afterEach(() => {
  for (const operation of OPERATIONS) forceVariant(operation, null);
});

describeExamples(/^Linear/);

describe('shaders equal their twins', () => {
  for (const [rows, width] of [
    [1, 1],
    [17, 63],
    [5, 64],
    [130, 132],
    [70, 197],
  ] as const) {
    test(`norms of ${rows} rows of ${width}`, () =>
      inBothForms(async () => {
        const [matrix, vector] = [{ shape: [rows, width] }, { shape: [width] }];
        const statistics = { shape: [rows, 2], low: 0.1 };
        for (const [name, bias] of [
          ['AddLayerNorm', { bias: vector }],
          ['AddRmsNorm', {}],
        ] as const) {
          const attributes = { epsilon: 1e-3, last: false };
          await expectTwin(name, { x: matrix, delta: matrix, weight: vector, ...bias }, attributes, TOLERANCE);
          await expectTwin(name, { x: matrix, weight: vector, ...bias }, attributes, TOLERANCE);
          const given = { sum: matrix, statistics, weight: vector, ...bias, dNormed: matrix };
          await expectTwin(`${name}Grad`, { ...given, dSum: matrix }, attributes, TOLERANCE);
          await expectTwin(`${name}Grad`, given, attributes, TOLERANCE);
        }
      }));
  }

  test('places, pixel shuffle and embeddings whose rows vectors of four fit', () =>
    inBothForms(async () => {
      const [x, places] = [{ shape: [21, 12] }, { shape: [7, 12] }];
      await expectTwin('AddPlaces', { x, places }, {}, TOLERANCE);
      await expectTwin('AddPlacesGrad', { dy: x, places }, {}, TOLERANCE);
      await expectTwin('PixelShuffle', { x: { shape: [48, 8] } }, { images: 3, scale: 2 }, 0);
      await expectTwin('PixelShuffleGrad', { dy: { shape: [12, 32] } }, { images: 3, scale: 2 }, 0);
      const sequence = { table: { shape: [90, 8] }, features: { shape: [4, 3, 8] }, dy: { shape: [77, 8] } };
      const tokens = { shape: [7, 11], low: 0, high: 90, integer: true };
      const shown = { shape: [7, 2], low: 0, high: 4, integer: true };
      const { table, features, dy } = sequence;
      await expectTwin('EmbedSequence', { table, tokens, features, shown }, { starts: [0, 8] }, 0);
      await expectTwin('EmbedSequenceTableGrad', { dy, table, tokens }, { starts: [0, 8], places: 3 }, TOLERANCE);
      await expectTwin('EmbedSequenceFeaturesGrad', { dy, features, shown }, { starts: [0, 8] }, TOLERANCE);
      await expectTwin(
        'GatherRows',
        { table: { shape: [7, 68] }, indices: { shape: [131], low: 0, high: 7, integer: true } },
        { rows: 7 },
        0,
      );
      await expectTwin(
        'ScatterAddRows',
        { dy: { shape: [131, 68] }, indices: { shape: [131], low: 0, high: 7, integer: true } },
        { rows: 9 },
        TOLERANCE,
      );
      // Places outside the table add nothing.
      const some = { shape: [20], low: -2, high: 9, integer: true };
      for (const width of [5, 8]) {
        await expectTwin('ScatterAddRows', { dy: { shape: [20, width] }, indices: some }, { rows: 7 }, TOLERANCE);
      }
    }));

  test('patches whose side is no multiple of four', () =>
    expectTwin(
      'Patches',
      {
        store: { shape: [2, 108], low: -(2 ** 31), high: 2 ** 31, integer: true },
        index: { shape: [3], low: 0, high: 2, integer: true },
      },
      { side: 12, patch: 3 },
    ));

  for (const [rows, classes] of [
    [3, 2],
    [5, 127],
    [1, 300],
    [33, 1024],
  ] as const) {
    test(`losses of ${rows} places over ${classes} classes`, () =>
      inBothForms(async () => {
        const vector = { shape: [rows] };
        const labels = { ...vector, low: 0, high: classes, integer: true };
        const logits = { shape: [rows, classes], low: -50, high: 50 };
        const given = { logits, labels, weights: vector, judgement: { ...vector, low: 0, high: 1 } };
        await expectTwin('SoftmaxLosses', given, {}, TOLERANCE);
        const statistics = { shape: [rows, 2], low: 49, high: 50 };
        await expectTwin('SoftmaxLossesGrad', { ...given, statistics, dLosses: { shape: [2] } }, {}, TOLERANCE);
      }));
  }

  for (const [rows, width] of [
    [2, 1],
    [6, 2],
    [14, 67],
    [130, 132],
  ] as const) {
    test(`the two orders of ${rows / 2} pairs of width ${width}, set against each other`, () =>
      expectTwin('Antisymmetric', { x: { shape: [rows, width] } }, {}, 0));
  }

  test('vectors longer than a binding are taken in stretches', () =>
    inBothForms(async () => {
      for (const [size, longestBinding] of [
        [1000, 256],
        [1001, 320],
        [64, 64],
      ] as const) {
        const vector = { shape: [size] };
        const control = { shape: [CONTROL_SIZE], low: 0.1, high: 0.9 };
        await expectTwin('Accumulate', { sum: vector, gradient: vector, control }, { longestBinding });
        await expectTwin(
          'AdamW',
          {
            parameters: vector,
            moment1: vector,
            moment2: { ...vector, low: 0, high: 1 },
            scaling: { shape: [4], low: 1, high: 8 },
            gradient: vector,
            decay: { ...vector, low: 0, high: 1 },
            control,
          },
          { longestBinding },
        );
      }
    }));
});

describe('gradients on the GPU equal central differences', () => {
  const two = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
  const one = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;

  for (const width of [8, 9]) {
    test(`norms of width ${width}`, async () => {
      const shapes = [[3, width], [3, width], [width], [width]];
      await expectFiniteDifferences((x, delta, w, b) => {
        const { sum, normed } = addNorm(two(x), two(delta), one(w), one(b), 1e-5);
        return tf.concat([sum, normed], 1);
      }, shapes);
      await expectFiniteDifferences((x, w) => norm(two(x), null, one(w), null, 1e-5), [[3, width], [width]]);
    });
  }

  test('places and pixel shuffle', () =>
    expectFiniteDifferences(
      (x, places) => pixelShuffle(addPlaces(two(x), two(places)), 2, 2),
      [
        [32, 4],
        [16, 4],
      ],
    ));

  test('embeddings', () =>
    expectFiniteDifferences(
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
        [10, 4],
        [3, 2, 4],
      ],
    ));

  for (const width of [3, 4]) {
    test(`pairs set against each other, of width ${width}`, () =>
      expectFiniteDifferences((x) => antisymmetric(two(x)), [[6, width]]));
  }

  test('gathered rows of a part of the flat vector', () =>
    expectFiniteDifferences(
      (flat) => {
        const [, table] = splitFlat(one(flat), [[2, 3], [5, 3], [4]]);
        return gatherRows(two(table), tf.tensor1d([1, 3, 1, 0, 1], 'int32'));
      },
      [[25]],
    ));

  for (const classes of [7, 70]) {
    test(`the language loss over ${classes} classes, chunked where more than 64`, () =>
      expectFiniteDifferences(
        (hidden, head, bias) =>
          languageLoss(
            {
              hidden: two(hidden),
              head: two(head),
              bias: one(bias),
              positions: tf.tensor1d([1, 4, 0, 1], 'int32'),
              labels: tf.tensor1d([0, 6, -1, 3], 'int32'),
              weights: tf.tensor1d([1, 0.5, 0, 2]),
              judgement: tf.tensor1d([0, 1, 0, 1]),
            },
            { chunk: 64 },
          ),
        [[5, 4], [classes, 4], [classes]],
      ));
  }
});
