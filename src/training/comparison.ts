// What all runs of the comparison share: the episodes, what is held out of them, the model and how it is trained. Chosen so
// that one run takes some minutes on two processor cores; docs/experiments.md says what was tried before and why this stayed.
import { PAPER_SAMPLING } from '../pairs/sampling';
import { LESSON, LESSON_TASKS } from './presets';
import type { Recipe } from './recipe';
import { STAGE_SETTINGS, strategyRecipe, type StageSettings, type Strategy, type StrategyOptions } from './strategies';

/** Each has relatives among the lesson's tasks, and things and words of its own. */
export const HELD_OUT_TASKS = ['trash into bin', 'toolbox', 'mugs onto shelf', 'fold shirt'] as const;

const source = {
  ...LESSON,
  episodes: 2200,
  templates: [...LESSON_TASKS, ...HELD_OUT_TASKS],
} satisfies Recipe['source'];

/** The recipe of a run besides its name, seed, head, start and stages. */
export const COMPARISON: Recipe = {
  version: 1,
  name: 'comparison',
  seed: 1,
  backend: 'auto',
  source,
  sampling: {
    ...PAPER_SAMPLING,
    split: [72, 8, 20],
    splitSeed: 1,
    holdOut: {
      templates: [...HELD_OUT_TASKS],
      objects: ['ball', 'peach', 'trousers'],
      colours: [],
      scenes: ['lab bench'],
      phrasings: ['cubes into tray/3', 'wipe stains/1', 'lunch box/0'],
    },
  },
  model: 'nano',
  initial: 'biased',
  head: 'language',
  batchPairs: 8,
  accumulation: 1,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  stages: [],
  evaluation: { everySteps: 200, validationPairs: 96, testPairsPerWindow: 175, generatedPairs: 240 },
};

/** Of stages with descriptions: every second one is doubtful, else the judgement is learnt by reading alone. */
export const COT_SETTINGS: StageSettings = { ...STAGE_SETTINGS, judgementWeight: 2, doubt: 0.5 };

/** Steps of the progressive strategy's CoT stage; all volumes are relative to it. */
export const COT_STEPS = 1400;

/** The paper's largest tag volume, in sevenths of the CoT volume. */
export const MOST_SEVENTHS = 12;

export function comparisonOptions(seed: number, changes: Partial<StrategyOptions> = {}): StrategyOptions {
  const tagSteps = (COT_STEPS * MOST_SEVENTHS) / 7;
  return { base: COMPARISON, seed, cotSteps: COT_STEPS, tagSteps, cot: COT_SETTINGS, tag: STAGE_SETTINGS, ...changes };
}

/** A strategy's run; one that judges through its descriptions is measured by them on as many pairs as by labels. */
export function comparisonRecipe(strategy: Strategy, seed: number, changes: Partial<StrategyOptions> = {}): Recipe {
  const recipe = strategyRecipe(strategy, comparisonOptions(seed, changes));
  if (strategy !== 'cot') return recipe;
  const { evaluation, sampling } = recipe;
  const generatedPairs = evaluation.testPairsPerWindow * sampling.windows.length;
  return { ...recipe, evaluation: { ...evaluation, generatedPairs } };
}
