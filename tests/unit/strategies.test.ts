import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/training/presets';
import { parseRecipe, totalSteps } from '../../src/training/recipe';
import { recipeFlops } from '../../src/training/recipeCost';
import { scalingRecipe, STAGE_SETTINGS, STRATEGIES, strategyRecipe } from '../../src/training/strategies';

const cotSettings = { ...STAGE_SETTINGS, judgementWeight: 3 };

const options = fc
  .record({ seed: fc.integer({ min: 0, max: 99 }), cotSteps: fc.integer({ min: 1, max: 5000 }) })
  .chain((some) => fc.integer({ min: 1, max: 5000 }).map((tagSteps) => ({ ...some, tagSteps })))
  .map((some) => ({ ...some, base: PRESETS.class, cot: cotSettings, tag: STAGE_SETTINGS }));

describe('the strategies', () => {
  it('are recipes that can be read, from one base and one backbone, with one budget of steps', () => {
    fc.assert(
      fc.property(options, (some) => {
        for (const strategy of STRATEGIES) {
          const recipe = strategyRecipe(strategy, some);
          expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
          expect(recipe).toMatchObject({ seed: some.seed, source: some.base.source, sampling: some.base.sampling });
          expect(recipe.batchPairs).toBe(some.base.batchPairs);
          if (strategy === 'biased') continue;
          expect(recipe.initial).toBe('biased');
          expect(recipe.stages.every(({ order }) => order === 'both')).toBe(true);
          if (strategy !== 'tag-long') expect(totalSteps(recipe)).toBe(some.cotSteps + some.tagSteps);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('differ in samples and head as their names say', () => {
    const some = { base: PRESETS.class, seed: 1, cotSteps: 300, tagSteps: 700, cot: cotSettings, tag: STAGE_SETTINGS };
    const looks = Object.fromEntries(
      STRATEGIES.map((strategy) => {
        const { head, stages } = strategyRecipe(strategy, some);
        return [strategy, [head, ...stages.map(({ samples, steps }) => `${samples} ${steps}`)].join(', ')];
      }),
    );
    expect({ ...looks, 'tag-long': '' }).toEqual({
      biased: 'language, tag 400',
      classifier: 'classifier, tag 1000',
      'cot-classifier': 'classifier, cot 300, tag 700',
      tag: 'language, tag 1000',
      mixed: 'language, mixed 1000',
      cot: 'language, cot 1000',
      'cot-tag': 'language, cot 300, tag 700',
      antisymmetric: 'antisymmetric, tag 1000',
      'tag-long': '',
    });
    expect(strategyRecipe('mixed', some).stages[0]?.judgementWeight).toBe(3);
    expect(strategyRecipe('cot-tag', some).stages.map((s) => s.judgementWeight)).toEqual([3, 1]);
    const backbone = strategyRecipe('biased', some);
    expect([backbone.initial, backbone.stages[0]?.order]).toEqual(['random', 'chronological']);
    expect(() => strategyRecipe('cot', { ...some, tagSteps: 0 })).toThrow(RangeError);
  });

  it('gives tags alone the arithmetic of the progressive strategy, to half a step', () => {
    fc.assert(
      fc.property(options, (some) => {
        const flops = (strategy: 'cot-tag' | 'tag-long' | 'tag') =>
          recipeFlops(strategyRecipe(strategy, some), some.base.model);
        const step = flops('tag') / (some.cotSteps + some.tagSteps);
        expect(Math.abs(flops('tag-long') - flops('cot-tag'))).toBeLessThanOrEqual(0.501 * step);
        expect(flops('tag-long')).toBeGreaterThan(flops('tag'));
      }),
      { numRuns: 20 },
    );
  });

  it('scales tags in sevenths of the CoT steps, from the model after its CoT stage', () => {
    const some = { base: PRESETS.class, seed: 4, cotSteps: 700, tagSteps: 1, cot: cotSettings, tag: STAGE_SETTINGS };
    for (let i = 1; i <= 12; i++) {
      const recipe = scalingRecipe(i, some);
      expect(recipe).toMatchObject({ initial: 'cot', head: 'language', seed: 4 });
      expect(recipe.stages.map(({ samples, steps }) => [samples, steps])).toEqual([['tag', 100 * i]]);
    }
    expect(() => scalingRecipe(0, some)).toThrow(RangeError);
  });
});
