// All experiments in one value, docs/experiments/summary.json: what the page of experiments and the app's plots show. It
// is made from the runs' files alone, whatever their order, and says which planned runs are missing.
import { paperAccuracy, paperScaling, paperStrategies } from '../paper';
import { comparisonLines, type ComparisonLine } from './comparisons';
import { controlLines, type ControlLine } from './controls';
import { packed, type Packed } from './packed';
import { mainJudging, rowOf, type Row } from './rows';
import { rounded, type ExperimentRun } from './runFile';
import { scalingSummary, volumeOf, type ScalingSummary } from './scalingSummary';

export interface ExperimentsSummary {
  readonly version: 1;
  readonly experiments: readonly ExperimentSummary[];
  /** The paper's figures, for showing beside ours under its name. */
  readonly paper: {
    readonly strategies: typeof paperStrategies;
    readonly accuracy: typeof paperAccuracy;
    readonly scaling: readonly {
      readonly sevenths: number;
      readonly forward: number;
      readonly reverse: number;
      readonly average: number;
    }[];
  };
}

export interface ExperimentSummary {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** Planned runs without a report: strategy and seed. */
  readonly missing: readonly (readonly [strategy: string, seed: number])[];
  /** A line for each strategy and way of judging; the main way first. */
  readonly rows: readonly Row[];
  readonly scaling: ScalingSummary | null;
  readonly comparisons: readonly ComparisonLine[];
  readonly controls: Packed<ControlLine>;
}

/** An experiment as it was planned. */
export interface PlannedExperiment {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly runs: readonly { readonly strategy: string; readonly seed: number }[];
}

/** Two decimals of a percentage, as the paper has them. */
const DIGITS = 4;

const WAYS = ['tag', 'cot', 'tag-generated', 'cot-generated'] as const;

/**
 * @param planned experiments in the order in which they are shown; files of others are left out
 * @param strategies names in the order in which tables list them; others follow in alphabetical order
 * @param questions names of the controls in order
 */
export function summarise(
  files: readonly ExperimentRun[],
  planned: readonly PlannedExperiment[],
  strategies: readonly string[],
  questions: readonly string[],
): ExperimentsSummary {
  const experiments = planned.flatMap((experiment) => {
    const runs = files.filter((run) => run.experiment === experiment.name).sort(byName);
    return runs.length === 0 ? [] : [experimentSummary(experiment, runs, strategies, questions)];
  });
  const scaling = paperScaling.map(({ sevenths, forward, reverse, average }) => ({
    sevenths,
    forward: forward.overall,
    reverse: reverse.overall,
    average: average.overall,
  }));
  const whole = {
    version: 1,
    experiments,
    paper: { strategies: paperStrategies, accuracy: paperAccuracy, scaling },
  } as const;
  return rounded(whole, DIGITS);
}

function experimentSummary(
  { name, title, about, runs: planned }: PlannedExperiment,
  runs: readonly ExperimentRun[],
  order: readonly string[],
  questions: readonly string[],
): ExperimentSummary {
  const known = new Set(runs.map((run) => `${run.strategy} ${run.seed}`));
  const names = [...new Set(runs.map(({ strategy }) => strategy))].sort(
    (a, b) => placeOf(order, a) - placeOf(order, b) || (a < b ? -1 : 1),
  );
  const compared = names.filter((strategy) => volumeOf(strategy) === null);
  const rows = compared.flatMap((strategy) => {
    const own = runs.filter((run) => run.strategy === strategy);
    const first = mainJudging(strategy);
    const ways = [first, ...WAYS.filter((way) => way !== first)];
    return ways.flatMap((judging) => rowOf(strategy, own, judging) ?? []);
  });
  return {
    name,
    title,
    about,
    missing: planned
      .filter(({ strategy, seed }) => !known.has(`${strategy} ${seed}`))
      .map(({ strategy, seed }) => [strategy, seed] as const),
    rows,
    scaling: scalingSummary(runs),
    comparisons: comparisonLines(runs, compared),
    controls: packed(controlLines(runs, names, questions)),
  };
}

function placeOf(order: readonly string[], name: string): number {
  const place = order.indexOf(name);
  return place < 0 ? order.length : place;
}

function byName(a: ExperimentRun, b: ExperimentRun): number {
  return a.strategy === b.strategy ? a.seed - b.seed : a.strategy < b.strategy ? -1 : 1;
}
