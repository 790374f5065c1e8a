// What runs and their recipes are called: by the names that the presets have on the page.
import type { RunInfo } from '../../workers/gpuApi';
import { isPresetName, preset } from '../../training/presets';
import * as m from '../../words/messages';
import { shortNameOf } from '../recipes/comparisonPresets';
import { recipeChanges } from '../recipes/recipeDifference';
import { recipeLabels } from '../recipes/recommendation';

export function recipeTitle(recipe: RunInfo['recipe']): string {
  const title = presetTitle(recipe);
  return isChanged(recipe) ? m.train_recipe_changed({ name: title }) : title;
}

function presetTitle({ name }: RunInfo['recipe']): string {
  return isPresetName(name) ? recipeLabels[name]() : shortNameOf(name);
}

/** Whether it has a preset's name and is trained otherwise; data, seed and size of the model do not count. */
function isChanged(recipe: RunInfo['recipe']): boolean {
  const usual = preset(recipe.name);
  const { source, sampling, seed, model } = recipe;
  return usual !== null && recipeChanges([{ ...usual, source, sampling, seed, model }, recipe]).length > 0;
}

/** "A lesson 2": the recipe's name with the first number that no run has. */
export function freeRunName(recipe: RunInfo['recipe'], runs: readonly Pick<RunInfo, 'name'>[]): string {
  const taken = new Set(runs.map(({ name }) => name));
  const title = presetTitle(recipe);
  for (let number = 1; ; number++) if (!taken.has(`${title} ${number}`)) return `${title} ${number}`;
}
