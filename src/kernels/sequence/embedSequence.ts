// The decoder's input: word embeddings with the features of the two images shown in their places. Its gradients add up in
// a fixed order: a word's row over the places that show it, an image's features over the samples that show it.
import * as tf from '@tensorflow/tfjs';
import featuresSource from '../../../shaders/embedFeaturesGrad.wgsl?raw';
import source from '../../../shaders/embedSequence.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import { groupsFor, inParts, sizeOf } from '../parts';
import { scatterRows } from './scatterRows';
import { embedFeaturesGradOnHeap, embedSequenceOnHeap, embedTableGradOnHeap } from '../onHeap/sequence';

interface Inputs {
  /** [V, D] */
  table: tf.Tensor;
  /** [B, T] int32 */
  tokens: tf.Tensor;
  /** [U, n, D] */
  features: tf.Tensor;
  /** [B, 2] int32 */
  shown: tf.Tensor;
}

interface Attributes {
  /** First place of either image in every sample. */
  starts: readonly [number, number];
}

/** [B, T, D] cut along T: words, first image, words, second image, words. */
function cuts([a, b]: readonly [number, number], places: number, tokens: number): number[] {
  return [a, places, b - a - places, places, tokens - b - places];
}

const embedForward = defineKernel<Inputs, Attributes, tf.Tensor>({
  name: 'EmbedSequence',
  plain: ({ table, tokens, features, shown }, { starts }) => {
    const [batch = 0, length = 0] = tokens.shape;
    const [images = 0, places = 0, width = 0] = features.shape;
    const words = tf.reshape(tf.gather(table, tf.reshape(tokens, [-1])), [batch, length, width]);
    const flat = tf.reshape(features, [images, places * width]);
    const pictures = tf.reshape(tf.gather(flat, tf.reshape(shown, [-1])), [batch, 2, places, width]);
    const [before, , between, , after] = tf.split(words, cuts(starts, places, length), 1);
    const [first, second] = tf.unstack(pictures, 1);
    const parts = [before, first, between, second, after] as tf.Tensor[];
    return tf.reshape(tf.concat(parts, 1), [batch * length, width]);
  },
  wasm: embedSequenceOnHeap,
  webgpu: ({ table, tokens, features, shown }, { starts }, recorder) => {
    const [, length = 0] = tokens.shape;
    const [, places = 0, width = 0] = features.shape;
    const { shader, each } = inParts('embedSequence', source, width);
    const out = recorder.output([sizeOf(tokens), width]);
    const count = sizeOf(out) / each;
    recorder.dispatch({
      shader,
      inputs: [table, tokens, features, shown],
      outputs: [out],
      params: [count, width / each, length, starts[0], starts[1], places].map((u32) => ({ u32 })),
      groups: groupsFor(count, 64),
      work: { flops: 0, bytes: 8 * sizeOf(out) },
    });
    return out;
  },
  example: {
    inputs: {
      table: { shape: [9, 13] },
      tokens: { shape: [3, 11], low: 0, high: 9, integer: true },
      features: { shape: [4, 3, 13] },
      shown: { shape: [3, 2], low: 0, high: 4, integer: true },
    },
    attributes: { starts: [1, 6] },
  },
  inputsToSave: ['table', 'tokens', 'features', 'shown'],
  gradient: (dy, saved, attributes) => {
    const [table, tokens, features, shown] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    return {
      table: () => tableGrad({ dy, table, tokens }, { ...attributes, places: features.shape[1] ?? 0 }),
      features: () => featuresGrad({ dy, features, shown }, attributes),
    };
  },
});

/** dTable[v] = Σ dy over the word places that hold v, place after place: [B·T, D] → [V, D]. */
const tableGrad = defineKernel<
  { dy: tf.Tensor; table: tf.Tensor; tokens: tf.Tensor },
  Attributes & { places: number },
  tf.Tensor
