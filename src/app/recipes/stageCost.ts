// What each stage of a recipe costs on this device. A step's time is known on average over the recipe that a size of the
// model is made for; steps that write descriptions take longer than steps with bare labels, by as much as they compute more.
import { totalSteps, type Recipe } from '../../training/recipe';
import { recipeFlops, stageFlops } from '../../training/recipeCost';
import { usualRecipe } from './recommendation';

/** Stages in their order, in average steps of the recipe that this size of the model is made for. */
export function stageCosts(recipe: Recipe): number[] {
  const { model, stages } = recipe;
  const usual = usualRecipe(model);
  const flopsOfStep = recipeFlops(usual, model) / totalSteps(usual);
  return stages.map((stage) => stageFlops(recipe, stage, model) / flopsOfStep);
}
