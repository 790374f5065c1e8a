// The arithmetic of all optimiser steps of a recipe, so that the time of a whole recipe follows from the rate at which a
// device was seen to take steps of another kind.
import { modelConfig, type ModelSize } from '../model/config';
import { trainingCost } from '../model/cost';
import { stageSteps, type Recipe } from './recipe';
import { batchShape, TOKENS, VOCABULARY } from './workload';

/**
 * Floating-point operations of a recipe's training, measuring between its stages left out.
 * @param size of the model, whatever the recipe itself asks for
 */
export function recipeFlops(recipe: Recipe, size: ModelSize): number {
  const config = modelConfig(size, VOCABULARY, TOKENS, false);
  return recipe.stages.reduce((sum, stage) => {
    const shape = batchShape(config, stage.samples, recipe.batchPairs, stage.order === 'both' ? 2 : 1);
    return sum + stageSteps(recipe, stage) * trainingCost(config, shape, recipe.accumulation).flops;
  }, 0);
}
