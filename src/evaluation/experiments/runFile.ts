// One run of an experiment as it is kept in docs/experiments/<experiment>/<strategy>-<seed>.json: the report of a run plus
// strategy, seed, and the answers to questions. What is long and follows from the rest is left out, and figures are rounded
// to what they can carry, so that a run that is made again differs in few lines.
import type { Recipe } from '../../training/recipe';
import type { CrossedInstructions } from '../instructions';
import type { Interval } from '../intervals';
import type { Summary } from '../metrics';
import type { Lean, QuestionReport } from '../questionReport';
import type { Baseline, EvaluationReport, Spans } from '../report';

/** Percentages of a window, task or category. */
export type Line = Pick<Summary, 'pairs' | 'forward' | 'reverse' | 'average' | 'bothRight'>;
export type Lines = Readonly<Record<string, Line | null>>;

/** An interval in percent or points; both ends null, and `reason` says why, where none is honest. */
export type Range = Pick<Interval, 'estimate' | 'low' | 'high'> & { readonly reason?: string };

type Kept = Pick<EvaluationReport, 'after' | 'step' | 'split' | 'judging' | 'question' | 'described' | 'overall'> &
  Pick<EvaluationReport, 'lean' | 'episodes' | 'calibration' | 'stability' | 'divergence' | 'worst' | 'verdict'>;

/** An evaluation as it is kept. Those on the way and the answers to questions have no more than the first five fields. */
export interface KeptEvaluation extends Kept {
  readonly intervals: Readonly<Record<string, Range>>;
  readonly byWindow?: Lines;
  readonly byTemplate?: Lines;
  readonly byCategory?: Lines;
  readonly spans?: { readonly byWindow: Spans; readonly byCategory: Spans };
  /** Of a question without a right answer. */
  readonly answerLean?: Lean;
  /** Of the counter-task, crossed with the answers under the own instruction; without its intervals' details. */
  readonly instructions?: Omit<CrossedInstructions, 'intervals'> & {
    readonly intervals: Readonly<Record<keyof CrossedInstructions['intervals'], Range>>;
  };
  readonly baselines?: { readonly swapAveraged: KeptBaseline | null; readonly recalibrated: KeptBaseline | null };
}

export interface KeptBaseline {
  readonly overall: Line;
  readonly intervals: Readonly<Record<'average' | 'bothRight', Range>>;
  /** Both-right of the judgements themselves minus the baseline's, in points, with the p value over episodes. */
  readonly margin: Range & { readonly p: number | null };
  /** Logits taken off every answer, and on whose pairs they were chosen. */
  readonly offset?: number;
  readonly from?: 'validation' | 'test';
}

export interface ExperimentRun {
  readonly experiment: string;
  readonly strategy: string;
  readonly seed: number;
  /** ISO 8601 day on which it ended. */
  readonly date: string;
  /** Revision of the code it ended with; null where that is not known. */
  readonly code: string | null;
  readonly backend: { readonly name: string; readonly label: string };
  /** Wall time of all its parts together, in seconds. */
  readonly seconds: number;
  readonly recipe: Recipe;
  /** Number of weights; null for a model that came with the studio. */
  readonly parameters: number | null;
  readonly stages: readonly {
    readonly name: string;
    readonly steps: number;
    readonly samples: number;
    readonly seconds: number;
    readonly finalLoss: number | null;
  }[];
  readonly data: { readonly hash: string; readonly tokenizerHash: string } | null;
  /** After each stage, in order of time. */
  readonly evaluations: readonly KeptEvaluation[];
  /** Answers to the questions put to the model at its end. */
  readonly questions: readonly KeptEvaluation[];
}

/** A run as it was measured. */
export type MeasuredRun = Omit<ExperimentRun, 'evaluations' | 'questions'> & {
  readonly evaluations: readonly EvaluationReport[];
  readonly questions: readonly (EvaluationReport | QuestionReport)[];
};

