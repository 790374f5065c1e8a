// What runs and their recipes are called: by the names that the presets have on the page.
import type { RunInfo } from '../../workers/gpuApi';
import { shortNameOf } from '../recipes/comparisonPresets';
import { recipeLabels } from '../recipes/recommendation';

export function recipeTitle({ name }: RunInfo['recipe']): string {
  return Object.hasOwn(recipeLabels, name) ? recipeLabels[name as keyof typeof recipeLabels]() : shortNameOf(name);
}

/** "A lesson 2": the recipe's name with the first number that no run has. */
export function freeRunName(recipe: RunInfo['recipe'], runs: readonly Pick<RunInfo, 'name'>[]): string {
  const taken = new Set(runs.map(({ name }) => name));
  const title = recipeTitle(recipe);
  for (let number = 1; ; number++) if (!taken.has(`${title} ${number}`)) return `${title} ${number}`;
}
