// One line of the experiments' tables: a strategy judged in one way, every seed beside the mean. How much a figure varies
// between training runs and how sure it is given the episodes stand side by side and are never mixed.
import { wideWindows } from '../metrics';
import { acrossSeeds, seededFigure } from '../seeds';
import type { ExperimentRun, KeptBaseline, KeptEvaluation, Line, Range } from './runFile';

/** Low and high end, or null where no honest interval exists. */
export type Ends = readonly [low: number, high: number] | null;

/** Figures that every line has, in percent or points. */
export const ROW_FIGURES = ['forward', 'reverse', 'average', 'gap', 'bothRight'] as const;
export type RowFigure = (typeof ROW_FIGURES)[number];

/** Windows of the tables: those of the paper's, and each of the wide ones. */
export const ROW_WINDOWS = ['5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16', wideWindows] as const;
export type RowWindow = (typeof ROW_WINDOWS)[number];

/** Strategies that are shown task by task. */
const WITH_TASKS: readonly string[] = ['biased', 'cot-tag'];

/** One run of a row. */
export interface SeedLine extends Readonly<Record<RowFigure, number>> {
  readonly seed: number;
  readonly pairs: number;
  readonly episodes: number;
  /** 95 % interval of both-right over episodes of this one run. */
  readonly ends: Ends;
  readonly flipRate: number;
  readonly invalid: number;
  readonly pSecond: number | null;
  readonly dPrime: number | null;
  readonly criterion: number | null;
  /** Percent of answers through words that describe both pictures. */
  readonly described: number | null;
  readonly brier: number | null;
  readonly ece: number | null;
  /** The task right in both orders least often, and how often. */
  readonly worstTask: readonly [name: string, bothRight: number] | null;
  /** Wall time in seconds. */
  readonly seconds: number;
}

/** Seed lines as columns, which keeps the summary short; a column without any figure is left out. */
export type SeedColumns = { readonly [Column in keyof SeedLine]?: readonly SeedLine[Column][] };

/** Every run of a row, in order of the seeds. */
export function seedLines({ seeds }: Pick<Row, 'seeds'>): SeedLine[] {
  return (seeds.seed ?? []).map((_, i) => {
    const cells = SEED_COLUMNS.map((column) => [column, seeds[column]?.[i] ?? null] as const);
    return Object.fromEntries(cells) as unknown as SeedLine;
  });
}

const SEED_COLUMNS = [
  'seed',
  'pairs',
  'episodes',
  ...ROW_FIGURES,
  'ends',
  'flipRate',
  'invalid',
  'pSecond',
  'dPrime',
  'criterion',
  'described',
  'brier',
  'ece',
  'worstTask',
  'seconds',
] as const;

function seedColumns(lines: readonly SeedLine[]): SeedColumns {
  const columns = SEED_COLUMNS.map((column) => [column, lines.map((line) => line[column])] as const);
  return Object.fromEntries(columns.filter(([, cells]) => cells.some((cell) => cell !== null))) as SeedColumns;
}

/** A figure over seeds. */
export interface MeanFigure {
  readonly mean: number;
  readonly sd: number | null;
  /** Student's t interval over training seeds; null below three. */
  readonly seeds: Ends;
  /** Interval over episodes with all seeds pooled, or of the one seed. */
  readonly episodes: Ends;
}

export type WindowFigures = Readonly<Record<'forward' | 'reverse' | 'average' | 'bothRight', number>>;

/** Means over seeds at one window, each with the mean of the seeds' own 95 % intervals over episodes. */
export interface WindowLine extends WindowFigures {
  /** Pairs of one seed. */
  readonly pairs: number;
  /** Of the average. */
  readonly ends: Ends;
  readonly endsForward: Ends;
  readonly endsReverse: Ends;
}

const WINDOW_COLUMNS = [
  'pairs',
  'forward',
  'reverse',
  'average',
  'bothRight',
  'ends',
  'endsForward',
  'endsReverse',
] as const;

/** Window lines as columns, each in the order of ROW_WINDOWS, which keeps the summary short; null where no pair is. */
export type WindowColumns = { readonly [Column in keyof WindowLine]: readonly (WindowLine[Column] | null)[] };