/** The file's value: fields in a fixed order, figures rounded, recipe as it was. */
export function runFile(run: MeasuredRun): ExperimentRun {
  const { experiment, strategy, seed, date, code, backend, recipe, parameters, data } = run;
  const last = run.evaluations.at(-1)?.step;
  const stages = run.stages.map(({ name, steps, samples, seconds, finalLoss }) => ({
    name,
    steps,
    samples,
    seconds: Math.round(seconds),
    finalLoss,
  }));
  return {
    experiment,
    strategy,
    seed,
    date,
    code,
    backend: { name: backend.name, label: backend.label },
    seconds: Math.round(run.seconds),
    recipe,
    parameters,
    stages: rounded(stages),
    data: data && { hash: data.hash, tokenizerHash: data.tokenizerHash },
    evaluations: run.evaluations.map((evaluation) => rounded(kept(evaluation, evaluation.step === last))),
    questions: run.questions.map((evaluation) => rounded(kept(evaluation, false))),
  };
}

/** @param whole with lines by task, counts by episode and the rest; only forced choices have those */
function kept(report: EvaluationReport | QuestionReport, whole: boolean): KeptEvaluation {
  const { after, step, split, judging, question, described, overall, verdict } = report;
  const lines = (of: Readonly<Record<string, Summary | null>>): Lines =>
    Object.fromEntries(Object.entries(of).map(([key, summary]) => [key, summary && line(summary)]));
  const common: KeptEvaluation = {
    after,
    step,
    split,
    judging,
    ...(question !== undefined && { question }),
    described,
    overall,
    intervals: Object.fromEntries(Object.entries(report.intervals).map(([key, of]) => [key, range(of as Interval)])),
    ...(question === undefined && { byWindow: lines(report.byWindow) }),
    ...('answerLean' in report && { answerLean: report.answerLean }),
    ...('instructions' in report && report.instructions && { instructions: crossed(report.instructions) }),
    verdict,
  };
  if (!whole || judging.endsWith('generated')) return common;
  const { byCategory, spans, lean, episodes, calibration, stability, divergence, baselines, worst } = report;
  return {
    ...common,
    byTemplate: lines(report.byTemplate),
    ...(byCategory && { byCategory: lines(byCategory) }),
    ...(spans && { spans: { byWindow: spans.byWindow, byCategory: spans.byCategory } }),
    ...(lean && { lean }),
    ...(episodes && { episodes }),
    ...(calibration !== undefined && { calibration }),
    ...(stability !== undefined && { stability }),
    ...(divergence !== undefined && { divergence }),
    ...(baselines && {
      baselines: {
        swapAveraged: baselines.swapAveraged && baseline(baselines.swapAveraged),
        recalibrated: baselines.recalibrated && {
          ...baseline(baselines.recalibrated),
          offset: baselines.recalibrated.offset,
          from: baselines.recalibrated.from,
        },
      },
    }),
    ...(worst && { worst }),
  };
}

function crossed({ intervals, ...figures }: CrossedInstructions): NonNullable<KeptEvaluation['instructions']> {
  const { rightUnderBoth, ignoring, allFour } = intervals;
  return {
    ...figures,
    intervals: { rightUnderBoth: range(rightUnderBoth), ignoring: range(ignoring), allFour: range(allFour) },
  };
}

const line = ({ pairs, forward, reverse, average, bothRight }: Summary): Line => ({
  pairs,
  forward,
  reverse,
  average,
  bothRight,
});

const range = ({ estimate, low, high, reason }: Interval): Range => ({
  estimate,
  low,
  high,
  ...(reason !== null && { reason }),
});

function baseline({ summary, intervals, margin }: Baseline): KeptBaseline {
  return {
    overall: line(summary),
    intervals: { average: range(intervals.average), bothRight: range(intervals.bothRight) },
    margin: { estimate: margin.mean, low: margin.low, high: margin.high, p: margin.p },
  };
}

/** Digits that count in a figure. */
const DIGITS = 5;

/** A value with every number in it rounded to so many digits that count. */
export function rounded<T>(value: T, digits = DIGITS): T {
  const of = (inner: unknown): unknown => {
    if (typeof inner === 'number') return Number.isInteger(inner) ? inner : Number(inner.toPrecision(digits));
    if (Array.isArray(inner)) return inner.map(of);
    if (inner !== null && typeof inner === 'object') {
      return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, of(part)]));
    }
    return inner;
  };
  return of(value) as T;
}
