import { beforeAll, describe, expect, it } from 'vitest';
import type { Head } from '../../src/model/config';
import { parameterTable } from '../../src/model/parameters';
import { freshState, ModelState, type StateArrays } from '../../src/training/modelState';
import { preset, PRESETS } from '../../src/training/presets';
import { parseRecipe, stageSteps, totalSteps, type Recipe, type Stage } from '../../src/training/recipe';
import { easingAt, learningRateAt } from '../../src/training/schedule';
import { makeStepper } from '../../src/training/makeStepper';
import { placeOf, train, NotFinite, type StepResult } from '../../src/training/trainer';
import { tinyBatch, tinyConfig, tokenizer, useWasm } from './tinyModel';

beforeAll(useWasm);

const answers = [tokenizer.img1, tokenizer.img2] as const;

function tinyRecipe(steps: number[], learningRate = 0.01): Recipe {
  const stages = steps.map((count, i): Stage => ({
    name: `stage ${i}`,
    samples: 'tag',
    order: 'both',
    steps: count,
    sevenths: null,
    learningRate,
    warmupSteps: 2,
    judgementWeight: 1,
    curriculum: null,
  }));
  return { ...structuredClone(PRESETS.smoke), accumulation: 2, stages } as Recipe;
}

/** Trains from a state to the end, or for some steps. */
async function trainFrom(recipe: Recipe, start: StateArrays, step: number, most = Infinity) {
  const config = tinyConfig();
  const table = parameterTable(config);
  const state = new ModelState(table, structuredClone(start));
  const stepper = makeStepper({ config, table, state, answers });
  const results: StepResult[] = [];
  const source = (stage: number, at: number, micro: number) =>
    Promise.resolve(tinyBatch(1 + stage * 1000 + at * 10 + micro, 2));
  for await (const result of train({ recipe, state, stepper, step }, source)) {
    await result.losses;
    results.push(result);
    if (results.length === most) break;
  }
  const end = await state.snapshot();
  state.dispose();
  return { results, end };
}

const fresh = (head: Head = 'language') => freshState(parameterTable(tinyConfig(head)), 5);

describe('training', () => {
  it('resumed equals uninterrupted, to the bit, at every step; a cold start does not', async () => {
    const recipe = tinyRecipe([3, 3]);
    const whole = await trainFrom(recipe, fresh(), 0);
    expect(whole.results.map((r) => [r.stageIndex, r.stepInStage])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    for (const cut of [1, 3, 4]) {
      const first = await trainFrom(recipe, fresh(), 0, cut);
      const rest = await trainFrom(recipe, first.end, cut);
      expect(rest.end).toEqual(whole.end);
    }
    const first = await trainFrom(recipe, fresh(), 0, 2);
    const zeros = () => new Float32Array(first.end.moment1.length);
    const cold = await trainFrom(recipe, { parameters: first.end.parameters, moment1: zeros(), moment2: zeros() }, 2);
    expect(cold.end.parameters).not.toEqual(whole.end.parameters);
  });

  it('overfits one batch, with any head', async () => {
    for (const head of ['language', 'classifier', 'antisymmetric'] as const) {
      const config = tinyConfig(head);
      const table = parameterTable(config);
      const state = new ModelState(table, fresh(head));
      const recipe = { ...tinyRecipe([100], 0.02), accumulation: 1 };
      let last = NaN;
      let first = NaN;
      const batch = tinyBatch(1, 2);
      const stepper = makeStepper({ config, table, state, answers });
      for await (const { losses } of train({ recipe, state, stepper, step: 0 }, () => Promise.resolve(batch))) {
        const { judgementLoss } = await losses;
        if (Number.isNaN(first)) first = judgementLoss;
        last = judgementLoss;
      }
      expect(first).toBeGreaterThan(0.3);
      expect(last).toBeLessThan(0.1);
      state.dispose();
    }
  });

  it('stops in words when numbers stop being numbers', async () => {
    const broken = fresh();
    broken.parameters[0] = NaN;
    await expect(trainFrom(tinyRecipe([2]), broken, 0)).rejects.toThrow(NotFinite);
  });
});

describe('the schedule', () => {
  it('warms up linearly and falls to zero like a cosine', () => {
    expect(learningRateAt(0, 100, 1, 10)).toBeCloseTo(0.1);
    expect(learningRateAt(9, 100, 1, 10)).toBeCloseTo(1);
    expect(learningRateAt(55, 100, 1, 10)).toBeCloseTo(0.5);
    expect(learningRateAt(100, 100, 1, 10)).toBeCloseTo(0);
  });

  it('eases a stage in over its first part, whatever comes first', () => {
    const windows = { kind: 'wide to narrow', from: [40, 70], until: 0.6 } as const;
    const half = easingAt({ ...windows, from: [40, 70] }, 30, 100);
    expect(half).toMatchObject({ kind: 'windows', from: [40, 70] });
    expect(half?.progress).toBeCloseTo(0.5);
    expect(easingAt({ kind: 'one task after another', until: 0.5 }, 0, 100)).toEqual({ kind: 'tasks', progress: 0 });
    expect(easingAt({ kind: 'clear changes first', from: 6, until: 0.5 }, 25, 100)).toMatchObject({ progress: 0.5 });
    for (const until of [0, 0.6]) expect(easingAt({ ...windows, from: [40, 70], until }, 70, 100)).toBeNull();
    expect(easingAt(null, 0, 100)).toBeNull();
  });
});

describe('recipes', () => {
  it('read back from JSON; wrong ones are named by their field', () => {
    for (const name of Object.keys(PRESETS)) {
      expect(parseRecipe(JSON.parse(JSON.stringify(preset(name))))).toEqual(preset(name));
    }
    expect(preset('toString')).toBeNull();
    expect(() => parseRecipe({ ...PRESETS.class, seed: -1 })).toThrow(/seed/);
    expect(() =>
      parseRecipe({ ...PRESETS.class, sampling: { ...PRESETS.class.sampling, split: [50, 50, 50] } }),
    ).toThrow(/100/);
    const [bias] = PRESETS.class.stages;
    const curriculum = { kind: 'wide to narrow', from: [70, 40], until: 0.6 };
    expect(() => parseRecipe({ ...PRESETS.class, stages: [{ ...bias, curriculum }] })).toThrow(
      /first of the two windows/,
    );
  });

  it('give tag volumes in sevenths of the CoT volume', () => {
    const recipe = preset('paper') as Recipe;
    const [, cot, tag] = recipe.stages as [Stage, Stage, Stage];
    expect(stageSteps(recipe, { ...tag, sevenths: 7 })).toBe(cot.steps);
    expect(stageSteps(recipe, { ...tag, sevenths: 14 })).toBe(2 * cot.steps);
    expect(placeOf(recipe, totalSteps(recipe))).toBeNull();
    expect(placeOf(recipe, totalSteps(recipe) - 1)?.stageIndex).toBe(recipe.stages.length - 1);
  });
});
