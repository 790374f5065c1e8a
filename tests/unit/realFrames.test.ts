import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { templateOf } from '../../src/episodes/taskText';
import { parseRecipe } from '../../src/training/recipe';
import { REAL_STRATEGIES, realRecipe } from '../../src/training/realFrames';

const LIST = `${process.env['PALINDROME_DATA'] ?? '../shared/data'}/episodes/episodes.jsonl`;

describe('the recipes for real frames', () => {
  it('can be read, and have one budget of steps in both orders', () => {
    const steps = REAL_STRATEGIES.map((strategy) => {
      const recipe = parseRecipe(realRecipe(strategy, 2));
      return recipe.stages.filter(({ order }) => order === 'both').reduce((sum, stage) => sum + stage.steps, 0);
    });
    expect(new Set(steps).size).toBe(1);
  });

  it.skipIf(!existsSync(LIST))(
    'hold out the tasks that the recordings keep from training (skipped without them)',
    () => {
      const lines = readFileSync(LIST, 'utf8').trim().split('\n');
      const episodes = lines.map((line) => JSON.parse(line) as { task: string; heldOutTask: boolean });
      const kept = new Set(episodes.filter(({ heldOutTask }) => heldOutTask).map(({ task }) => templateOf(task)));
      expect([...kept].sort()).toEqual([...realRecipe('tag-scratch', 1).sampling.holdOut.templates].sort());
    },
  );
});
