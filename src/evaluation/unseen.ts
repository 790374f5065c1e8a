// Which episodes a model may be measured on: none that it was trained on.
import { NOTHING_HELD_OUT } from '../pairs/sampling';
import type { Recipe } from '../training/recipe';

/** On the simulator a model is measured by its own split: another one could hold episodes it was trained on. */
export function unseen(recipe: Recipe, trained: Recipe): Recipe {
  const own = { ...recipe, model: trained.model };
  if (recipe.source.kind !== 'simulator' || trained.source.kind !== 'simulator') return own;
  const { split, holdOut, splitSeed = trained.seed } = trained.sampling;
  const sampling = { ...recipe.sampling, split, holdOut, splitSeed };
  return { ...own, source: trained.source, seed: trained.seed, sampling };
}

/** All episodes of the source as the test split: for models that have seen none of them. */
export function everyEpisode(recipe: Recipe): Recipe {
  return { ...recipe, sampling: { ...recipe.sampling, split: [0, 0, 100], holdOut: NOTHING_HELD_OUT } };
}

export const isEveryEpisode = ({ sampling }: Recipe): boolean => sampling.split[2] === 100;
