// The tables of the page in the shape of the paper's: 1 accuracy by window and model, 2 ablation of supervision, 3 both
// orders by window before any cure, 4 the same after it, 5 tag volumes by window. Our lines come with what they rest on;
// the paper's stand below under its name and were measured on another model, other data and other prompts.
import { paperAccuracy, paperModels, paperScaling, paperStrategies, paperWindows, type PaperWindows } from '../paper';
import { wideWindows } from '../metrics';
import { each, figure, meanText, table, timeText, withEnds } from './markdown';
import { paperFineTuned } from './paperFineTuned';
import { meanOf, ROW_WINDOWS, seedLines, windowLine, type Row, type SeedLine } from './rows';
import type { ScalingSummary } from './scalingSummary';

/** What a strategy is called in words. */
export type Titles = (strategy: string) => string;

const PAPER = 'Paper: ';

const WAYS: Readonly<Record<Row['judging'], string>> = {
  tag: '',
  cot: ', judged through its words',
  'tag-generated': ', written answer',
  'cot-generated': ', written words and answer',
};

export function rowTitle({ strategy, judging, seeds }: TitledRow, titles: Titles): string {
  // Models that were last taught bare labels answer with one, also where words are asked for.
  const described = seeds ? seedLines({ seeds }).map((seed) => seed.described ?? 100) : [];
  const wordless = judging === 'cot' && described.length > 0 && meanOf(described) < 1;
  return `${titles(strategy)}${wordless ? ', asked for words first, of which it writes none' : WAYS[judging]}`;
}

type TitledRow = Pick<Row, 'strategy' | 'judging'> & { readonly seeds?: Row['seeds'] };

/** Lines by forced choice, by tags and through words. */
export const forced = (rows: readonly Row[]) => rows.filter(({ judging }) => !judging.endsWith('generated'));

/** Table 1: average accuracy by window. */
export function accuracyTable(rows: readonly Row[], titles: Titles, withPaper: boolean): string {
  const ours = forced(rows).map((row) => [
    rowTitle(row, titles),
    ...paperWindows.map((window) => {
      const line = windowLine(row, window);
      return line ? withEnds(line.average, line.ends) : '–';
    }),
  ]);
  const theirs = paperAccuracy.map(({ model, byWindow }) => [PAPER + model, ...byWindow.map((value) => figure(value))]);
  return table(['average % at window', ...paperWindows], [...ours, ...(withPaper ? theirs : [])]);
}

/** Table 2: the ablation. */
export function ablationTable(rows: readonly Row[], titles: Titles, withPaper: boolean): string {
  const ours = rows.flatMap((row) => {
    const { forward, reverse, average, gap, bothRight } = row.figures;
    // Where no answer can be read both orders are equally wrong, which is no fairness.
    const unread = meanOf(seedLines(row).map((seed) => seed.invalid)) > 99;
    const line = [
      rowTitle(row, titles),
      ...[forward, reverse, average].map(meanText),
      unread ? '–' : meanText(gap),
      meanText(bothRight),
      each(seedLines(row).map((seed) => seed.bothRight)),
      `${row.seeds.pairs?.[0] ?? 0}`,
    ];
    if (row.judging !== 'tag') return [line];
    const cures = row.baselines.map(({ name, forward: first, reverse: second, bothRight: both }) => {
      const gaps = first.map((value, i) => Math.abs(value - (second[i] ?? Number.NaN)));
      const averages = first.map((value, i) => (value + (second[i] ?? Number.NaN)) / 2);
      return [
        `${titles(row.strategy)}, ${name} (no training)`,
        ...[first, second, averages, gaps, both].map((values) => figure(meanOf(values))),
        each(both),
        `${row.seeds.pairs?.[0] ?? 0}`,
      ];
    });
    return [line, ...cures];
  });
  const theirs = paperStrategies.map(({ name, forward, reverse }) => [
    PAPER + name,
    ...[forward, reverse, (forward + reverse) / 2, Math.abs(forward - reverse)].map((value) => figure(value)),
    '–',
    '–',
    '35 660',
  ]);
  return table(
    [
      'strategy',
      'forward %',
      'reverse %',
      'average %',
      'gap',
      'right in both orders %',
      'of each seed',
      'pairs a seed',
    ],
    [...ours, ...(withPaper ? theirs : [])],
  );
}

/** What else the ablation's runs show: lean, ability, calibration, cost. */
export function measuresTable(rows: readonly Row[], titles: Titles): string {
  const mean = (row: Row, of: (seed: SeedLine) => number | null, digits = 1) => {
    const values = seedLines(row)
      .map(of)
      .filter((value) => value !== null);
    return values.length === 0 ? '–' : figure(meanOf(values), digits);
  };
  return table(
    [
      'strategy',
      'P(second) %',
      "d'",
      'criterion',
      'answers flip %',
      'unreadable %',
      'describes %',
      'Brier',
      'ECE',
      'worst task (right in both orders %)',
      'steps',
      'samples',
      'time of a run',
    ],
    rows.map((row) => [
      rowTitle(row, titles),
      mean(row, (seed) => seed.pSecond),
      mean(row, (seed) => seed.dPrime, 2),
      mean(row, (seed) => seed.criterion, 2),
      mean(row, (seed) => seed.flipRate),
      mean(row, (seed) => seed.invalid),
      mean(row, (seed) => seed.described),
      mean(row, (seed) => seed.brier, 3),
      mean(row, (seed) => seed.ece, 3),
      seedLines(row)
        .flatMap(({ worstTask }) => (worstTask ? `${worstTask[0]} ${figure(worstTask[1])}` : []))
        .join('; ') || '–',
      `${row.steps}`,
      `${row.samples}`,
      timeText(meanOf(seedLines(row).map(({ seconds }) => seconds))),
    ]),
  );
}