>({
  name: 'EmbedSequenceTableGrad',
  plain: ({ dy, table, tokens }, { starts, places }) => {
    const [batch = 0, length = 0] = tokens.shape;
    const [rows = 0] = table.shape;
    const words = tf.split(tokens, cuts(starts, places, length), 1);
    // No word is called −1, so what stands at an image's place goes nowhere.
    const masked = words.map((part, i) => (i % 2 === 0 ? part : tf.fill(part.shape, -1, 'int32')));
    const ids = tf.reshape(tf.concat(masked, 1), [1, batch * length]);
    const hits = tf.equal(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), ids);
    return tf.matMul(tf.cast(hits, 'float32') as tf.Tensor2D, dy as tf.Tensor2D);
  },
  wasm: embedTableGradOnHeap,
  webgpu: ({ dy, table, tokens }, { starts, places }, recorder) => {
    const dTable = recorder.gradientOf(table);
    scatterRows(dy, tokens, dTable, { length: tokens.shape[1] ?? 0, starts, places }, recorder);
    return dTable;
  },
  example: {
    inputs: {
      dy: { shape: [33, 13] },
      table: { shape: [9, 13] },
      tokens: { shape: [3, 11], low: 0, high: 9, integer: true },
    },
    attributes: { starts: [1, 6], places: 3 },
  },
});

/** dFeatures[u, i] = Σ dy over the samples that show image u, sample after sample: [B·T, D] → [U, n, D]. */
const featuresGrad = defineKernel<{ dy: tf.Tensor; features: tf.Tensor; shown: tf.Tensor }, Attributes, tf.Tensor>({
  name: 'EmbedSequenceFeaturesGrad',
  plain: ({ dy, features, shown }, { starts }) => {
    const [batch = 0] = shown.shape;
    const [images = 0, places = 0, width = 0] = features.shape;
    const length = (dy.shape[0] ?? 0) / Math.max(1, batch);
    const parts = tf.split(tf.reshape(dy, [batch, length, width]), cuts(starts, places, length), 1);
    const pictures = tf.stack([parts[1] as tf.Tensor, parts[3] as tf.Tensor], 1); // [B, 2, n, D]
    const ids = tf.reshape(shown, [1, 2 * batch]);
    const hits = tf.cast(tf.equal(tf.reshape(tf.range(0, images, 1, 'int32'), [images, 1]), ids), 'float32');
    const sums = tf.matMul(hits as tf.Tensor2D, tf.reshape(pictures, [2 * batch, places * width]));
    return tf.reshape(sums, features.shape);
  },
  wasm: embedFeaturesGradOnHeap,
  webgpu: ({ dy, features, shown }, { starts }, recorder) => {
    const [batch = 0] = shown.shape;
    const [, places = 0, width = 0] = features.shape;
    const { shader, each } = inParts('embedFeaturesGrad', featuresSource, width);
    const out = recorder.output(features.shape);
    const count = sizeOf(out) / each;
    const length = (dy.shape[0] ?? 0) / Math.max(1, batch);
    recorder.dispatch({
      shader,
      inputs: [dy, shown],
      outputs: [out],
      params: [count, width / each, length, starts[0], starts[1], places, batch].map((u32) => ({ u32 })),
      groups: groupsFor(count, 64),
      work: { flops: 2 * batch * places * width, bytes: 4 * (2 * batch * places * width + sizeOf(out)) },
    });
    return out;
  },
  example: {
    inputs: {
      dy: { shape: [33, 13] },
      features: { shape: [4, 3, 13] },
      shown: { shape: [3, 2], low: 0, high: 4, integer: true },
    },
    attributes: { starts: [1, 6] },
  },
});

/**
 * out[b·T + t] = table[tokens[b, t]], but at places starts[i] … starts[i] + n − 1 the features of image shown[b, i].
 * @param inputs table [V, D], tokens [B, T] int32 in [0, V), features [U, n, D], shown [B, 2] int32 in [0, U)
 * @param attributes starts: first place of the first and of the second image, the same for every sample
 * @returns [B·T, D]
 * @throws RangeError where the images' places overlap or lie outside the sequence
 */
export function embedSequence(
  inputs: { table: tf.Tensor2D; tokens: tf.Tensor2D; features: tf.Tensor3D; shown: tf.Tensor2D },
  attributes: { starts: readonly [number, number] },
): tf.Tensor2D {
  const { starts } = attributes;
  const [, places] = inputs.features.shape;
  const tokens = inputs.tokens.shape[1];
  if (cuts(starts, places, tokens).some((part) => part < 0)) {
    throw new RangeError(
      `embedSequence: images of ${places} places from ${starts.join(' and ')} on in ${tokens} tokens`,
    );
  }
  return embedForward(inputs, { starts }) as tf.Tensor2D;
}
