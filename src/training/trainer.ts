// The loop, and nothing else. An async generator yields after each optimiser step; whoever pulls decides about pausing,
// saving and evaluating between two pulls. Everything from outside (batches, state) is passed in.
import type { Batch } from '../batches/batch';
import type { ModelState } from './modelState';
import { stageSteps, type Recipe, type Stage } from './recipe';
import { learningRateAt } from './schedule';
import type { StepFigures, Stepper } from './stepper';
import * as m from '../words/messages';
import { decimal } from '../base/numbers';

export interface TrainingRun {
  recipe: Recipe;
  state: ModelState;
  stepper: Stepper;
  /** Optimiser steps already done over all stages. */
  step: number;
}

/** What is known of a step once the backend has computed it. */
export interface StepLosses {
  loss: number;
  /** Mean loss of the judgement alone, in nats; NaN where the step judged nothing. */
  judgementLoss: number;
  gradientNorm: number;
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
  learningRate: number;
  samples: number;
  tokens: number;
  /**
   * The step's losses, which may come some steps later; `flush` of the stepper has them come now. What is done with the
   * state meanwhile happens after this step and before the next. @throws NotFinite
   */
  losses: Promise<StepLosses>;
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
export const AHEAD = 3;

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

/**
 * Trains from `run.step` to the recipe's end; yields when a step is enqueued, not when it is done.
 * @throws whatever the batch source throws
 */
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

/** Steps without an overflow after which the loss scale of half-precision products doubles. */
const STEPS_TO_GROW = 500;

async function oneStep(
  run: TrainingRun,
  batches: BatchSource,
  stageIndex: number,
  stepInStage: number,
  learningRate: number,
) {
  const { accumulation, optimizer } = run.recipe;
  const micros: Batch[] = [];
  for (let micro = 0; micro < accumulation; micro++) micros.push(await batches(stageIndex, stepInStage, micro));
  const sum = (of: (batch: Batch) => number) => micros.reduce((total, batch) => total + of(batch), 0);
  const judgementShare = sum(({ weights, judgement }) => weights.reduce((s, w, m) => s + w * (judgement[m] ?? 0), 0));
  const { figures } = await run.stepper.step(micros, {
    learningRate,
    ...optimizer,
    // The moments start afresh with each stage, and with them the bias correction's count.
    step: stepInStage + 1,
    accumulation,
    growthInterval: run.state.isScaled ? STEPS_TO_GROW : 0,
  });
  const step = run.step + 1;
  const losses = figures.then((read) => {
    refuseNonsense(read, step, learningRate);
    return {
      loss: read.loss / accumulation,
      judgementLoss: judgementShare > 0 ? read.judged / judgementShare : NaN,
      gradientNorm: read.gradientNorm,
    };
  });
  // Whoever waits hears of it; nobody may be waiting yet.
  losses.catch(() => undefined);
  return {
    losses,
    samples: sum(({ lengths }) => lengths.length),
    tokens: sum(({ lengths }) => lengths.reduce((total, length) => total + length, 0)),
  };
}

function refuseNonsense({ loss, judged, gradientNorm, lossScale }: StepFigures, step: number, rate: number): void {
  // Half precision overflows now and then: such a step was left out, and the loss scale halved.
  const survived = lossScale > 1 && !Number.isFinite(gradientNorm) && Number.isFinite(loss);
  if (survived || [loss, judged, gradientNorm].every(Number.isFinite)) return;
  throw new NotFinite(m.engine_not_a_number({ step, rate: decimal(rate.toPrecision(3)) }));
}
