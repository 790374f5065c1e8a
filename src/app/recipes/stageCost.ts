// What each stage of a recipe costs on this device. A step's time is known on average over the recipe that a size of the
// model is made for; steps that write descriptions take longer than steps with bare labels, by as much as they compute more.
import { totalSteps, type Recipe } from '../../training/recipe';
import { recipeFlops } from '../../training/recipeCost';
import { usualRecipe } from './recommendation';

/** Seconds of each stage, in their order. @param msPerStep average of the usual recipe of this size of the model */
export function stageSeconds(recipe: Recipe, msPerStep: number): number[] {
  const usual = usualRecipe(recipe.model);
  const flopsOfStep = recipeFlops(usual, recipe.model) / totalSteps(usual);
  return recipe.stages.map((stage, i) => {
    // Stages left out have no steps: an amount in sevenths still needs its words stage.
    const stages = recipe.stages.map((other, j) => (i === j || other.samples === 'cot' ? other : { ...other, steps: 0 }));
    return (flopsOf({ ...recipe, stages }, i) / flopsOfStep) * (msPerStep / 1000);
  });
}

function flopsOf(recipe: Recipe, index: number): number {
  const before = recipeFlops({ ...recipe, stages: recipe.stages.filter((_, i) => i !== index) }, recipe.model);
  return recipeFlops(recipe, recipe.model) - before;
}
