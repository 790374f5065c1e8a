// The vision-language model, as the paper's figure reads: encode the images, embed the tokens with the images in their
// places, decode, and read the heads where they are wanted. Every tensor is used once, so that the tape adds no gradients.
import type * as tf from '@tensorflow/tfjs';
import { embedSequence } from '../kernels/sequence/embedSequence';
import { antisymmetric } from '../kernels/sequence/antisymmetric';
import { gatherRows } from '../kernels/sequence/gatherRows';
import { linear } from '../kernels/linear';
import { headOf, type ModelConfig } from './config';
import { decode, type OnKeysValues } from './decoder';
import { CLASSES, CLASSES_BIAS } from './parameters';
import { encodeImages } from './visionEncoder';
import type { Weights } from './weights';

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

/** Logits [R, V] of the language head at rows of hidden [R, D]. */
export function allLogits(config: ModelConfig, weights: Weights, hidden: tf.Tensor2D): tf.Tensor2D {
  return linear(hidden, weights(headName(config)) as tf.Tensor2D, null);
}

/**
 * Logits [R, 2] of the head beside the language head at rows of hidden [R, D]; an antisymmetric one has no bias, and its
 * orders are still to be set against each other.
 */
export function classLogits(config: ModelConfig, weights: Weights, rows: tf.Tensor2D): tf.Tensor2D {
  const bias = headOf(config) === 'classifier' ? (weights(CLASSES_BIAS) as tf.Tensor1D) : null;
  return linear(rows, weights(CLASSES) as tf.Tensor2D, bias);
}

/**
 * What such a head judges: the logits of img1 and img2.
 * @param rows [R, D] hidden states at the judgement; for an antisymmetric head both orders of each pair, side by side
 * @returns [R, 2]
 * @throws RangeError where an antisymmetric head gets rows that are no pairs
 */
export function judgedLogits(config: ModelConfig, weights: Weights, rows: tf.Tensor2D): tf.Tensor2D {
  const logits = classLogits(config, weights, rows);
  return headOf(config) === 'antisymmetric' ? antisymmetric(logits) : logits;
}

/**
 * Logits of a few tokens of the vocabulary alone, or what another head judges where the model has one.
 * @param positions [M] int32 rows of hidden
 * @param choices [C] int32 token ids
 * @returns [M, C], or [M, 2] of another head
 */
export function choiceLogits(
  config: ModelConfig,
  weights: Weights,
  hidden: tf.Tensor2D,
  positions: tf.Tensor1D,
  choices: tf.Tensor1D,
): tf.Tensor2D {
  const rows = gatherRows(hidden, positions);
  if (headOf(config) !== 'language') return judgedLogits(config, weights, rows);
  return linear(rows, gatherRows(weights(headName(config)) as tf.Tensor2D, choices), null);
}
