import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import { RunMeasurement } from '../../src/workers/runMeasurement';

function ways(
  head: Recipe['head'],
  stageIndex: number,
  { generatedPairs = 4, testPairsPerWindow = 2, test = 3 } = {},
): string[] {
  const recipe: Recipe = structuredClone(PRESETS.smoke);
  const { evaluation } = recipe;
  const measurement = new RunMeasurement({
    recipe: { ...recipe, head, evaluation: { ...evaluation, generatedPairs, testPairsPerWindow } },
    facts: { summary: { episodes: { train: 9, validation: 0, test } } } as never,
    data: {} as never,
    judge: () => ({}) as never,
    isOver: () => false,
  });
  return measurement.plans(stageIndex).map(([judging]) => judging);
}

describe('after a stage a model is judged', () => {
  it('by writing too where it learned words, and by its own head after descriptions', () => {
    // The stages of the preset are bias, cot and tag.
    expect(ways('language', 0)).toEqual(['tag', 'tag-generated']);
    expect(ways('language', 1)).toEqual(['tag', 'tag-generated', 'cot', 'cot-generated']);
    expect(ways('language', 2)).toEqual(ways('language', 1));
    for (const head of ['classifier', 'antisymmetric'] as const) {
      expect(ways(head, 0)).toEqual(['tag']);
      expect(ways(head, 1)).toEqual(['tag', 'cot']);
    }
  });

  it('by forced choice alone where nothing is to be written, and not at all without test pairs', () => {
    expect(ways('language', 2, { generatedPairs: 0 })).toEqual(['tag']);
    expect(ways('language', 2, { test: 0 })).toEqual([]);
    expect(ways('language', 2, { generatedPairs: 0, testPairsPerWindow: 0 })).toEqual([]);
  });
});
