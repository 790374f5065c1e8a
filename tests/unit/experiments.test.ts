// Runs of experiments summed up: whatever the order of the files, the tables show what the reports say, and what was not
// run is said and not invented.
import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../scripts/experimentOptions.mjs';
import { makePage } from '../../scripts/experimentPage';
import { countedFigure } from '../../src/evaluation/episodeCounts';
import { experimentsPage, type PageParts } from '../../src/evaluation/experiments/page';
import { unpacked } from '../../src/evaluation/experiments/packed';
import { lastEvaluation, seedLines } from '../../src/evaluation/experiments/rows';
import type { ExperimentRun } from '../../src/evaluation/experiments/runFile';
import { summarise, type ExperimentSummary, type PlannedExperiment } from '../../src/evaluation/experiments/summary';
import { EXPERIMENTS } from '../../src/training/experiments';
import { parseRecipe } from '../../src/training/recipe';
import { madeUpRun, madeUpRuns } from './experimentRuns';

const runs = madeUpRuns();
const order = ['biased', 'tag', 'cot', 'cot-tag'];
const plan = (name: string, of: readonly ExperimentRun[]): PlannedExperiment => ({
  name,
  title: `The experiment ${name}`,
  about: 'What it compares.',
  runs: of.filter((run) => run.experiment === name),
});
const planned = [plan('ablation', runs), plan('scaling', runs)];
const questions = ['plain', 'held-out-templates'];
const summed = (files: readonly ExperimentRun[]) => summarise(files, planned, order, questions);
const named = (files: readonly ExperimentRun[], name: string): ExperimentSummary => {
  const found = summed(files).experiments.find((experiment) => experiment.name === name);
  if (!found) throw new Error(`No experiment ${name}.`);
  return found;
};
const parts: PageParts = { titles: (name) => name, texts: {}, questions: [], data: null, figures: [] };

describe('the summary', () => {
  it('does not depend on the order of the files', () => {
    const expected = JSON.stringify(summed(runs));
    fc.assert(
      fc.property(fc.shuffledSubarray(runs, { minLength: runs.length }), (shuffled) => {
        expect(JSON.stringify(summed(shuffled))).toBe(expected);
      }),
      { numRuns: 3 },
    );
  });

  it('shows every seed as its report has it', () => {
    const { rows } = named(runs, 'ablation');
    for (const row of rows) {
      expect(row.seeds.seed).toEqual([1, 2, 3]);
      for (const { seed, bothRight, gap } of seedLines(row)) {
        const run = runs.find((each) => each.strategy === row.strategy && each.seed === seed);
        const overall = run && lastEvaluation(run, row.judging)?.overall;
        expect(bothRight).toBeCloseTo(overall?.bothRight ?? 0, 1);
        expect(gap).toBeCloseTo(overall?.gap ?? 0, 1);
      }
      const values = seedLines(row).map(({ average }) => average);
      expect(row.figures.average.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 3, 1);
    }
    expect(rows.map(({ strategy, judging }) => `${strategy} ${judging}`)).toEqual([
      'biased tag',
      'tag tag',
      'cot cot',
      'cot tag',
      'cot-tag tag',
      'cot-tag cot',
    ]);
  });

  it('takes the figures after the last stage, not those on the way', () => {
    const row = named(runs, 'ablation').rows.find(({ strategy }) => strategy === 'tag');
    expect(row?.figures.reverse.mean).toBeGreaterThan(50);
  });

  it('says which runs are missing and gives no interval over seeds for two of them', () => {
    const fewer = runs.filter(({ strategy, seed }) => strategy !== 'cot-tag' || seed !== 2);
    const ablation = named(fewer, 'ablation');
    expect(ablation.missing).toEqual([['cot-tag', 2]]);
    const row = ablation.rows.find(({ strategy }) => strategy === 'cot-tag');
    expect(row?.seeds.seed).toEqual([1, 3]);
    expect(row?.figures.bothRight.seeds).toBeNull();
    expect(row?.figures.bothRight.episodes).not.toBeNull();
    const line = ablation.comparisons.find(({ against, figure }) => against === 'tag' && figure === 'bothRight');
    expect(line).toMatchObject({ seeds: [1, 3], p: null });
    expect(line?.reason).toMatch(/too few seeds/);
    expect(experimentsPage(summed(fewer), parts)).toContain('Not run yet: cot-tag (seed 2).');
  });

  it('pairs strategies by seed and corrects for asking often', () => {
    const { comparisons } = named(runs, 'ablation');
    const lines = comparisons.filter(({ figure }) => figure === 'bothRight');
    expect(lines.map(({ against }) => against)).toEqual(['biased', 'tag', 'cot']);
    for (const { against, difference, p, holm } of lines) {
      const mean = (strategy: string) => {
        const own = runs.filter((run) => run.strategy === strategy);
        const table = (run: ExperimentRun) => lastEvaluation(run, 'tag')?.episodes ?? {};
        return own.reduce((sum, run) => sum + countedFigure(table(run), 'bothRight'), 0) / own.length;
      };
      expect(difference).toBeCloseTo(mean('cot-tag') - mean(against), 1);
      expect(holm ?? 0).toBeGreaterThanOrEqual(p ?? 1);
    }
  });

  it('fits the scaling law over volumes and keeps its runs', () => {
    const { scaling, rows } = named(runs, 'scaling');
    expect(scaling?.runs.map(({ sevenths, seed }) => [sevenths, seed])).toHaveLength(12);
    expect(scaling?.fit?.bootstrap).toBe('episodes');
    expect(rows).toEqual([]);
    const one = named(
      runs.filter(({ strategy }) => !['tag-2', 'tag-4'].includes(strategy)),
      'scaling',
    );
    expect(one.scaling).toMatchObject({ fit: null });
    expect(one.scaling?.reason).toMatch(/at least 4 tag volumes/);
  });

  it('shows questions in their order, every seed', () => {
    const controls = unpacked(named(runs, 'ablation').controls);
    expect([...new Set(controls.map(({ question }) => question))]).toEqual(questions);
    for (const { strategy, question, values } of controls) {
      const own = runs.filter((run) => run.strategy === strategy).sort((a, b) => a.seed - b.seed);
      const expected = own.map((run) => run.questions.find((each) => each.question === question)?.overall.bothRight);
      expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value ?? 0, 1));
      expect(values).toHaveLength(expected.length);
    }
  });

  it('stays small', () => {
    // One run stands for all of those that are planned: what counts is how many there are, and what they are asked.
    const one = madeUpRun({ strategy: 'tag', seed: 1, right: [0.8, 0.7], words: true, questions: ['plain'] });
    const shown = Object.entries(EXPERIMENTS).filter(([name]) => name !== 'smoke');
    const plans = shown.map(([name, experiment]) => ({ ...experiment, name, runs: experiment.runs(experiment.seeds) }));
    const all = plans.flatMap(({ name, runs: of }) =>
      of.map(({ strategy, seed, questions: asked }) => ({
        ...one,
        ...{ experiment: name, strategy, seed },
        evaluations: name === 'ablation' ? one.evaluations : one.evaluations.filter(({ judging }) => judging === 'tag'),
        questions: asked.flatMap((question) => one.questions.map((answer) => ({ ...answer, question }))),
      })),
    );
    // A quarter of it when compressed, and loaded only when a plot wants it.
    expect(JSON.stringify(summarise(all, plans, order, questions)).length).toBeLessThan(120_000);
  });
});

