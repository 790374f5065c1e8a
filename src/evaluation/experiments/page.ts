// The page of experiments, docs/experiments.md: tables and figures out of the summary, and between them the hand-written
// texts of docs/experiments/text/. Nobody writes a figure into the page by hand; a test compares it with what this makes.
import { grouped } from '../words';
import { MAIN_STRATEGY, type ComparisonLine } from './comparisons';
import { controlsTables, type QuestionWords } from './controlsTables';
import { figure, probabilityText, table, withEnds } from './markdown';
import { mainJudging } from './rows';
import type { ExperimentsSummary, ExperimentSummary } from './summary';
import { unpacked } from './packed';
import {
  ablationTable,
  accuracyTable,
  categoryTable,
  measuresTable,
  rowTitle,
  taskTable,
  trainedTable,
  untrainedTable,
  volumeTable,
  type Titles,
} from './tables';

export interface PageParts {
  readonly titles: Titles;
  /** Hand-written texts in Markdown by name; a section without one stands without. */
  readonly texts: Readonly<Record<string, string>>;
  readonly questions: readonly QuestionWords[];
  /** What the report on data says of judges that see next to nothing, and of the splits; null without one. */
  readonly data: DataFacts | null;
  /** Drawings that exist, by file name. */
  readonly figures: readonly string[];
}

/** Part of the report on data. */
export interface DataFacts {
  readonly summary: { readonly checks: { readonly sentence: string } };
  readonly trivial: {
    readonly on: string;
    readonly results: readonly {
      readonly judge: string;
      readonly accuracy: {
        readonly estimate: number | null;
        readonly low: number | null;
        readonly high: number | null;
      };
    }[];
  };
}

/** The experiment whose runs stand for the paper's comparison of supervision. */
export const ABLATION = 'ablation';
/** The experiment whose runs make the backbone that all cures start from. */
const BACKBONE = 'backbone';

const FIGURE_WORDS: Readonly<Record<string, string>> = {
  'ablation.svg': 'Right in both orders by strategy: every seed as a dot, the mean with its interval over episodes.',
  'symmetry.svg': 'Forward against reverse accuracy of every strategy, and the paper’s.',
  'windows.svg': 'Accuracy by window of the progressive strategy.',
  'scaling.svg': 'Accuracy against tag volume, with the fitted law and its band.',
};

/**
 * The page's text in Markdown.
 * @throws Error in words where a text belongs to no section: it would be lost without anyone noticing
 */
export function experimentsPage(summary: ExperimentsSummary, parts: PageParts): string {
  const used = new Set<string>();
  const text = (name: string): string => {
    used.add(name);
    const words = parts.texts[name];
    return words === undefined ? '' : `\n${words.trim()}\n`;
  };
  const sections = [
    '# Experiments\n',
    '\n<!-- Made by `npm run experiment -- page` from the reports in docs/experiments/. Do not edit: write texts into docs/experiments/text/. -->\n',
    text('intro'),
    howTo(summary),
    ...summary.experiments.map((experiment) => section(withBackbone(experiment, summary), parts, text)),
    text('limits'),
  ];
  const known = ['intro', 'limits', ...summary.experiments.flatMap(({ name }) => textsOf(name))];
  const lost = Object.keys(parts.texts).filter((name) => !used.has(name) && !known.includes(name));
  if (lost.length > 0 && summary.experiments.length > 0) {
    throw new Error(`No section of the page takes the text ${lost.join(', ')}. Sections: ${known.join(', ')}.`);
  }
  return sections.join('');
}

const PARTS = [
  'accuracy',
  'strategies',
  'comparisons',
  'measures',
  'untrained',
  'trained',
  'tasks',
  'controls',
  'volumes',
];

/** Names of the texts of an experiment: before all, before each part, and after all. */
function textsOf(name: string): string[] {
  return [name, ...PARTS.map((part) => `${name}-${part}`), `${name}-end`];
}

