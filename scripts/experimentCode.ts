// What the experiment runner, a plain script, needs of the studio's own code; loaded by Vite's runner.
import { stageSteps, type Recipe } from '../src/training/recipe';

export { runFile } from '../src/evaluation/experiments/runFile';
export { comparisonRecipe } from '../src/training/comparison';
export { EXPERIMENTS } from '../src/training/experiments';

/** A step with descriptions takes about so many times as long as one with bare labels. */
const DESCRIBING = 2.4;

/** How much work a recipe is, in steps of bare labels of one pair; only ratios mean something. */
export function workOf(recipe: Recipe): number {
  const factors = { cot: DESCRIBING, mixed: (DESCRIBING + 1) / 2, tag: 1 };
  const steps = recipe.stages.reduce((sum, stage) => {
    return sum + stageSteps(recipe, stage) * factors[stage.samples] * (stage.order === 'both' ? 2 : 1);
  }, 0);
  const { testPairsPerWindow } = recipe.evaluation;
  // Judging a pair costs about a third of training on it, and happens at each window after each stage.
  const judged = (12 * testPairsPerWindow * recipe.stages.length) / 3;
  return steps * recipe.batchPairs * recipe.accumulation + judged;
}
