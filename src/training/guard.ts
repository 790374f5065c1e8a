// The guard: the cured model, taught what going wrong looks like in one robot's cell. A cell has a few tasks and a camera that
// hardly moves, so its scenes vary less than those of the comparison; its lessons come from rollouts.
import { comparisonRecipe } from './comparison';
import { LESSON } from './presets';
import type { Recipe } from './recipe';

/** Tasks of the cell, which are also those that policies learn and that the boundary is measured on. */
export const CELL_TASKS = ['cubes into tray', 'fruit into bowl', 'stage parcels', 'lunch box', 'stack blocks'] as const;

/** The cell's scenes; lessons and whatever is measured have numbers of their own. */
export const CELL = { ...LESSON, seed: 1, episodes: 1500, templates: [...CELL_TASKS] as string[], variety: 0.1 };

const ROLLOUTS = 3000;
const STEPS = 12_000;
/** Gentle, so that it keeps what it can: at 1e-3 it forgot within 400 steps what took it 15,000 to learn. */
const RATE = 4e-4;
/** A boundary must not wait for wide windows. */
const WINDOWS = [5, 6, 7, 8, 9, 10];

export function guardRecipe(seed: number): Recipe {
  const recipe = comparisonRecipe('tag', seed);
  const stages = recipe.stages.filter(({ order }) => order === 'both').slice(0, 1);
  return {
    ...recipe,
    initial: 'cured',
    source: { ...CELL, lessons: { kind: 'deviations', count: ROLLOUTS } },
    sampling: { ...recipe.sampling, windows: WINDOWS.map((window) => ({ window, weight: 1 })) },
    stages: stages.map((stage) => ({ ...stage, steps: STEPS, learningRate: RATE })),
  };
}

/** Tasks whose last step policies learn. */
const PLAYED = ['cubes into tray', 'fruit into bowl', 'stage parcels'];

/**
 * The coach: the cured model, taught by a hand that plays about what is nearer to done. A judge that has seen films alone
 * takes a thing that is carried out of sight for one that is put away, and a policy finds that out.
 */
export function coachRecipe(seed: number): Recipe {
  const recipe = guardRecipe(seed);
  return {
    ...recipe,
    name: 'coach',
    source: { ...CELL, episodes: 300, templates: PLAYED, lessons: { kind: 'play', count: 1500 } },
    stages: recipe.stages.map((stage) => ({ ...stage, steps: 6000 })),
    evaluation: { ...recipe.evaluation, testPairsPerWindow: 40, generatedPairs: 0 },
  };
}
