// Measuring a model off the shelf: what is told and what can be stopped while its data are made.
import { expect, it } from 'vitest';
import { coachRecipe, guardRecipe } from '../../src/training/guard';
import { PRESETS } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import { measureQuestions, measureSplit, type Measured } from '../../src/workers/evaluating';

/** A measurement whose data are never done; it is cancelled once `shares` of them were told. */
function begin(recipe: Recipe, shares: readonly number[]) {
  const told: number[] = [];
  const data = {
    facts: (_: Recipe, onProgress: (share: number) => void) => {
      shares.forEach(onProgress);
      return new Promise(() => undefined);
    },
  };
  const wish: Measured = {
    model: { recipe } as Measured['model'],
    data: data as unknown as Measured['data'],
    recipe,
    onProgress: (share) => told.push(share),
    cancelled: () => told.length >= shares.length,
  };
  return { wish, told };
}

it('tells how many lessons are played, and stops while they are, when asked to', async () => {
  const { wish, told } = begin(guardRecipe(1), [0.25, 0.5]);
  expect(await measureSplit(wish, 'test', 'tag')).toBeNull();
  // 12,000 lessons take far longer than 320 pairs do.
  expect(told).toEqual([0.25 * (12_000 / 15_200), 0.5 * (12_000 / 15_200)]);
  expect(await measureQuestions(wish, { questions: ['plain'], pairsPerQuestion: 4 })).toEqual([]);
  const few = begin(coachRecipe(1), [1]);
  expect(await measureSplit(few.wish, 'test', 'tag')).toBeNull();
  expect(few.told[0]).toBeCloseTo(1500 / (1500 + 2400));
});

it('stops where nothing was told too, and leaves the whole progress to the judging without lessons', async () => {
  const silent = begin(guardRecipe(1), []);
  expect(await measureSplit(silent.wish, 'test', 'tag')).toBeNull();
  const { wish, told } = begin(PRESETS.smoke, [0.5]);
  expect(await measureSplit(wish, 'test', 'tag')).toBeNull();
  expect(told).toEqual([0]);
});