/** A row's line at a window; null where no pair was judged. */
export function windowLine({ byWindow }: Pick<Row, 'byWindow'>, window: string): WindowLine | null {
  const place = ROW_WINDOWS.indexOf(window as RowWindow);
  if (place < 0 || typeof byWindow.pairs[place] !== 'number') return null;
  const cells = WINDOW_COLUMNS.map((column) => [column, byWindow[column][place] ?? null] as const);
  return Object.fromEntries(cells) as unknown as WindowLine;
}

export interface Row {
  readonly strategy: string;
  /** How it was asked after its last stage. */
  readonly judging: KeptEvaluation['judging'];
  /** Of one run. */
  readonly steps: number;
  readonly samples: number;
  readonly backends: readonly string[];
  readonly seeds: SeedColumns;
  readonly figures: Readonly<Record<RowFigure, MeanFigure>>;
  readonly byWindow: WindowColumns;
  /** Both-right by kind of task and by task, means over seeds; tasks of the main strategies only. */
  readonly byCategory: Readonly<Record<string, number>>;
  readonly byTask: Readonly<Record<string, number>>;
  /** Of answers by tag. */
  readonly baselines: readonly BaselineRow[];
}

/** A cure without training, on the same judgements: columns in the order of `seeds`. */
export interface BaselineRow {
  readonly name: (typeof BASELINES)[number];
  readonly seeds: readonly number[];
  readonly forward: readonly number[];
  readonly reverse: readonly number[];
  readonly bothRight: readonly number[];
  /** Both-right of the judgements themselves minus this, in points, and its p value over episodes. */
  readonly margin: readonly (number | null)[];
  readonly p: readonly (number | null)[];
}

const BASELINES = ['swap-averaged', 'recalibrated'] as const;

interface Measured {
  run: ExperimentRun;
  evaluation: KeptEvaluation;
}

/** The way of judging that a strategy stands for: words only where nothing but words was trained. */
export function mainJudging(strategy: string): KeptEvaluation['judging'] {
  return strategy === 'cot' ? 'cot' : 'tag';
}

/** The measurement of a run after its last stage on the test split, or null. */
export function lastEvaluation(run: ExperimentRun, judging: KeptEvaluation['judging']): KeptEvaluation | null {
  const last = Math.max(...run.evaluations.map(({ step }) => step));
  const found = run.evaluations.filter((e) => e.judging === judging && e.split === 'test' && e.step === last);
  return found.at(-1) ?? null;
}

/** The line of some runs of one strategy; null where none was judged so. Their order does not matter. */
export function rowOf(
  strategy: string,
  runs: readonly ExperimentRun[],
  judging: KeptEvaluation['judging'],
): Row | null {
  const measured = runs
    .map((run) => ({ run, evaluation: lastEvaluation(run, judging) }))
    .filter((found): found is Measured => found.evaluation !== null)
    .sort((a, b) => a.run.seed - b.run.seed);
  if (measured.length === 0) return null;
  const evaluations = measured.map(({ evaluation }) => evaluation);
  const added = (of: 'steps' | 'samples') =>
    Math.max(...measured.map(({ run }) => run.stages.reduce((sum, stage) => sum + stage[of], 0)));
  return {
    strategy,
    judging,
    steps: added('steps'),
    samples: added('samples'),
    backends: [...new Set(measured.map(({ run }) => run.backend.label))].sort(),
    seeds: seedColumns(measured.map(seedLine)),
    figures: Object.fromEntries(ROW_FIGURES.map((figure) => [figure, meanFigure(measured, figure)])) as Row['figures'],
    // Written answers are too few for lines by window.
    byWindow: windowsOf(judging.endsWith('generated') ? [] : evaluations),
    byCategory: bothRightBy(evaluations.map(({ byCategory }) => byCategory)),
    byTask: WITH_TASKS.includes(strategy) ? bothRightBy(evaluations.map(({ byTemplate }) => byTemplate)) : {},
    baselines: judging === 'tag' ? BASELINES.flatMap((name) => baselineRow(name, measured)) : [],
  };
}

function seedLine({ run, evaluation }: Measured): SeedLine {
  const { overall, intervals, calibration, worst, described } = evaluation;
  const { pairs, episodes, forward, reverse, average, gap, bothRight } = overall;
  const { flipRate, invalid, pSecond, dPrime, criterion } = overall;
  return {
    seed: run.seed,
    ...{ pairs, episodes, forward, reverse, average, gap, bothRight },
    ends: endsOf(intervals['bothRight']),
    ...{ flipRate, invalid, pSecond, dPrime, criterion, described },
    brier: calibration?.brier.mean ?? null,
    ece: calibration?.ece ?? null,
    worstTask: worst?.task ? [worst.task.name, worst.task.bothRight] : null,
    seconds: run.seconds,
  };
}

