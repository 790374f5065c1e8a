// The experiments that `npm run experiment` carries out: each is a list of runs, named by strategy and seed, and every run
// is determined by its recipe. Names of strategies are fixed, because reports and the page are found by them.
import { preset } from './presets';
import type { Recipe } from './recipe';

/** One run of an experiment. Its report is docs/experiments/<experiment>/<strategy>-<seed>.json. */
export interface PlannedRun {
  /** `cot-tag`, `tag`, …; of the scaling law `tag-<i>` for i sevenths. */
  readonly strategy: string;
  readonly seed: number;
  /** Its name is given by the runner. */
  readonly recipe: Recipe;
  /** A model that comes with the studio is measured as it is, by the recipe's evaluation; nothing is trained. */
  readonly shipped?: 'biased' | 'cot' | 'cured';
  /** Names of the questions that are put to the model after its last stage. */
  readonly questions: readonly string[];
  /** Pairs of each question. */
  readonly pairsPerQuestion: number;
}

export interface Experiment {
  readonly title: string;
  /** One sentence: what it compares. */
  readonly about: string;
  /** Seeds that it is run with unless others are asked for. */
  readonly seeds: readonly number[];
  /** In the order in which they are run. */
  runs(seeds: readonly number[]): PlannedRun[];
}

/** The shortest experiment there is: it shows that the runner works, and nothing else. */
const smoke: Experiment = {
  title: 'Does the runner work?',
  about: 'Two strategies for a few steps each: far too little to learn anything.',
  seeds: [1],
  runs: (seeds) =>
    seeds.flatMap((seed) =>
      (['tag', 'cot-tag'] as const).map((strategy) => ({
        strategy,
        seed,
        recipe: smokeRecipe(strategy, seed),
        questions: [],
        pairsPerQuestion: 24,
      })),
    ),
};

function smokeRecipe(strategy: 'tag' | 'cot-tag', seed: number): Recipe {
  const recipe = preset('smoke');
  if (!recipe) throw new Error('The preset "smoke" is missing.');
  const kept = strategy === 'tag' ? ['bias', 'tag'] : ['bias', 'cot', 'tag'];
  return { ...recipe, seed, stages: recipe.stages.filter(({ name }) => kept.includes(name)) };
}

export const EXPERIMENTS: Readonly<Record<string, Experiment>> = { smoke };
