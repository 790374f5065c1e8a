// npm run experiment -- page: summary, page and figures out of the reports of runs; nothing else is asked, so that whoever
// has the reports gets the same page. The figures are drawn by the app's own plots.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { ablationSvg } from '../src/app/plots/ablationPlot';
import { scalingSvg } from '../src/app/plots/scalingPlot';
import { symmetrySvg } from '../src/app/plots/symmetryPlot';
import { windowSvg } from '../src/app/plots/windowPlot';
import { strategyPoints } from '../src/app/state/experimentPoints';
import { MAIN_STRATEGY } from '../src/evaluation/experiments/comparisons';
import { ABLATION, experimentsPage, withBackbone, type DataFacts } from '../src/evaluation/experiments/page';
import { mainJudging, meanOf, ROW_WINDOWS, seedLines, windowLine } from '../src/evaluation/experiments/rows';
import type { ExperimentRun } from '../src/evaluation/experiments/runFile';
import { summarise, type ExperimentsSummary } from '../src/evaluation/experiments/summary';
import { paperAccuracy, paperScaling, paperStrategies } from '../src/evaluation/paper';
import { QUESTIONS } from '../src/evaluation/questions';
import { rewardPage, type PolicyFile, type RewardFile, type SafetyFile } from '../src/reward/experiment/page';
import { EXPERIMENTS } from '../src/training/experiments';
import { STRATEGIES, strategyTitle as titleOf } from '../src/training/strategies';

/** The first shows that the runner works, and nothing of any model; the others are spoken of on the judge's page. */
const NOT_SHOWN = ['smoke', 'guard', 'coach'];

/** All that is made from the reports, by path below the folder of the page. */
export type Made = Readonly<Record<string, string>>;

