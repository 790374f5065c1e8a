// The cure that fits a number of seconds: a third of the steps with Chain-of-Thought, the rest with bare labels,
// starting from the biased model that comes with the studio.
import { preset } from '../../training/presets';
import type { Recipe, Stage } from '../../training/recipe';

/** @param msPerStep how long a step takes on this device */
export function cureRecipe(seconds: number, msPerStep: number, seed = 1): Recipe {
  const recipe = preset('class');
  if (!recipe) throw new Error('The preset "class" is missing.');
  const steps = Math.max(30, Math.round((seconds * 1000) / msPerStep));
  const cotSteps = Math.round(steps / 3);
  const shares: Record<Stage['samples'], number> = { cot: cotSteps, mixed: cotSteps, tag: steps - cotSteps };
  const everySteps = Math.max(5, Math.round(steps / 20));
  return {
    ...recipe,
    name: `cure in ${seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`,
    seed,
    initial: 'biased',
    stages: recipe.stages
      .filter((stage) => stage.order === 'both')
      .map((stage) => ({
        ...stage,
        steps: shares[stage.samples],
        sevenths: null,
        warmupSteps: Math.min(stage.warmupSteps, Math.round(shares[stage.samples] / 10)),
      })),
    evaluation: { everySteps, validationPairs: 24, testPairsPerWindow: 4, generatedPairs: 0 },
  };
}
