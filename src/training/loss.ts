// The loss of a batch and its gradient with respect to the flat parameter vector.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import type { HostArrays } from '../gpu/hostTensors';
import { addVectors } from '../kernels/addVectors';
import { languageLoss } from '../kernels/languageLoss';
import { softmaxLosses } from '../kernels/languageLoss/softmaxLosses';
import { gatherRows } from '../kernels/sequence/gatherRows';
import { shared } from '../kernels/shared';
import { splitFlat } from '../kernels/split';
import { headOf, type ModelConfig } from '../model/config';
import type { ParameterTable } from '../model/parameters';
import { namedWeights } from '../model/weights';
import { headName, hiddenStates, judgedLogits } from '../model/vlm';
import { inputArrays, modelInput, targetArrays } from './modelInput';
import type { ClassName, InputName, Layout, TargetName } from './modelInput';

export type LossInputName = InputName | TargetName | ClassName;

export function lossArrays(
  config: ModelConfig,
  batch: Batch,
  answers: readonly [number, number],
): HostArrays<LossInputName> {
  // Classes are there where a head beside the language head asks for them.
  const targets = targetArrays(batch, headOf(config) === 'language' ? null : answers) as HostArrays<
    TargetName | ClassName
  >;
  return { ...inputArrays(batch), ...targets };
}

export interface LossAndGradient {
  /** [2]: the weighted loss, and the judgement's part of it. */
  losses: tf.Tensor1D;
  /** [P] of the weighted loss times the upstream gradient. */
  gradient: tf.Tensor1D;
}

/** Rows of the vocabulary whose logits exist at a time. */
const CHUNK = 8192;

/**
 * Cross-entropy in nats over the supervised places. With a head beside the language head the judgement is read there
 * instead of from the vocabulary. The caller disposes both tensors.
 * @param flat [P]
 * @param tensors of `lossArrays`
 * @param upstream gradient of the losses, of which the first two numbers count: the loss scale and zero
 */
export function lossAndGradient(
  config: ModelConfig,
  table: ParameterTable,
  flat: tf.Tensor1D,
  tensors: Record<LossInputName, tf.Tensor>,
  layout: Layout,
  upstream: tf.Tensor1D,
): LossAndGradient {
  return tf.tidy(() => {
    const forward = () => batchLosses(config, table, flat, tensors, layout);
    // A single head reads the two numbers where they are; a sum of two hands its gradient on as it comes.
    const slope = headOf(config) !== 'language' ? splitFlat(upstream, [[2], [upstream.size - 2]])[0] : upstream;
    const { value, grads } = tf.engine().gradients(forward, [flat], slope);
    return { losses: value as tf.Tensor1D, gradient: grads[0] as tf.Tensor1D };
  });
}

/** [2] the weighted loss and the judgement's part. */
function batchLosses(
  config: ModelConfig,
  table: ParameterTable,
  flat: tf.Tensor1D,
  tensors: Record<LossInputName, tf.Tensor>,
  layout: Layout,
): tf.Tensor1D {
  const weights = namedWeights(table, flat);
  const hidden = hiddenStates(config, weights, modelInput(tensors, layout));
  const vector = (name: LossInputName) => tensors[name] as tf.Tensor1D;
  const places = { positions: vector('positions'), judgement: vector('judgement') };
  const wordLosses = (states: tf.Tensor2D) => {
    const head = weights(headName(config)) as tf.Tensor2D;
    const supervised = { ...places, labels: vector('labels'), weights: vector('weights') };
    return languageLoss({ ...supervised, hidden: states, head, bias: null }, { chunk: CHUNK });
  };
  if (headOf(config) === 'language') return wordLosses(hidden);
  const [forWords, forClasses] = shared(hidden);
  const judged = judgedLogits(config, weights, gatherRows(forClasses, vector('judged')));
  const classes = { labels: vector('classes'), weights: vector('classWeights'), judgement: vector('classJudgement') };
  return addVectors(wordLosses(forWords), softmaxLosses(judged, classes));
}