function howTo({ experiments }: ExperimentsSummary): string {
  if (experiments.length === 0) return '\nNo experiment has been run yet.\n';
  const lines = experiments.map(({ name, rows, scaling }) => {
    const seconds = rows.filter(({ judging }) => judging === 'tag').flatMap(({ seeds }) => seeds.seconds ?? []);
    const total = seconds.reduce((sum, value) => sum + value, 0);
    const runs = Math.max(seconds.length, scaling?.runs.length ?? 0);
    const hours = total > 0 ? `, ${figure(total / 3600)} hours of one machine together` : '';
    return `- \`npm run experiment -- ${name}\`: ${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}${hours}\n`;
  });
  return (
    '\nEvery figure here is rerun by one command, which goes on where it was stopped and writes one report a run into ' +
    '`docs/experiments/`; `npm run experiment -- page` makes this page of them.\n\n' +
    lines.join('') +
    '\nIntervals in brackets are 95 % with the episode as the cluster, over all seeds together (by window: the mean of the ' +
    'seeds’ own intervals); “±” is the standard deviation between training seeds. The two answer different questions: ' +
    'other episodes, other training runs. A pair is always judged in both orders. The gap is the mean of the seeds’ own gaps, ' +
    'each without its sign: where seeds lean to different sides it is more than the difference of the mean accuracies, and it ' +
    'is not given where no answer could be read. A comparison’s p is the larger of two: over episodes, and over seeds.\n'
  );
}

/** The comparison of cures shows what they start from, which is an experiment of its own. */
export function withBackbone(experiment: ExperimentSummary, { experiments }: ExperimentsSummary): ExperimentSummary {
  if (experiment.name !== ABLATION || experiment.rows.some(({ strategy }) => strategy === 'biased')) return experiment;
  const backbone = experiments.find(({ name }) => name === BACKBONE)?.rows ?? [];
  const rows = [...backbone.filter(({ judging }) => judging === 'tag'), ...experiment.rows];
  return { ...experiment, rows };
}

function section(experiment: ExperimentSummary, parts: PageParts, text: (name: string) => string): string {
  const { name, title, about, missing, rows, scaling, comparisons, controls } = experiment;
  const { titles } = parts;
  const isAblation = name === ABLATION;
  const part = (key: string, heading: string, body: string) =>
    body.trim() === '' ? '' : `\n### ${heading}\n${text(`${name}-${key}`)}${body}`;
  const pictures = (...files: string[]) =>
    files
      .filter((file) => parts.figures.includes(file))
      .map((file) => `\n![${FIGURE_WORDS[file] ?? file}](experiments/figures/${file})\n`)
      .join('');
  const numbered = (number: number, words: string) =>
    isAblation ? `Table ${number}: ${words}` : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  const main = rows.find(({ strategy, judging }) => strategy === MAIN_STRATEGY && judging === 'tag');
  return [
    `\n## ${title}\n\n${about}\n`,
    missingWords(missing),
    text(name),
    rows.length === 0
      ? ''
      : [
          part('accuracy', numbered(1, 'average accuracy by window'), accuracyTable(rows, titles, isAblation)),
          isAblation ? pictures('windows.svg') : '',
          part('strategies', numbered(2, 'ways of supervision'), ablationTable(rows, titles, isAblation)),
          isAblation ? pictures('ablation.svg', 'symmetry.svg') : '',
          part('comparisons', 'Is the difference real?', comparisonTables(comparisons, titles)),
          part('measures', 'Lean, ability, calibration and cost', measuresTable(rows, titles)),
          part(
            'untrained',
            numbered(3, 'both orders before any cure'),
            isAblation ? untrainedTable(rows, titles) + trivialTable(parts.data) : '',
          ),
          part('trained', numbered(4, 'both orders by window after training'), trainedTable(rows, titles, isAblation)),
          part(
            'tasks',
            'By kind of task',
            categoryTable(rows, titles) + (main ? taskWords(taskTable(main), rowTitle(main, titles)) : ''),
          ),
        ].join(''),
    scaling === null
      ? ''
      : part(
          'volumes',
          'Table 5: tag volumes by window',
          (['forward', 'reverse', 'average'] as const).map((order) => volumeTable(scaling, order)).join('') +
            scalingWords(scaling) +
            pictures('scaling.svg'),
        ),
    part('controls', 'Controls', controlsTables(unpacked(controls), parts.questions, titles)),
    text(`${name}-end`),
  ].join('');
}

