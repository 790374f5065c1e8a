// How a model is asked: by forced choice at the judgement, or by letting it write its answer. Both read the same two
// logits; only what counts as an answer differs.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import { compact } from '../batches/compact';
import { makeTensors, type HostArrays } from '../gpu/hostTensors';
import { Replayed } from '../gpu/replayed';
import { headOf, type ModelConfig } from '../model/config';
import { generate, type Drawing } from '../model/generate';
import { parameterTable, type ParameterTable } from '../model/parameters';
import { namedWeights } from '../model/weights';
import { choiceLogits, hiddenStates } from '../model/vlm';
import { Writer, type ToInput } from '../model/writer';
import { inputArrays, modelInput, shapeKey, type InputName, type Layout } from '../training/modelInput';
import * as m from '../words/messages';

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
  /** Tokens of another format that also stand before a judgement where the model writes them of its own accord. */
  alsoCue?: readonly number[] | undefined;
}

/** A model made of loaded weights; `freeJudge` gives them back. @throws Error where the weights do not fit the config */
export function makeJudge(
  config: ModelConfig,
  weights: Float32Array<ArrayBuffer>,
  tokens: Pick<Judge, 'answers' | 'end' | 'padding' | 'cue'>,
): Judge {
  const table = parameterTable(config);
  if (table.total !== weights.length) {
    throw new Error(m.engine_model_shape());
  }
  // On the GPU at once: what is captured for it cannot upload.
  const { parameters } = makeTensors({ parameters: { values: weights, shape: [weights.length] } });
  return { config, table, parameters: parameters as tf.Tensor1D, ...tokens };
}

/** The same model with weights of its own, which training does not change; `freeJudge` gives them back. */
export function copyJudge(judge: Judge): Judge {
  // A clone would share the memory that an in-place update overwrites.
  return { ...judge, parameters: tf.tidy(() => tf.add(judge.parameters, 0)) };
}

export function freeJudge(judge: Judge): void {
  forgetCaptured(judge);
  judge.parameters.dispose();
}

/** What was captured for a judge's parameters, by the shape of what it is asked. */
class Captured {
  readonly choices = new Map<string, Replayed<ChoiceName>>();
  readonly writers = new Map<string, Writer>();

  dispose(): void {
    for (const replayed of [...this.choices.values(), ...this.writers.values()]) replayed.dispose();
    this.choices.clear();
    this.writers.clear();
  }
}

type ChoiceName = InputName | 'positions' | 'answers';

const captured = new WeakMap<tf.Tensor1D, Captured>();

function capturedOf({ parameters }: Judge): Captured {
  let found = captured.get(parameters);
  if (found === undefined) captured.set(parameters, (found = new Captured()));
  return found;
}

/** Frees what was captured for a judge; its parameters stay. */
export function forgetCaptured(judge: Pick<Judge, 'parameters'>): void {
  captured.get(judge.parameters)?.dispose();
  captured.delete(judge.parameters);
}

/**
 * Logits of img1 and img2 for each sample of a `judgement` batch.
 * @throws RangeError where an antisymmetric head gets a batch without both orders of each pair, side by side
 */
export async function forcedChoice(judge: Judge, padded: Batch): Promise<[number, number][]> {
  // Captured commands need one shape for all batches.
  const batch = tf.getBackend() === 'webgpu' ? padded : compact(padded);
  const arrays: HostArrays<ChoiceName> = {
    ...inputArrays(batch),
    positions: { values: batch.positions, shape: [batch.positions.length] },
    answers: { values: Int32Array.from(judge.answers), shape: [2] },
  };
  const { choices } = capturedOf(judge);
  const key = shapeKey(batch);
  let replayed = choices.get(key);
  if (replayed === undefined) {
    const layout = { imageStarts: batch.imageStarts, imageSize: batch.imageSize };
    replayed = new Replayed(arrays, (tensors) => [choose(judge, tensors, layout)]);
    // Elsewhere than on `webgpu` the parameters are another tensor after each step, and nothing is captured.
    if (replayed.plan !== null) choices.set(key, replayed);
  }
  const [values] = await replayed.run(arrays);
  return Array.from(batch.lengths, (_, b) => [values?.[2 * b] ?? NaN, values?.[2 * b + 1] ?? NaN]);
}

function choose(judge: Judge, tensors: Record<ChoiceName, tf.Tensor>, layout: Layout): tf.Tensor2D {
  const weights = namedWeights(judge.table, judge.parameters);
  const hidden = hiddenStates(judge.config, weights, modelInput(tensors, layout));
  const [positions, answers] = [tensors.positions as tf.Tensor1D, tensors.answers as tf.Tensor1D];
  return choiceLogits(judge.config, weights, hidden, positions, answers);
}

export interface WrittenAnswer {
  ids: number[];
  ended: boolean;
  logits: [number, number];
}

/**
 * Free generation for each sample of a `prompt` batch, greedy unless said. A head of two classes judges what stands after
 * the description, and then `ids` ends before the judgement.
 * @param most tokens to write at most
 * @throws RangeError where an antisymmetric head gets a batch without both orders of each pair, side by side
 */
export async function writtenAnswers(
  judge: Judge,
  batch: Batch,
  most: number,
  drawing?: Drawing,
): Promise<WrittenAnswer[]> {
  const { imageStarts, imageSize } = batch;
  const input: ToInput = (tensors) => modelInput(tensors, { imageStarts, imageSize });
  const prompts = { arrays: inputArrays(batch), input, lengths: [...batch.lengths] };
  const { writers } = capturedOf(judge);
  const room = most + judge.cue.length;
  const key = `${shapeKey(batch)} ${room}`;
  const known = writers.get(key);
  // One writer holds one conversation at a time.
  writers.delete(key);
  const writer = known ?? new Writer(judge, prompts, room);
  const { ids, ended, judgements } = await generate(writer, prompts, { ...judge, most, drawing });
  const logits = headOf(judge.config) === 'antisymmetric' ? opposed(judgements) : judgements;
  if (writer.isCaptured && !writers.has(key)) writers.set(key, writer);
  else writer.dispose();
  return ids.map((sample, b) => ({
    ids: sample,
    ended: ended[b] ?? false,
    logits: logits[b] as [number, number],
  }));
}

/** The kernel's rule on the host: both orders reach their judgement at different tokens. */
function opposed(judgements: readonly [number, number][]): [number, number][] {
  if (judgements.length % 2 !== 0) throw new RangeError(`${judgements.length} answers are no pairs`);
  return judgements.map((own, b) => {
    const other = judgements[b ^ 1] as [number, number];
    return [(own[0] - other[0]) / 2, (own[1] - other[1]) / 2];
  });
}
