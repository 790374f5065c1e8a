// What is to be measured: which model, on which data, how. A model is never offered episodes that it was trained on.
import { everyEpisode, unseen } from '../../../evaluation/unseen';
import { SIMULATOR } from '../../../training/presets';
import type { Recipe } from '../../../training/recipe';
import type { RunInfo } from '../../../workers/gpuApi';
import type { NamedModel } from '../modelChoices';

export type Way = 'tag' | 'cot';
export type Part = 'test' | 'validation' | 'all';

export interface Subject {
  model: NamedModel;
  /** SHA-256 of the model's weights where it is known: another copy of the studio may bring other ones under the same name. */
  weights: string | null;
  /** Whose pairs are asked about: source, split and numbers. */
  recipe: Recipe;
  /** Tells one state of the own videos from another; the simulator's films follow from the recipe. */
  ownVideos: number;
  way: Way;
}

/** The same for questions to the same model about the same data in the same way. */
export function subjectKey({ model, weights, recipe, ownVideos, way }: Subject): string {
  const { source, sampling, seed } = recipe;
  return JSON.stringify([model.choice, weights, way, seed, source, sampling, source.kind === 'library' && ownVideos]);
}

/** Whether a model may have seen the own videos: it or a run that it came from was trained on them, or that run is gone. */
export function mayKnowOwnVideos(trained: Recipe, runs: readonly RunInfo[], depth = 0): boolean {
  if (trained.source.kind === 'library') return true;
  const { initial } = trained;
  if (typeof initial === 'string') return false;
  const parents = runs.filter(({ name }) => name === initial.run);
  return parents.length === 0 || depth > 20 || parents.some((run) => mayKnowOwnVideos(run.recipe, runs, depth + 1));
}

export interface Wanted {
  data: Recipe['source']['kind'];
  part: Part;
  pairsPerWindow: number;
}

/** @param base settles what the model's own training does not: how pairs are cut, and the split of own videos */
export function measuringRecipe(base: Recipe, trained: Recipe, { data, part, pairsPerWindow }: Wanted): Recipe {
  const own = [base, trained].find(({ source }) => source.kind === data);
  const sourced = { ...base, source: own?.source ?? strangeFilms(base, trained) };
  const recipe = unseen(part === 'all' ? everyEpisode(sourced) : sourced, trained);
  const total = pairsPerWindow * windowsOf(recipe);
  // The final test looks at some validation pairs first, for the constant of recalibration.
  const validationPairs = part === 'validation' ? total : Math.min(total, recipe.evaluation.validationPairs);
  return { ...recipe, evaluation: { ...recipe.evaluation, testPairsPerWindow: pairsPerWindow, validationPairs } };
}

export const windowsOf = ({ sampling }: Recipe): number => sampling.windows.filter(({ weight }) => weight > 0).length;

/** Films of a seed that nothing of the model's own training was drawn by: its descriptions may have come from films too. */
function strangeFilms(base: Recipe, trained: Recipe): Recipe['source'] {
  const used = [base.seed, trained.seed, SIMULATOR.seed];
  return { ...SIMULATOR, seed: (Math.max(...used) + 1000) % 2 ** 32 };
}
