// The captured step against the same step op by op: to the bit, over many steps, with several micro-batches and either
// head; its count of dispatches; its memory; and what happens around it (snapshots, stages, evaluation, writing).
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  forcedChoice,
  forgetCaptured,
  freeJudge,
  makeJudge,
  writtenAnswers,
  type Judge,
} from '../../src/evaluation/judge';
import { startBackend } from '../../src/gpu/backend';
import { recorderOf } from '../../src/gpu/recorder';
import { CapturedStepper } from '../../src/training/capturedStepper';
import { EagerStepper } from '../../src/training/eagerStepper';
import { freshState, ModelState } from '../../src/training/modelState';
import type { Trained } from '../../src/training/stepper';
import { madeBatch, presetWorkload } from '../../src/training/workload';
import golden from '../goldenLosses.json';
import { answers, goldenLosses, runSteps as run, tinyConfig, trained } from '../tinyTraining';

beforeAll(async () => void (await startBackend('webgpu')));

describe('a captured step', () => {
  it('is the eager one to the bit over 200 steps', { timeout: 300_000 }, async () => {
    const config = tinyConfig();
    const batches = (step: number) => [madeBatch(config, 'tag', 1, step)];
    const [eager, captured] = [trained(config), trained(config)];
    const steppers = [new EagerStepper(eager), new CapturedStepper(captured)] as const;
    const losses = [await run(steppers[0], batches, 1, 200), await run(steppers[1], batches, 1, 200)];
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[0]?.every(Number.isFinite)).toBe(true);
    expect(await captured.state.snapshot()).toEqual(await eager.state.snapshot());
    for (const end of [...steppers, eager, captured]) end.dispose();
    expect(recorderOf(tf.backend()).planBytes).toBe(0);
  });

  it('has the ten golden losses', async () => {
    const losses = await goldenLosses((model) => new CapturedStepper(model));
    losses.forEach((loss, i) => expect(Math.abs(loss / (golden[i] ?? NaN) - 1)).toBeLessThan(1e-5));
    expect(losses.length).toBe(10);
  });

  it.each(['classifier', 'antisymmetric'] as const)(
    'with several micro-batches, other shapes and a %s head, is the eager one',
    async (head) => {
      const config = tinyConfig(head);
      const [eager, captured] = [trained(config), trained(config)];
      const steppers = [new EagerStepper(eager), new CapturedStepper(captured)] as const;
      const before = tf.memory().numTensors;
      const ends = await Promise.all(
        steppers.map(async (stepper, i) => {
          const { state } = [eager, captured][i] as Trained;
          const tag = (step: number) => [madeBatch(config, 'tag', 1, step), madeBatch(config, 'tag', 1, step + 100)];
          const cot = (step: number) => [madeBatch(config, 'cot', 1, step), madeBatch(config, 'cot', 1, step + 100)];
          await run(stepper, cot, 1, 3);
          state.resetMoments();
          await run(stepper, tag, 1, 3);
          await run(stepper, cot, 4, 5);
          return state.snapshot();
        }),
      );
      expect(ends[1]).toEqual(ends[0]);
      expect(ends[0]?.parameters.some((v, i) => v !== freshState(captured.table, 3).parameters[i])).toBe(true);
      for (const stepper of steppers) stepper.dispose();
      expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
      for (const end of [eager, captured]) end.dispose();
    },
  );

  it('goes on from a snapshot to the bit, and a snapshot is of its moment', async () => {
    const config = tinyConfig();
    const batches = (step: number) => [madeBatch(config, 'tag', 1, step)];
    const whole = trained(config);
    const stepper = new CapturedStepper(whole);
    await run(stepper, batches, 1, 5);
    const half = whole.state.snapshot();
    await run(stepper, batches, 6, 10);
    const resumed = { ...trained(config), state: new ModelState(whole.table, await half) };
    const second = new CapturedStepper(resumed);
    await run(second, batches, 6, 10);
    expect(await resumed.state.snapshot()).toEqual(await whole.state.snapshot());
    for (const end of [stepper, second, whole]) end.dispose();
    resumed.state.dispose();
  });

  it('keeps its memory over 1,000 steps', { timeout: 300_000 }, async () => {
    const config = tinyConfig();
    const batch = madeBatch(config, 'tag', 1, 1);
    const model = trained(config);
    const stepper = new CapturedStepper(model);
    await run(stepper, () => [batch], 1, 3);
    const recorder = recorderOf(tf.backend());
    const held = () => [recorder.planBytes, tf.memory().numTensors, tf.memory().numBytes];
    const before = held();
    await run(stepper, () => [batch], 4, 1003);
    expect(held()).toEqual(before);
    stepper.dispose();
    model.dispose();
  });

  it('takes at most 300 dispatches a micro-step for micro, and names their work', { timeout: 300_000 }, async () => {
    const { config, table, weights, batches } = presetWorkload('micro', 'tag', 1);
    const zeros = () => new Float32Array(table.total);
    const state = new ModelState(table, { parameters: weights, moment1: zeros(), moment2: zeros() });
    const stepper = new CapturedStepper({ config, table, state, answers });
    await run(stepper, () => batches, 1, 1);
    const [plan] = stepper.plans;
    expect(plan?.dispatches).toBeLessThanOrEqual(300 * batches.length);
    expect(plan?.dispatches).toBeGreaterThan(100 * batches.length);
    expect(plan?.commands.filter((c) => c.kind === 'dispatch' && c.work === null)).toEqual([]);
    console.log(`${plan?.dispatches} dispatches a step of ${batches.length} micro-steps`);
    stepper.dispose();
    state.dispose();
  });
});

describe('a judge', () => {
  it('chooses and writes by captured commands as it does without', { timeout: 300_000 }, async () => {
    const config = tinyConfig();
    const model = trained(config);
    const judge: Judge = {
      config,
      table: model.table,
      parameters: model.state.parameters,
      answers,
      end: 2,
      padding: 0,
      cue: [9, 10],
    };
    const batch = madeBatch(config, 'tag', 2, 5);
    const asked = { ...batch, positions: batch.lengths.map((length, b) => (b * batch.tokens.length) / 4 + length - 1) };
    const captured = [await forcedChoice(judge, asked), await forcedChoice(judge, asked)];
    expect(captured[1]).toEqual(captured[0]);
    const written = [await writtenAnswers(judge, batch, 4), await writtenAnswers(judge, batch, 4)];
    expect(written[1]).toEqual(written[0]);
    forgetCaptured(judge);

    const flat = await model.state.snapshot();
    model.dispose();
    const saved = makeJudge(config, flat.parameters, { answers, end: 2, padding: 0, cue: [9, 10] });
    expect(await forcedChoice(saved, asked)).toEqual(captured[0]);
    freeJudge(saved);
    expect(recorderOf(tf.backend()).planBytes).toBe(0);
    await startBackend('wasm');
    const elsewhere = { ...judge, parameters: tf.tensor1d(flat.parameters) };
    const choices = await forcedChoice(elsewhere, asked);
    choices.flat().forEach((logit, i) => expect(captured[0]?.flat()[i]).toBeCloseTo(logit, 4));
    const answersThere = await writtenAnswers(elsewhere, batch, 4);
    expect(written[0]?.map(({ ids }) => ids)).toEqual(answersThere.map(({ ids }) => ids));
    answersThere.forEach(({ logits }, i) => expect(written[0]?.[i]?.logits[0]).toBeCloseTo(logits[0], 4));
    elsewhere.parameters.dispose();
  });
});
