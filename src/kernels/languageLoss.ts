// The end of the model in training: the hidden states of the supervised places alone go through the head, and their
// cross-entropy is summed. A composition of four operations, each with its own gradient.
import type * as tf from '@tensorflow/tfjs';
import { chunkedLosses } from './languageLoss/chunkedLosses';
import { gatherRows } from './sequence/gatherRows';
import { linear } from './linear';
import { softmaxLosses } from './languageLoss/softmaxLosses';

export interface LanguageLossInputs {
  /** [N, D] */
  hidden: tf.Tensor2D;
  /** [V, D] */
  head: tf.Tensor2D;
  /** [V], or null for none. */
  bias: tf.Tensor1D | null;
  /** [M] int32 rows of `hidden`; an unused place has weight zero and any valid row. */
  positions: tf.Tensor1D;
  /** [M] int32 in [0, V). */
  labels: tf.Tensor1D;
  /** [M] */
  weights: tf.Tensor1D;
  /** [M] */
  judgement: tf.Tensor1D;
}

/**
 * (Σ weights·CE, Σ weights·judgement·CE) over the supervised places, in nats, differentiable by hidden, head and bias. The
 * upstream gradient [2] may carry a loss scale.
 * @param chunk the most rows of the head whose logits exist at a time; a larger vocabulary is taken in chunks
 * @returns [2]
 */
export function languageLoss(
  { hidden, head, bias, positions, labels, weights, judgement }: LanguageLossInputs,
  { chunk }: { chunk: number },
): tf.Tensor1D {
  const rows = gatherRows(hidden, positions);
  const places = { labels, weights, judgement };
  if (head.shape[0] > chunk) return chunkedLosses(rows, head, bias, places, chunk);
  return softmaxLosses(linear(rows, head, bias), places);
}
