// The loop, and nothing else. An async generator yields after each optimiser step; whoever pulls decides about pausing,
// saving and evaluating between two pulls. Everything from outside (batches, state) is passed in.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import type { ModelConfig } from '../model/config';
import type { ParameterTable } from '../model/parameters';
import { lossAndGradient } from './loss';
import type { ModelState } from './modelState';
import { stageSteps, type Recipe, type Stage } from './recipe';
import { learningRateAt } from './schedule';

export interface TrainingRun {
  recipe: Recipe;
  config: ModelConfig;
  table: ParameterTable;
  state: ModelState;
  /** Token ids of img1 and img2. */
  answers: readonly [number, number];
  /** Optimiser steps already done over all stages. */
  step: number;
}

export interface StepResult {
  /** Steps done over all stages, this one included. */
  step: number;
  stage: Stage;
  stageIndex: number;
  /** Steps done within the stage, this one included. */
  stepInStage: number;
  /** Whether this was the stage's last step. */
  stageEnds: boolean;
  loss: number;
  /** Mean loss of the judgement alone, in nats. */
  judgementLoss: number;
  learningRate: number;
  gradientNorm: number;
  samples: number;
  tokens: number;
}

/** The micro-batch of a stage's step; a pure function of its arguments. */
export type BatchSource = (stageIndex: number, step: number, micro: number) => Promise<Batch>;

/** Thrown when the loss or the gradient is no longer a finite number. */
export class NotFinite extends Error {
  override name = 'NotFinite';
}

/** Where a global step falls. Null past the end. */
export function placeOf(recipe: Recipe, step: number): { stageIndex: number; stepInStage: number } | null {
  let rest = step;
  for (const [stageIndex, stage] of recipe.stages.entries()) {
    const steps = stageSteps(recipe, stage);
    if (rest < steps) return { stageIndex, stepInStage: rest };
    rest -= steps;
  }
  return null;
}

/** Batches asked for before they are needed, so that the data worker prepares while the model computes. */
const AHEAD = 3;

function prefetching(recipe: Recipe, source: BatchSource): BatchSource {
  const waiting = new Map<string, Promise<Batch>>();
  const key = (stage: number, step: number, micro: number) => `${stage}/${step}/${micro}`;
  const ask = (stage: number, step: number, micro: number) => {
    const name = key(stage, step, micro);
    const found = waiting.get(name) ?? source(stage, step, micro);
    // A failure is reported when the batch is used, not when it was asked for.
    found.catch(() => undefined);
    waiting.set(name, found);
    return found;
  };
  return (stage, step, micro) => {
    const batch = ask(stage, step, micro);
    const steps = stageSteps(recipe, recipe.stages[stage] as Stage);
    for (let i = 1, at = step * recipe.accumulation + micro + 1; i <= AHEAD; i++, at++) {
      const next = Math.floor(at / recipe.accumulation);
      if (next < steps) void ask(stage, next, at % recipe.accumulation);
    }
    waiting.delete(key(stage, step, micro));
    return batch;
  };
}

/** Trains from `run.step` to the recipe's end. @throws NotFinite; whatever the batch source throws */
export async function* train(run: TrainingRun, source: BatchSource): AsyncGenerator<StepResult> {
  const { recipe } = run;
  const batches = prefetching(recipe, source);
  for (let place = placeOf(recipe, run.step); place; place = placeOf(recipe, run.step)) {
    const { stageIndex, stepInStage } = place;
    const stage = recipe.stages[stageIndex] as Stage;
    const steps = stageSteps(recipe, stage);
    if (stepInStage === 0 && run.step > 0) run.state.resetMoments();
    const learningRate = learningRateAt(stepInStage, steps, stage.learningRate, stage.warmupSteps);
    const figures = await oneStep(run, batches, stageIndex, stepInStage, learningRate);
    run.step++;
    yield {
      ...figures,
      step: run.step,
      stage,
      stageIndex,
      stepInStage: stepInStage + 1,
      stageEnds: stepInStage + 1 === steps,
      learningRate,
    };
  }
}

async function oneStep(
  run: TrainingRun,
  batches: BatchSource,
  stageIndex: number,
  stepInStage: number,
  learningRate: number,
) {
  const { accumulation, optimizer } = run.recipe;
  const losses: tf.Tensor1D[] = [];
  let gradient: tf.Tensor1D | null = null;
  let samples = 0;
  let tokens = 0;
  let judgementShare = 0;
  for (let micro = 0; micro < accumulation; micro++) {
    const batch = await batches(stageIndex, stepInStage, micro);
    const result = lossAndGradient(run.config, run.table, run.state.parameters, batch, run.answers);
    losses.push(result.losses);
    gradient = accumulate(gradient, result.gradient, 1 / accumulation);
    samples += batch.lengths.length;
    tokens += batch.lengths.reduce((sum, length) => sum + length, 0);
    judgementShare += batch.weights.reduce((sum, w, m) => sum + w * (batch.judgement[m] ?? 0), 0);
  }
  const norm = run.state.update(gradient as tf.Tensor1D, {
    learningRate,
    beta1: optimizer.beta1,
    beta2: optimizer.beta2,
    epsilon: optimizer.epsilon,
    weightDecay: optimizer.weightDecay,
    clip: optimizer.clip,
    // The moments start afresh with each stage, and with them the bias correction's count.
    step: stepInStage + 1,
  });
  const figures = tf.tidy(() => tf.concat([tf.sum(tf.stack(losses), 0), tf.reshape(norm, [1])]) as tf.Tensor1D);
  tf.dispose([gradient as tf.Tensor1D, norm, ...losses]);
  const [total = NaN, judged = NaN, gradientNorm = NaN] = await figures.data();
  figures.dispose();
  if (![total, judged, gradientNorm].every(Number.isFinite)) {
    throw new NotFinite(
      `The loss stopped being a number at step ${run.step + 1} (learning rate ${learningRate.toPrecision(3)}). ` +
        'The last checkpoint is from before; resume it with a lower learning rate.',
    );
  }
  return {
    loss: total / accumulation,
    judgementLoss: judgementShare > 0 ? judged / judgementShare : NaN,
    gradientNorm,
    samples,
    tokens,
  };
}

function accumulate(sum: tf.Tensor1D | null, gradient: tf.Tensor1D, scale: number): tf.Tensor1D {
  if (scale === 1) return gradient;
  const scaled = tf.tidy(() => (sum ? tf.add(sum, tf.mul(gradient, scale)) : tf.mul(gradient, scale))) as tf.Tensor1D;
  tf.dispose(sum ? [sum, gradient] : [gradient]);
  return scaled;
}
