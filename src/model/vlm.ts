// The vision-language model, as the paper's figure reads: encode the images, embed the tokens with the images in their
// places, decode, and read the heads where they are wanted. Every tensor is used once, so that the tape adds no gradients.
import type * as tf from '@tensorflow/tfjs';
import { embedSequence } from '../kernels/sequence/embedSequence';
import { gatherRows } from '../kernels/sequence/gatherRows';
import { linear } from '../kernels/linear';
import type { ModelConfig } from './config';
import { decode, type OnKeysValues } from './decoder';
import type { Weights } from './parameters';
import { encodeImages } from './visionEncoder';

/** A batch as tensors; the shapes are those of batches/batch.ts. */
export interface ModelInput {
  /** [F, S·S·3/4] int32: pictures as bytes, four to a number. */
  store: tf.Tensor2D;
  /** [U] int32: the pictures of the store that this batch shows. */
  pictures: tf.Tensor1D;
  /** [B, 2] int32: which of the batch's pictures are img1 and img2. */
  shown: tf.Tensor2D;
  /** [B, T] int32 */
  tokens: tf.Tensor2D;
  /** [B, T] int32: the rotary positions, 0 … T−1. */
  places: tf.Tensor2D;
  imageStarts: readonly [number, number];
}

/**
 * Hidden states [B·T, D] of whole right-padded sequences.
 * @param onKeysValues sees every layer's rotated keys and values, for a cache
 */
export function hiddenStates(
  config: ModelConfig,
  weights: Weights,
  input: ModelInput,
  onKeysValues?: OnKeysValues,
): tf.Tensor2D {
  const table = weights('model.text_model.embed_tokens.weight') as tf.Tensor2D;
  const features = encodeImages(config, weights, input); // [U, N, D]
  const { tokens, shown, places, imageStarts } = input;
  const x = embedSequence({ table, tokens, features, shown }, { starts: imageStarts }); // [B·T, D]
  // Causal attention and padding on the right: no valid token ever sees a padded one, so no mask is needed.
  return decode(config, weights, x, places, onKeysValues);
}

/** The name of the language head's weight. */
export function headName(config: ModelConfig): string {
  return config.tie_word_embeddings ? 'model.text_model.embed_tokens.weight' : 'lm_head.weight';
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
  return allLogits(config, weights, gatherRows(hidden, positions));
}

/** Logits [R, V] of the language head at all rows of hidden [R, D]. */
export function allLogits(config: ModelConfig, weights: Weights, hidden: tf.Tensor2D): tf.Tensor2D {
  return linear(hidden, weights(headName(config)) as tf.Tensor2D, null);
}

/**
 * Logits of a few tokens of the vocabulary alone, or of the classifier head where the model has one.
 * @param choices [C] int32 token ids
 * @returns [M, C], or [M, 2] with a classifier head
 */
export function choiceLogits(
  config: ModelConfig,
  weights: Weights,
  hidden: tf.Tensor2D,
  positions: tf.Tensor1D,
  choices: tf.Tensor1D,
): tf.Tensor2D {
  const rows = gatherRows(hidden, positions);
  if (config.classifier_head) {
    return linear(rows, weights('classifier.weight') as tf.Tensor2D, weights('classifier.bias') as tf.Tensor1D);
  }
  return linear(rows, gatherRows(weights(headName(config)) as tf.Tensor2D, choices), null);
}
