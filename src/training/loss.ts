// The loss of a batch and its gradient with respect to the flat parameter vector.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import { crossEntropy } from '../kernels/crossEntropy';
import type { ModelConfig } from '../model/config';
import { namedWeights, type ParameterTable } from '../model/parameters';
import { classifierLogits, hiddenStates, languageLogits } from '../model/vlm';
import { modelInput } from './modelInput';

export interface LossAndGradient {
  /** [2]: the weighted loss, and the judgement's part of it. */
  losses: tf.Tensor1D;
  /** [P] */
  gradient: tf.Tensor1D;
}

/**
 * Cross-entropy in nats over the supervised places. With a classifier head the judgement is read there instead of from
 * the vocabulary. The caller disposes both tensors.
 * @param answers token ids of img1 and img2
 */
export function lossAndGradient(
  config: ModelConfig,
  table: ParameterTable,
  flat: tf.Tensor1D,
  batch: Batch,
  answers: readonly [number, number],
): LossAndGradient {
  return tf.tidy(() => {
    const judgement = tf.tensor1d(batch.judgement);
    let losses: tf.Tensor1D | null = null;
    const { value, grad } = tf.valueAndGrad((parameters: tf.Tensor) => {
      const perPlace = placeLosses(config, table, parameters as tf.Tensor1D, batch, answers);
      losses = tf.keep(tf.stack([tf.sum(perPlace), tf.sum(tf.mul(perPlace, judgement))])) as tf.Tensor1D;
      return tf.sum(perPlace) as tf.Scalar;
    })(flat);
    value.dispose();
    return { losses: losses as unknown as tf.Tensor1D, gradient: grad as tf.Tensor1D };
  });
}

/** [M] weighted loss of each supervised place. */
function placeLosses(
  config: ModelConfig,
  table: ParameterTable,
  flat: tf.Tensor1D,
  batch: Batch,
  answers: readonly [number, number],
): tf.Tensor1D {
  const weights = namedWeights(table, flat);
  const hidden = hiddenStates(config, weights, modelInput(batch));
  const positions = tf.tensor1d(batch.positions, 'int32');
  const words = languageLogits(config, weights, hidden, positions);
  const labels = tf.tensor1d(batch.labels, 'int32');
  if (!config.classifier_head) return crossEntropy(words, labels, tf.tensor1d(batch.weights));
  const only = (judged: 0 | 1) => batch.weights.map((w, m) => (batch.judgement[m] === judged ? w : 0));
  const classes = batch.labels.map((label) => (label === answers[1] ? 1 : 0));
  return tf.add(
    crossEntropy(words, labels, tf.tensor1d(only(0))),
    crossEntropy(classifierLogits(weights, hidden, positions), tf.tensor1d(classes, 'int32'), tf.tensor1d(only(1))),
  );
}