/** Files of one folder of experiments. @param folder docs/experiments, which the page stands beside */
export async function makePage(folder: string): Promise<Made> {
  const runs = readRuns(folder);
  const planned = Object.entries(EXPERIMENTS)
    .filter(([name]) => !NOT_SHOWN.includes(name))
    .map(([name, experiment]) => ({
      name,
      title: experiment.title,
      about: experiment.about,
      runs: experiment.runs(experiment.seeds).map(({ strategy, seed }) => ({ strategy, seed })),
    }));
  const summary = summarise(runs, planned, STRATEGIES, Object.keys(QUESTIONS));
  const figures = drawFigures(summary);
  const page = experimentsPage(summary, {
    titles: strategyTitle,
    texts: readTexts(join(folder, 'text')),
    questions: Object.values(QUESTIONS),
    data: readData(join(folder, 'data.json')),
    figures: Object.keys(figures),
  });
  const work = workPage(folder);
  const drawn = Object.entries(figures).map(([name, svg]) => [`experiments/figures/${name}`, svg] as const);
  return {
    'experiments.md': await format(page, { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' }),
    ...(work !== null && {
      'reward.md': await format(work, { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' }),
    }),
    'experiments/summary.json': await format(JSON.stringify(summary), { parser: 'json', printWidth: 200 }),
    ...Object.fromEntries(drawn),
  };
}

/** The page of the judge at work; null before anything of it was measured. */
function workPage(folder: string): string | null {
  const read = (name: string) => {
    const file = join(folder, `${name}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : null;
  };
  const reward = read('reward') as RewardFile | null;
  const [safety, policy] = [read('safety') as SafetyFile | null, read('policy') as PolicyFile | null];
  return reward && rewardPage(reward, safety, policy, readTexts(join(folder, 'text', 'reward')));
}

/** Writes them and says what was written. */
export async function writePage(folder: string): Promise<string> {
  const made = await makePage(folder);
  for (const [path, text] of Object.entries(made)) {
    const file = join(dirname(folder), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return `Written: ${Object.keys(made).join(', ')}.`;
}

/** Runs that are no strategies: trainings that are controls. */
const OTHER_TITLES: Readonly<Record<string, string>> = {
  shuffled: 'Shuffled labels',
  apart: 'CoT in other words, then tags',
  varied: 'CoT, then tags, worded anew for each pair',
  trusting: 'CoT only, descriptions never doubted',
  'cot-tag-long': 'CoT, then tags, longer',
  'tag-scratch': 'Tags, from fresh weights',
  'cot-tag-scratch': 'CoT, then tags, from fresh weights',
  'tag-simulator': 'Tags, from the simulator’s cured model',
  'cot-tag-simulator': 'CoT, then tags, from the simulator’s cured model',
  'simulator-alone': 'The simulator’s cured model as it is',
};

export function strategyTitle(strategy: string): string {
  const known = STRATEGIES.find((name) => name === strategy);
  if (known !== undefined) return titleOf(known);
  return Object.hasOwn(OTHER_TITLES, strategy) ? (OTHER_TITLES[strategy] as string) : strategy;
}

function readRuns(folder: string): ExperimentRun[] {
  if (!existsSync(folder)) return [];
  const names = Object.keys(EXPERIMENTS).filter((name) => !NOT_SHOWN.includes(name) && existsSync(join(folder, name)));
  return names.flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, name, file), 'utf8')) as ExperimentRun),
  );
}

/** The report that `npm run headless -- --recipe data-report` writes. */
function readData(file: string): DataFacts | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DataFacts) : null;
}

function readTexts(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((file) => file.endsWith('.md'));
  return Object.fromEntries(files.map((file) => [file.slice(0, -3), readFileSync(join(folder, file), 'utf8')]));
}

function drawFigures(summary: ExperimentsSummary): Record<string, string> {
  const { experiments } = summary;
  const figures: Record<string, string> = {};
  const ablation = experiments.find(({ name }) => name === ABLATION);
  const rows = ablation ? withBackbone(ablation, summary).rows : [];
  const main = rows.filter(({ strategy, judging }) => judging === mainJudging(strategy));
  if (main.length > 0) {
    figures['ablation.svg'] = ablationSvg(
      main.map((row) => {
        const {
          strategy,
          figures: { bothRight },
          baselines,
        } = row;
        const swapped = baselines.find(({ name }) => name === 'swap-averaged')?.bothRight ?? [];
        return {
          name: strategyTitle(strategy),
          mean: bothRight.mean,
          seeds: seedLines(row).map(({ seed, bothRight: value }) => ({ seed, value })),
          low: bothRight.episodes?.[0] ?? null,
          high: bothRight.episodes?.[1] ?? null,
          baseline: swapped.length === 0 ? null : meanOf(swapped),
        };
      }),
    );
    const size = { width: 720, height: 560 };
    figures['symmetry.svg'] = symmetrySvg([], size, paperStrategies, strategyPoints(summary.experiments));
  }
  const progressive = rows.find(({ strategy, judging }) => strategy === MAIN_STRATEGY && judging === 'tag');
  if (progressive) {
    const points = ROW_WINDOWS.flatMap((window) => {
      const line = windowLine(progressive, window);
      if (line === null || !/^\d+$/.test(window)) return [];
      const { pairs, forward, reverse, average, bothRight } = line;
      return [{ window: Number(window), pairs, forward, reverse, average, bothRight }];
    });
    const theirs = paperAccuracy.find(({ model }) => model === 'STCR-Tag');
    // The last of the paper's columns pools windows from 12 on.
    const paper = theirs && { name: 'STCR-Tag, average', byWindow: theirs.byWindow.slice(0, 7) };
    figures['windows.svg'] = windowSvg(points, undefined, paper);
  }
  const scaling = experiments.find((experiment) => experiment.scaling !== null)?.scaling;
  if (scaling) {
    const { fit, reason } = scaling;
    figures['scaling.svg'] = scalingSvg(
      scaling.runs,
      fit ? { fit, reason: null } : { fit: null, reason: reason ?? '' },
      undefined,
      paperScaling.map(({ sevenths, average }) => ({ sevenths, average: average.overall })),
    );
  }
  return figures;
}