describe('the page', () => {
  const page = experimentsPage(summed(runs), parts);

  it('prints the figures of the reports and the paper’s under its name', () => {
    for (const row of named(runs, 'ablation').rows) {
      expect(page).toContain(
        seedLines(row)
          .map(({ bothRight }) => bothRight.toFixed(1))
          .join(' · '),
      );
    }
    expect(page).toContain('| Paper: CoT-only | 83.8 | 90.3 | 87.1 | 6.5 |');
    for (const number of [1, 2, 3, 4, 5]) expect(page).toContain(`Table ${number}`);
  });

  it('takes in hand-written texts, and refuses those that no section takes', () => {
    const texts = { intro: 'Words before all.', 'ablation-controls': 'Words before the controls.' };
    const made = experimentsPage(summed(runs), { ...parts, texts });
    expect(made.indexOf('Words before all.')).toBeGreaterThan(0);
    expect(made.indexOf('Words before the controls.')).toBeGreaterThan(made.indexOf('### Controls'));
    expect(() => experimentsPage(summed(runs), { ...parts, texts: { ablatoin: 'Lost.' } })).toThrow(/ablatoin/);
  });

  it('that is kept here is the one that its reports make', async () => {
    const made = await makePage('docs/experiments');
    for (const [path, text] of Object.entries(made)) {
      const file = `docs/${path}`;
      expect(existsSync(file), `${file} is missing: npm run experiment -- page`).toBe(true);
      expect(readFileSync(file, 'utf8') === text, `${file} differs: npm run experiment -- page`).toBe(true);
    }
  });
});

describe('the experiments', () => {
  it('name every run once, with a recipe that can be read', () => {
    for (const experiment of Object.values(EXPERIMENTS)) {
      const planned = experiment.runs(experiment.seeds);
      const names = planned.map(({ strategy, seed }) => `${strategy}-${seed}`);
      expect(new Set(names).size).toBe(names.length);
      for (const { recipe, seed } of planned) expect(parseRecipe(recipe).seed).toBe(seed);
      expect(experiment.runs([7]).every(({ seed }) => seed === 7)).toBe(true);
    }
  });
});

describe('the command line', () => {
  it('reads names, seeds and strategies', () => {
    expect(
      readOptions(['ablation', '--seeds', '3,1,3', '--only', 'tag, cot', '--parallel', '2'], '/home'),
    ).toMatchObject({
      name: 'ablation',
      seeds: [3, 1],
      only: ['tag', 'cot'],
      parallel: 2,
      minutes: null,
      profile: null,
    });
    expect(readOptions(['ablation', '--profile', 'a/b'], '/home').profile).toBe('/home/a/b');
  });

  it('says in words what is wrong', () => {
    const wrong = (...args: string[]) => expect(() => readOptions(args, '/home'));
    wrong().toThrow(/Which experiment/);
    wrong('a', 'b').toThrow(/One experiment at a time/);
    wrong('a', '--seeds', '1,x').toThrow(/whole numbers/);
    wrong('a', '--parallel', '0').toThrow(/from 1 on/);
    wrong('a', '--minutes=-3').toThrow(/above 0/);
    wrong('a', '--backend', 'gpu').toThrow(/no backend called gpu/);
  });
});