/** Table 3: both orders by window, before any cure. */
export function untrainedTable(rows: readonly Row[], titles: Titles): string {
  const windows = (byWindow: readonly number[], overall: number) =>
    [...byWindow, overall].map((value) => figure(value));
  const ours = rows
    .filter(({ strategy, judging }) => strategy === 'biased' && judging === 'tag')
    .flatMap((row) => [orderLine(row, titles, 'forward'), orderLine(row, titles, 'reverse')]);
  const theirs = paperModels.flatMap((model) => [
    [`${PAPER}${model.name} (forward)`, ...windows(model.forwardByWindow, model.forward)],
    [`${PAPER}${model.name} (reverse)`, ...windows(model.reverseByWindow, model.reverse)],
  ]);
  return table(['% right at window', ...paperWindows, 'all'], [...ours, ...theirs]);
}

/** Table 4: forward, backward and average by window, after training. */
export function trainedTable(rows: readonly Row[], titles: Titles, withPaper: boolean): string {
  const ours = forced(rows)
    .filter(({ strategy }) => strategy !== 'biased')
    .flatMap((row) => (['forward', 'reverse', 'average'] as const).map((order) => orderLine(row, titles, order)));
  const theirs = paperFineTuned.flatMap(({ name, forward, backward }) => [
    [`${PAPER}${name} (forward)`, ...forward.map((value) => figure(value)), '–'],
    [`${PAPER}${name} (backward)`, ...backward.map((value) => figure(value)), '–'],
    [`${PAPER}${name} (average)`, ...forward.map((value, i) => figure((value + (backward[i] ?? 0)) / 2)), '–'],
  ]);
  return table(['% right at window', ...paperWindows, 'all'], [...ours, ...(withPaper ? theirs : [])]);
}

function orderLine(row: Row, titles: Titles, order: 'forward' | 'reverse' | 'average'): string[] {
  const ends = { forward: 'endsForward', reverse: 'endsReverse', average: 'ends' } as const;
  return [
    `${rowTitle(row, titles)} (${order})`,
    ...paperWindows.map((window) => {
      const line = windowLine(row, window);
      return line ? withEnds(line[order], line[ends[order]]) : '–';
    }),
    meanText(row.figures[order]),
  ];
}

const VOLUME_WINDOWS = ROW_WINDOWS.filter((window) => window !== wideWindows);

/** Table 5: accuracy in each order by tag volume and window; means over seeds. */
export function volumeTable({ runs }: ScalingSummary, order: 'forward' | 'reverse' | 'average'): string {
  const volumes = [...new Set(runs.map(({ sevenths }) => sevenths))];
  const ours = volumes.map((sevenths) => {
    const own = runs.filter((run) => run.sevenths === sevenths);
    const cells = VOLUME_WINDOWS.map((_, place) => {
      const values = own.flatMap(({ byWindow }) => {
        const both = byWindow[place];
        if (!both) return [];
        return order === 'average' ? (both[0] + both[1]) / 2 : both[order === 'forward' ? 0 : 1];
      });
      return values.length === 0 ? '–' : figure(meanOf(values));
    });
    return [
      `${sevenths}/7`,
      ...cells,
      figure(meanOf(own.map((run) => run[order]))),
      each(own.map((run) => run[order])),
    ];
  });
  const theirs = paperScaling.map((volume) => {
    const line: PaperWindows = volume[order];
    return [`${PAPER}${volume.sevenths}/7`, ...line.byWindow.map((value) => figure(value)), figure(line.overall), '–'];
  });
  return table([`${order} % at window`, ...VOLUME_WINDOWS, 'all', 'of each seed'], [...ours, ...theirs]);
}

/** Accuracy right in both orders by kind of task, and by task for one strategy. */
export function categoryTable(rows: readonly Row[], titles: Titles): string {
  const tagged = rows.filter(({ judging }) => judging === 'tag');
  const names = [...new Set(tagged.flatMap(({ byCategory }) => Object.keys(byCategory)))].sort();
  return table(
    ['right in both orders %', ...names],
    tagged.map((row) => [rowTitle(row, titles), ...names.map((name) => figure(row.byCategory[name]))]),
  );
}

export function taskTable(row: Row): string {
  const tasks = Object.entries(row.byTask).sort(([, a], [, b]) => b - a);
  return table(
    ['task', 'right in both orders %'],
    tasks.map(([name, value]) => [name, figure(value)]),
  );
}
