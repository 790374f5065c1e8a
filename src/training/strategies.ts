// The ways of curing a biased backbone that the paper compares, and two that it does not: each is the recipe of one run. All
// start from the same backbone and take the same number of steps of the same batch, so that none sees more samples than
// another; `tag-long` alone takes what the progressive strategy costs in arithmetic instead.
import { PRESETS } from './presets';
import { FIRST_CURRICULA, type Recipe, type Stage } from './recipe';
import { recipeFlops } from './recipeCost';
import * as m from '../words/messages';

/** In the order in which tables list them. */
export const STRATEGIES = [
  'biased',
  'classifier',
  'cot-classifier',
  'tag',
  'mixed',
  'cot',
  'cot-tag',
  'antisymmetric',
  'tag-long',
] as const;

export type Strategy = (typeof STRATEGIES)[number];

const TITLES: Readonly<Record<Strategy, () => string>> = {
  biased: m.engine_strategy_biased,
  classifier: m.engine_strategy_classifier,
  'cot-classifier': m.engine_strategy_cot_classifier,
  tag: m.engine_strategy_tag,
  mixed: m.engine_strategy_mixed,
  cot: m.engine_strategy_cot,
  'cot-tag': m.engine_strategy_cot_tag,
  antisymmetric: m.engine_strategy_antisymmetric,
  'tag-long': m.engine_strategy_tag_long,
};

/** What a strategy is called in tables and lists. */
export function strategyTitle(strategy: Strategy): string {
  return TITLES[strategy]();
}

/** How a stage of one kind of samples is trained. */
export type StageSettings = Pick<Stage, 'learningRate' | 'warmupSteps' | 'judgementWeight' | 'curriculum' | 'doubt'>;

export interface StrategyOptions {
  /** Source, sampling, model, batch, optimiser and evaluation; its own head, start and stages do not count. */
  base: Recipe;
  seed: number;
  /** Steps of the progressive strategy's two stages; together they are every strategy's budget. */
  cotSteps: number;
  tagSteps: number;
  /** Of stages with descriptions, mixed ones included. */
  cot: StageSettings;
  /** Of stages with bare labels. */
  tag: StageSettings;
}

/** The presets' own settings of a stage. */
export const STAGE_SETTINGS: StageSettings = {
  learningRate: 1e-3,
  warmupSteps: 20,
  judgementWeight: 1,
  curriculum: FIRST_CURRICULA['wide to narrow'],
};

/** Steps of chronological pairs that make a backbone biased, as the preset `paper` has it. */
const BIAS_STEPS = 400;

/**
 * The recipe of a strategy's run. `biased` is the recipe that a backbone comes from; all others start from the shipped one.
 * @throws RangeError where a stage would have no step
 */
export function strategyRecipe(strategy: Strategy, options: StrategyOptions): Recipe {
  const { cotSteps, tagSteps } = options;
  for (const steps of [cotSteps, tagSteps]) {
    if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`A stage of ${steps} steps trains nothing.`);
  }
  const budget = cotSteps + tagSteps;
  const of = (samples: Stage['samples'], steps: number) => stage(samples, steps, options);
  const run = (stages: Stage[], head: Recipe['head'] = 'language') => cure(strategy, options, head, stages);
  switch (strategy) {
    case 'biased': {
      const [bias] = PRESETS.paper.stages;
      const stages = [{ ...(bias as Stage), steps: BIAS_STEPS }];
      return { ...run(stages), initial: 'random' };
    }
    case 'classifier':
      return run([of('tag', budget)], 'classifier');
    case 'cot-classifier':
      return run([of('cot', cotSteps), of('tag', tagSteps)], 'classifier');
    case 'tag':
      return run([of('tag', budget)]);
    case 'mixed':
      return run([of('mixed', budget)]);
    case 'cot':
      return run([of('cot', budget)]);
    case 'cot-tag':
      return run([of('cot', cotSteps), of('tag', tagSteps)]);
    case 'antisymmetric':
      return run([of('tag', budget)], 'antisymmetric');
    case 'tag-long':
      return run([of('tag', stepsOfEqualCost(options))]);
  }
}

/**
 * A point of the scaling law as a run of its own: from the model after the CoT stage, `sevenths` of that stage's steps with
 * bare labels.
 * @param initial where that model is
 * @throws RangeError where sevenths is no whole number from 1
 */
export function scalingRecipe(sevenths: number, options: StrategyOptions, initial: Recipe['initial'] = 'cot'): Recipe {
  if (!Number.isInteger(sevenths) || sevenths < 1) throw new RangeError(`${sevenths} is no number of sevenths.`);
  const steps = Math.max(1, Math.round((options.cotSteps * sevenths) / 7));
  const recipe = cure(`tag-${sevenths}`, options, 'language', [stage('tag', steps, options)]);
  return { ...recipe, initial };
}

function cure(name: string, { base, seed }: StrategyOptions, head: Recipe['head'], stages: Stage[]): Recipe {
  return { ...structuredClone(base), name: `${name} ${seed}`, seed, initial: 'biased', head, stages };
}

function stage(samples: Stage['samples'], steps: number, options: StrategyOptions): Stage {
  const settings = samples === 'tag' ? options.tag : options.cot;
  return {
    name: samples,
    samples,
    order: 'both',
    steps,
    sevenths: null,
    ...structuredClone(settings),
    warmupSteps: Math.min(settings.warmupSteps, Math.floor(steps / 5)),
  };
}

/** Tag steps of the same arithmetic as the progressive strategy. */
function stepsOfEqualCost(options: StrategyOptions): number {
  const { model } = options.base;
  const progressive = recipeFlops(strategyRecipe('cot-tag', options), model);
  const perStep = recipeFlops(cure('', options, 'language', [stage('tag', 1, options)]), model);
  return Math.round(progressive / perStep);
}