function meanFigure(measured: readonly Measured[], figure: RowFigure): MeanFigure {
  const values = measured.map(({ run, evaluation }) => ({ seed: run.seed, value: evaluation.overall[figure] }));
  const { mean, sd, low, high } = acrossSeeds(values);
  const tables = measured.flatMap(({ run, evaluation }) =>
    evaluation.episodes ? [{ seed: run.seed, episodes: evaluation.episodes }] : [],
  );
  const [only] = measured;
  const pooled =
    tables.length === measured.length
      ? endsOf(seededFigure(tables, figure).overEpisodes)
      : measured.length === 1
        ? endsOf(only?.evaluation.intervals[figure])
        : null;
  return { mean, sd, seeds: low === null || high === null ? null : [low, high], episodes: pooled };
}

function windowsOf(evaluations: readonly KeptEvaluation[]): Row['byWindow'] {
  const ends = (window: string, figure: 'forward' | 'reverse' | 'average'): Ends => {
    const spans = evaluations.map(({ spans: of }) => of?.byWindow[window]?.[figure] ?? null);
    if (spans.some((span) => span === null)) return null;
    return [meanOf(spans.map((span) => span?.[0] ?? 0)), meanOf(spans.map((span) => span?.[1] ?? 0))];
  };
  const windows = evaluations.length === 0 ? [] : ROW_WINDOWS;
  const lines = windows.map((window): WindowLine | null => {
    const own = evaluations.map(({ byWindow }) => byWindow?.[window] ?? null);
    const line = meanLine(own);
    if (line === null) return null;
    return {
      ...line,
      pairs: Math.min(...own.flatMap((each) => (each ? [each.pairs] : []))),
      ends: ends(window, 'average'),
      endsForward: ends(window, 'forward'),
      endsReverse: ends(window, 'reverse'),
    };
  });
  const columns = WINDOW_COLUMNS.map((column) => [column, lines.map((line) => line?.[column] ?? null)] as const);
  return Object.fromEntries(columns) as unknown as WindowColumns;
}

function bothRightBy(all: readonly (Readonly<Record<string, Line | null>> | undefined)[]): Record<string, number> {
  const keys = [...new Set(all.flatMap((lines) => Object.keys(lines ?? {})))].sort();
  return Object.fromEntries(
    keys.flatMap((key) => {
      const line = meanLine(all.map((lines) => lines?.[key] ?? null));
      return line === null ? [] : [[key, line.bothRight]];
    }),
  );
}

/** Mean over the seeds that have pairs there. */
function meanLine(lines: readonly (Line | null)[]): WindowFigures | null {
  const there = lines.filter((line) => line !== null);
  if (there.length === 0) return null;
  const mean = (figure: keyof WindowFigures) => meanOf(there.map((line) => line[figure]));
  return { forward: mean('forward'), reverse: mean('reverse'), average: mean('average'), bothRight: mean('bothRight') };
}

function baselineRow(name: BaselineRow['name'], measured: readonly Measured[]): BaselineRow[] {
  const of = ({ evaluation }: Measured): KeptBaseline | null =>
    (name === 'swap-averaged' ? evaluation.baselines?.swapAveraged : evaluation.baselines?.recalibrated) ?? null;
  const found = measured.flatMap((each) => {
    const baseline = of(each);
    return baseline === null ? [] : [{ seed: each.run.seed, ...baseline }];
  });
  if (found.length === 0) return [];
  return [
    {
      name,
      seeds: found.map(({ seed }) => seed),
      forward: found.map(({ overall }) => overall.forward),
      reverse: found.map(({ overall }) => overall.reverse),
      bothRight: found.map(({ overall }) => overall.bothRight),
      margin: found.map(({ margin }) => margin.estimate),
      p: found.map(({ margin }) => margin.p),
    },
  ];
}

export function endsOf(range: Pick<Range, 'low' | 'high'> | undefined): Ends {
  return range === undefined || range.low === null || range.high === null ? null : [range.low, range.high];
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
