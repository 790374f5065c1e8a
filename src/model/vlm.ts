// The vision-language model, as the paper's figure reads: embed the tokens, encode the images, put them in their places,
// decode, and read the heads where they are wanted.
import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../kernels/gatherRows';
import { linear } from '../kernels/linear';
import type { ModelConfig } from './config';
import { decode } from './decoder';
import type { Weights } from './parameters';
import { encodeImages } from './visionEncoder';

/** A batch as tensors; the shapes are those of batches/batch.ts. */
export interface ModelInput {
  /** [U, S, S, 3] */
  images: tf.Tensor4D;
  /** [B] which image is img1, and which img2. */
  first: tf.Tensor1D;
  second: tf.Tensor1D;
  /** [B, T] int32 */
  tokens: tf.Tensor2D;
  imageStarts: readonly [number, number];
}

/** [B, T, D] token embeddings with the images' features in their places. */
export function embed(config: ModelConfig, weights: Weights, input: ModelInput): tf.Tensor3D {
  const [batch, tokens] = input.tokens.shape;
  const width = config.text_config.hidden_size;
  const table = weights('model.text_model.embed_tokens.weight') as tf.Tensor2D;
  const words = tf.reshape(gatherRows(table, tf.reshape(input.tokens, [batch * tokens])), [batch, tokens, width]);
  const features = encodeImages(config, weights, input.images); // [U, N, D]
  const [images, places] = features.shape;
  const flat = tf.reshape(features, [images, places * width]) as tf.Tensor2D;
  const shown = (index: tf.Tensor1D) => tf.reshape(gatherRows(flat, index), [batch, places, width]);
  const [a, b] = input.imageStarts;
  const between = (from: number, to: number) => tf.slice(words, [0, from, 0], [batch, to - from, width]);
  return tf.concat(
    [between(0, a), shown(input.first), between(a + places, b), shown(input.second), between(b + places, tokens)],
    1,
  ) as tf.Tensor3D;
}

/** Hidden states [B·T, D] of whole right-padded sequences. */
export function hiddenStates(config: ModelConfig, weights: Weights, input: ModelInput): tf.Tensor2D {
  const x = embed(config, weights, input);
  const [batch, tokens] = x.shape;
  // Causal attention and padding on the right: no valid token ever sees a padded one, so no mask is needed.
  const positions = tf.tile(tf.expandDims(tf.range(0, tokens, 1, 'int32'), 0), [batch, 1]) as tf.Tensor2D;
  return decode(config, weights, x, positions, null, null).hidden;
}

/**
 * Logits of the language head at some places.
 * @param hidden [R, D]
 * @param positions [M] int32 rows of hidden
 * @returns [M, V]
 */
export function languageLogits(
  config: ModelConfig,
  weights: Weights,
  hidden: tf.Tensor2D,
  positions: tf.Tensor1D,
): tf.Tensor2D {
  const head = config.tie_word_embeddings ? 'model.text_model.embed_tokens.weight' : 'lm_head.weight';
  return linear(gatherRows(hidden, positions), weights(head) as tf.Tensor2D, null);
}

/** Logits [M, 2] of the classifier head: img1, img2. */
export function classifierLogits(weights: Weights, hidden: tf.Tensor2D, positions: tf.Tensor1D): tf.Tensor2D {
  return linear(
    gatherRows(hidden, positions),
    weights('classifier.weight') as tf.Tensor2D,
    weights('classifier.bias') as tf.Tensor1D,
  );
}
