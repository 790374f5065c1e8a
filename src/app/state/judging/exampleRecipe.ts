// What the simulator draws for somebody who has no pictures at hand.
import { LESSON, preset } from '../../../training/presets';
import type { Recipe } from '../../../training/recipe';

/** A few films of the lesson's tasks, of a seed of their own: no model that comes with the studio was trained on them. */
export function exampleRecipe() {
  const recipe = preset('class');
  return {
    ...recipe,
    source: { ...LESSON, seed: LESSON.seed + 2_000_000, episodes: 40 },
    sampling: { ...recipe.sampling, split: [10, 10, 80] },
  } satisfies Recipe;
}
