// How a model is asked: by forced choice at the judgement, or by letting it write its answer. Both read the same two
// logits; only what counts as an answer differs.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import type { ModelConfig } from '../model/config';
import { generate } from '../model/generate';
import { namedWeights, parameterTable, type ParameterTable } from '../model/parameters';
import { classifierLogits, hiddenStates, languageLogits } from '../model/vlm';
import { modelInput } from '../training/modelInput';

/** A model that can be asked. */
export interface Judge {
  config: ModelConfig;
  table: ParameterTable;
  /** [P] flat weights. */
  parameters: tf.Tensor1D;
  /** Token ids of img1 and img2, of the end and of padding, and those that stand before a judgement. */
  answers: readonly [number, number];
  end: number;
  padding: number;
  cue: readonly number[];
}

/** A model made of loaded weights; `freeJudge` gives them back. @throws Error where the weights do not fit the config */
export function makeJudge(
  config: ModelConfig,
  weights: Float32Array<ArrayBuffer>,
  tokens: Pick<Judge, 'answers' | 'end' | 'padding' | 'cue'>,
): Judge {
  const table = parameterTable(config);
  if (table.total !== weights.length) {
    throw new Error('This model does not have the shape that its description says; the file may be damaged.');
  }
  return { config, table, parameters: tf.tensor1d(weights), ...tokens };
}

/** The same model with weights of its own, which training does not change; `freeJudge` gives them back. */
export function copyJudge(judge: Judge): Judge {
  // A clone would share the memory that an in-place update overwrites.
  return { ...judge, parameters: tf.tidy(() => tf.add(judge.parameters, 0)) };
}

export function freeJudge(judge: Judge): void {
  judge.parameters.dispose();
}

/** Logits of img1 and img2 for each sample of a `judgement` batch. */
export async function forcedChoice(judge: Judge, batch: Batch): Promise<[number, number][]> {
  const pair = tf.tidy(() => {
    const weights = namedWeights(judge.table, judge.parameters);
    const hidden = hiddenStates(judge.config, weights, modelInput(batch));
    const places = tf.tensor1d(batch.positions, 'int32');
    if (judge.config.classifier_head) return classifierLogits(weights, hidden, places);
    return tf.gather(languageLogits(judge.config, weights, hidden, places), [...judge.answers], 1);
  });
  const values = await pair.data();
  pair.dispose();
  return Array.from(batch.lengths, (_, b) => [values[2 * b] ?? NaN, values[2 * b + 1] ?? NaN]);
}

export interface WrittenAnswer {
  ids: number[];
  ended: boolean;
  logits: [number, number];
}

/** Free generation for each sample of a `prompt` batch. @param most tokens to write at most */
export async function writtenAnswers(judge: Judge, batch: Batch, most: number): Promise<WrittenAnswer[]> {
  // Generation outlives a tidy, so the tensors it needs are made and freed by hand.
  const named = tf.tidy(() => {
    const weights = namedWeights(judge.table, judge.parameters);
    return judge.table.parameters.map(({ name }) => weights(name));
  });
  const byName = new Map(judge.table.parameters.map(({ name }, i) => [name, named[i] as tf.Tensor]));
  const input = modelInput(batch);
  const { ids, ended, judgements } = await generate(
    judge.config,
    (name) => byName.get(name) as tf.Tensor,
    input,
    [...batch.lengths],
    { most, end: judge.end, padding: judge.padding, answers: judge.answers, cue: judge.cue },
  );
  tf.dispose([...named, input.images, input.first, input.second, input.tokens]);
  return ids.map((sample, b) => ({
    ids: sample,
    ended: ended[b] ?? false,
    logits: judgements[b] as [number, number],
  }));
}
