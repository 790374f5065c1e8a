// Measuring a model off the shelf: what is told and what can be stopped while its data are made.
import { expect, it } from 'vitest';
import { guardRecipe } from '../../src/training/guard';
import { PRESETS } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import { measureQuestions, measureSplit, type Measured } from '../../src/workers/evaluating';

/** A measurement whose data are never done; it is cancelled after `shares` of them were told. */
function begin(recipe: Recipe, shares: readonly number[]) {
  const told: number[] = [];
  const data = {
    facts: (_: Recipe, onProgress: (share: number) => void) => {
      for (const share of [...shares, 1]) onProgress(share);
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
  expect(told).toEqual([0.2, 0.4]);
  expect(await measureQuestions(wish, { questions: ['plain'], pairsPerQuestion: 4 })).toEqual([]);
});

it('leaves the whole progress to the judging where there are no lessons', async () => {
  const { wish, told } = begin(PRESETS.smoke, [0.5]);
  expect(await measureSplit(wish, 'test', 'tag')).toBeNull();
  expect(told).toEqual([0]);
});
