// Judges for one robot's cell, made of the cured model by bare labels in both orders; their lessons come from rollouts. The
// guard is taught what going wrong looks like. The coach is taught by a hand that plays about: a judge that has seen films
// alone takes a thing that is carried out of sight for one that is put away, and a policy finds that out.
import { comparisonRecipe } from './comparison';
import { LESSON } from './presets';
import type { Recipe } from './recipe';

const SEED = 1;
const EPISODES = 300;

/** The guard's scenes, one light and a camera that does not move; what is measured there has numbers of its own. */
export const CELL = {
  ...LESSON,
  seed: SEED,
  episodes: EPISODES,
  templates: ['cubes into tray', 'fruit into bowl', 'stage parcels', 'lunch box', 'stack blocks'],
  variety: 0,
};

/** The scenes in which policies learn the last step of a task. */
export const PLAYGROUND = {
  ...LESSON,
  seed: SEED,
  episodes: EPISODES,
  templates: ['cubes into tray', 'fruit into bowl', 'stage parcels'],
  variety: 0.1,
};

/** What goes wrong does so within a few ticks: narrow windows, and none that are wide at first. */
export function guardRecipe(seed: number): Recipe {
  const source: Recipe['source'] = { ...CELL, lessons: { kind: 'deviations', count: 12_000 } };
  const stage = { steps: 40_000, learningRate: 8e-4, curriculum: null };
  return cellRecipe(seed, source, [4, 5, 6, 7, 8, 9, 10, 12], stage);
}

export function coachRecipe(seed: number): Recipe {
  const source: Recipe['source'] = { ...PLAYGROUND, lessons: { kind: 'play', count: 1500 } };
  const stage = { steps: 6000, learningRate: 4e-4 };
  return cellRecipe(seed, source, [5, 6, 7, 8, 9, 10], stage);
}

function cellRecipe(
  seed: number,
  source: Recipe['source'],
  windows: readonly number[],
  changes: Partial<Recipe['stages'][number]>,
): Recipe {
  const recipe = comparisonRecipe('tag', seed);
  const stages = recipe.stages.filter(({ order }) => order === 'both').slice(0, 1);
  return {
    ...recipe,
    initial: 'cured',
    source,
    sampling: { ...recipe.sampling, windows: windows.map((window) => ({ window, weight: 1 })) },
    stages: stages.map((stage) => ({ ...stage, ...changes })),
    evaluation: { ...recipe.evaluation, testPairsPerWindow: 40, generatedPairs: 0 },
  };
}
