// The arithmetic of all optimiser steps of a recipe, so that the time of a whole recipe follows from the rate at which a
// device was seen to take steps of another kind.
import { modelConfig, type ModelSize } from '../model/config';
import { trainingCost } from '../model/cost';
import { kindAt, stageSteps, type Recipe, type Stage } from './recipe';
import { batchShape, TOKENS, VOCABULARY } from './workload';

/**
 * Floating-point operations of a recipe's training, measuring between its stages left out.
 * @param size of the model, whatever the recipe itself asks for
 */
export function recipeFlops(recipe: Recipe, size: ModelSize): number {
  return recipe.stages.reduce((sum, stage) => sum + stageFlops(recipe, stage, size), 0);
}

/** Of one of its stages. */
export function stageFlops(recipe: Recipe, stage: Stage, size: ModelSize): number {
  const config = modelConfig(size, VOCABULARY, TOKENS, 'language');
  const flopsOf = (step: number) => {
    const shape = batchShape(config, kindAt(stage, step), recipe.batchPairs, stage.order === 'both' ? 2 : 1);
    return trainingCost(config, shape, recipe.accumulation).flops;
  };
  // A mixed stage's kinds take turns.
  return (stageSteps(recipe, stage) * (flopsOf(0) + flopsOf(1))) / 2;
}
