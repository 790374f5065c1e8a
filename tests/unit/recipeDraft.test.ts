// Editing a recipe: every change can be taken back and made again, stages move and go without breaking it, and what a stage
// costs follows its arithmetic.
import { describe, expect, it } from 'vitest';
import { stageCosts } from '../../src/app/recipes/stageCost';
import { kindOf, moveStage, newStage, removeStage, STAGE_KINDS, turnInto } from '../../src/app/recipes/stages';
import { preset } from '../../src/training/presets';
import { parseRecipe, stageSteps, totalSteps } from '../../src/training/recipe';

describe('stages', () => {
  it('are known by what they train on', () => {
    expect(preset('paper').stages.map(kindOf)).toEqual(['bias', 'cot', 'tag']);
  });

  it.each(STAGE_KINDS)('of the kind %s can be added, under a name of their own', (kind) => {
    const recipe = preset('class');
    recipe.stages.push(newStage(kind, recipe));
    recipe.stages.push(newStage(kind, recipe));
    expect(kindOf(parseRecipe(recipe).stages.at(-1) ?? recipe.stages[0]!)).toBe(kind);
    expect(new Set(recipe.stages.map(({ name }) => name)).size).toBe(recipe.stages.length);
  });

  it.each(STAGE_KINDS)('can be turned into the kind %s, and the recipe still holds', (kind) => {
    for (const index of [0, 1, 2]) {
      const recipe = preset('paper');
      turnInto(recipe.stages[index]!, kind, recipe);
      expect(kindOf(parseRecipe(recipe).stages[index]!)).toBe(kind);
    }
  });

  it('move to any place there is, and to no other', () => {
    const recipe = preset('class');
    expect(moveStage(recipe, 2, 0)).toBe(true);
    expect(recipe.stages.map(({ name }) => name)).toEqual(['tag', 'bias', 'cot']);
    expect(moveStage(recipe, 0, 3)).toBe(false);
    expect(moveStage(recipe, -1, 0)).toBe(false);
    expect(recipe.stages).toHaveLength(3);
  });

  it('keep their amount when the words stage goes that they were a part of', () => {
    const recipe = preset('paper');
    const before = stageSteps(recipe, recipe.stages[2]!);
    removeStage(recipe, 1);
    expect(parseRecipe(recipe).stages.map(({ name }) => name)).toEqual(['bias', 'tag']);
    expect(stageSteps(recipe, recipe.stages[1]!)).toBe(before);
  });
});

describe('what stages cost', () => {
  it('adds up to the steps of the recipe that a model is made for', () => {
    const costs = stageCosts(preset('class'));
    expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(totalSteps(preset('class')), 6);
  });

  it('is more for a step with descriptions than for one with a bare label, and grows with the steps', () => {
    const recipe = preset('class');
    const [, cot = 0, tag = 0] = stageCosts(recipe);
    expect(cot / recipe.stages[1]!.steps).toBeGreaterThan(1.2 * (tag / recipe.stages[2]!.steps));
    recipe.stages[1]!.steps *= 2;
    expect(stageCosts(recipe)[1]).toBeCloseTo(2 * cot, 6);
  });
});