/** Judges that look at one number of each picture: equally right in both orders, because they do not see the order. */
function trivialTable(data: DataFacts | null): string {
  if (data === null) return '';
  const { on, results } = data.trivial;
  const rows = results.map(({ judge, accuracy: { estimate, low, high } }) => [
    judge,
    withEnds(estimate, low === null || high === null ? null : [low, high]),
  ]);
  return `\nJudges that look at one number of each picture, on ${on}:\n${table(['judge', 'right %'], rows)}\n${data.summary.checks.sentence}\n`;
}

function taskWords(of: string, title: string): string {
  return of === '' ? '' : `\n${title}, task by task, mean over seeds:\n${of}`;
}

function missingWords(missing: ExperimentSummary['missing']): string {
  if (missing.length === 0) return '';
  const strategies = [...new Set(missing.map(([strategy]) => strategy))];
  const lists = strategies.map((strategy) => {
    const seeds = missing.filter(([of]) => of === strategy).map(([, seed]) => seed);
    return `${strategy} (${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')})`;
  });
  return `\nNot run yet: ${lists.join('; ')}.\n`;
}

const FIGURE_NAMES = { bothRight: 'right in both orders', average: 'average accuracy', gap: 'gap (less is better)' };

function comparisonTables(lines: readonly ComparisonLine[], titles: Titles): string {
  return (['bothRight', 'average', 'gap'] as const)
    .map((of) => {
      const own = lines.filter((line) => line.figure === of);
      const rows = own.map((line) => [
        rowTitle({ strategy: line.against, judging: mainJudging(line.against) }, titles),
        withEnds(line.difference, line.overEpisodes),
        line.overSeeds ? withEnds(line.difference, line.overSeeds) : '–',
        `${line.seeds.length}`,
        probabilityText(line.p),
        probabilityText(line.holm),
        line.reason ?? '',
      ]);
      const head = [
        `${titles(MAIN_STRATEGY)} minus …, ${FIGURE_NAMES[of]}`,
        'points [other episodes]',
        'points [other seeds]',
        'seeds',
        'p',
        'p, Holm',
        'remark',
      ];
      return rows.length === 0 ? '' : table(head, rows);
    })
    .join('');
}

function scalingWords({ fit, reason }: NonNullable<ExperimentSummary['scaling']>): string {
  if (fit === null) return `\nNo law is fitted: ${reason ?? ''}.\n`;
  const { law, curve, to, bootstrap, rootMeanSquare } = fit;
  const formula =
    law.form === 'power'
      ? `${figure(law.a)} − ${figure(law.b)} · (x + 1)^−${law.k.toFixed(2)}`
      : `${figure(law.a)} + ${figure(law.b)} · ln(x + 1)`;
  const first = curve[0];
  const last = curve.filter(({ sevenths }) => sevenths <= to).at(-1);
  const at = (point: typeof first) =>
    point ? `${withEnds(point.accuracy, [point.low, point.high])} % at ${figure(point.sevenths, 0)}/7` : '–';
  return (
    `\nFitted law of the average: ${formula} percent at x sevenths, ${at(first)} and ${at(last)} (95 % band of resampled ` +
    `${bootstrap}; root mean square of the residuals ${figure(rootMeanSquare)} points).\n`
  );
}
