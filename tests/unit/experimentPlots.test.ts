// The experiments in the plots: every seed that the summary has, the law as it was fitted, names that never lie on each
// other, and presets of the strategies that a lesson has time for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth, type TextMark } from '../../src/app/plots/drawing';
import { pointLabels } from '../../src/app/plots/labels';
import { scalingDrawing, scalingSummary, scalingTable } from '../../src/app/plots/scalingPlot';
import { symmetryDrawing, symmetrySummary, symmetryTable } from '../../src/app/plots/symmetryPlot';
import { COMPARISON_PRESETS, comparisonPreset, strategyOf } from '../../src/app/recipes/comparisonPresets';
import { measuredLaw, strategyPoints } from '../../src/app/state/experimentPoints';
import { summarise } from '../../src/evaluation/experiments/summary';
import { paperStrategies } from '../../src/evaluation/paper';
import { PRESETS } from '../../src/training/presets';
import { parseRecipe } from '../../src/training/recipe';
import { recipeFlops } from '../../src/training/recipeCost';
import { madeUpRuns } from './experimentRuns';

const runs = madeUpRuns();
const plan = (name: string) => ({ name, title: name, about: '', runs: runs.filter((run) => run.experiment === name) });
const { experiments } = summarise(runs, [plan('ablation'), plan('scaling')], ['biased', 'tag', 'cot', 'cot-tag'], []);
const strategies = strategyPoints(experiments);
const law = measuredLaw(experiments);

describe('results in the symmetry plot', () => {
  it('are one square a strategy and one dot a seed', () => {
    expect(strategies.map(({ name }) => name)).toEqual(['biased backbone', 'tags', 'CoT', 'CoT, then tags']);
    const labels = symmetryDrawing([], undefined, [], strategies).marks.flatMap((m) =>
      m.kind === 'path' && m.label !== undefined ? [m.label] : [],
    );
    for (const { name, seeds } of strategies) {
      expect(labels.filter((label) => label.startsWith(`${name}, seed`))).toHaveLength(seeds.length);
      expect(labels.filter((label) => label.startsWith(`${name}, mean of ${seeds.length}`))).toHaveLength(1);
    }
    const rows = symmetryTable([], [], strategies).rows;
    expect(rows).toHaveLength(strategies.flatMap(({ seeds }) => seeds).length);
    expect(symmetrySummary([], strategies)).toMatch(/^In the experiments, “CoT, then tags” stands highest/);
  });

  it('are named by letters in a narrow figure, and change nothing where there are none', () => {
    const keyed = strategies.map((strategy, i) => ({ ...strategy, key: 'ABCDEF'[i] ?? '' }));
    const words = (width: number) =>
      symmetryDrawing([], { width, height: 300 }, [], keyed).marks.flatMap((m) => (m.kind === 'text' ? [m.text] : []));
    expect(words(340)).toContain('A');
    expect(words(340)).not.toContain('tags');
    expect(words(760)).toContain('tags');
    const run = [{ name: 'run', points: [{ forward: 80, reverse: 70 }] }];
    expect(symmetryTable(run, paperStrategies, [])).toEqual(symmetryTable(run, paperStrategies));
    expect(symmetrySummary(run, [])).toBe(symmetrySummary(run));
  });
});

describe('names beside points', () => {
  const panel = { left: 50, right: 330, top: 10, bottom: 290 };

  it('never touch each other and stay inside, however close the points', () => {
    const place = fc.record({
      at: fc.record({ x: fc.integer({ min: 50, max: 330 }), y: fc.integer({ min: 10, max: 290 }) }),
      words: fc.string({ minLength: 1, maxLength: 20 }),
      ink: fc.constant('ink' as const),
      reach: fc.constantFrom(8, 11),
    });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 20 }), (labels) => {
        const boxes = pointLabels(labels, panel)
          .filter((mark): mark is TextMark => mark.kind === 'text')
          .map(({ x, y, text, anchor }) => {
            const left = anchor === 'start' ? x : x - textWidth(text);
            return { left, right: left + textWidth(text), top: y - 11, bottom: y + 3 };
          });
        for (const [i, a] of boxes.entries()) {
          expect(a.left).toBeGreaterThanOrEqual(panel.left - 0.01);
          expect(a.right).toBeLessThanOrEqual(panel.right + 0.01);
          for (const b of boxes.slice(0, i)) {
            const apart =
              a.left >= b.right - 0.01 || b.left >= a.right - 0.01 || a.top >= b.bottom || b.top >= a.bottom;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });
});

describe('results in the scaling plot', () => {
  const live = [{ sevenths: 2, forward: 70, reverse: 72, average: 71 }];
  const none = { fit: null, reason: '' } as const;

  it('are every run and the law that was fitted to them, with the run at hand over it', () => {
    if (!law) throw new Error('The made-up runs have tag volumes.');
    expect(law.points).toHaveLength(12);
    expect(law.result.fit).not.toBeNull();
    expect(scalingTable(live, [], law).rows.map(([source]) => source)).toEqual([
      ...law.points.map(() => 'experiments'),
      'this run',
    ]);
    expect(scalingSummary(live, none, law)).toMatch(
      /^Experiments, 12 runs: average accuracy .* This run: average accuracy 71 %/,
    );
    const { marks } = scalingDrawing(live, none, undefined, { experiments: law });
    const labels = marks.flatMap((mark) => (mark.kind === 'path' && mark.label ? [mark.label] : []));
    expect(labels.filter((label) => label.startsWith('experiments, '))).toHaveLength(3 * 12);
    expect(labels.filter((label) => label.startsWith('this run, '))).toHaveLength(3);
    const forwardOnly = scalingDrawing(live, none, undefined, { experiments: law, orders: ['forward'] }).marks;
    expect(forwardOnly.some((mark) => mark.kind === 'path' && mark.fill === 'reverse')).toBe(false);
  });

  it('are none where nothing was measured', () => {
    expect(measuredLaw([])).toBeNull();
    expect(strategyPoints([])).toEqual([]);
  });
});

describe('presets of the strategies', () => {
  it('are recipes of at most about half as much again as a lesson, and known again when seen', () => {
    const lesson = recipeFlops(PRESETS.class, 'nano');
    for (const { strategy, about } of COMPARISON_PRESETS) {
      const recipe = comparisonPreset(strategy, 5);
      expect(parseRecipe(recipe)).toEqual(recipe);
      expect(strategyOf(recipe)).toBe(strategy);
      expect(recipeFlops(recipe, 'nano') / lesson).toBeLessThan(1.75);
      expect(about).toMatch(/\.$/);
    }
    expect(strategyOf(PRESETS.class)).toBeNull();
    expect(COMPARISON_PRESETS.find(({ strategy }) => strategy === 'antisymmetric')?.title).toMatch(
      /no gap by construction/,
    );
  });
});
