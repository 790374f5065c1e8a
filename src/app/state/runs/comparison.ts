// Runs side by side: what each was found to be, and its curves on one axis.
import type { Interval } from '../../../evaluation/intervals';
import type { MetricsRow, ValidationRow } from '../../../workers/gpuApi';
import type { RunTrace } from '../runs.svelte';

export const FIGURES = ['bothRight', 'forward', 'reverse', 'average', 'gap'] as const;
export type Figure = (typeof FIGURES)[number];

/** A figure in percent (the gap in points); low and high are null where no interval is honest. */
export interface ComparedFigure {
  value: number;
  low: number | null;
  high: number | null;
}

export interface ComparedRun {
  trace: RunTrace;
  /** Where the figures are from: the final test, the validation split, or looks during training; null without any. */
  from: 'test' | 'validation' | 'looks' | null;
  figures: Record<Figure, ComparedFigure> | null;
}

export function comparedRun(trace: RunTrace): ComparedRun {
  const measured = trace.report?.evaluations ?? [];
  const main =
    measured.findLast(({ judging, question }) => judging === 'tag' && question === undefined) ?? measured.at(-1);
  if (main) {
    const { overall, intervals } = main;
    const figure = (name: Figure): ComparedFigure => {
      const interval: Interval | undefined = intervals[name];
      return { value: overall[name], low: interval?.low ?? null, high: interval?.high ?? null };
    };
    return { trace, from: main.split, figures: each(figure) };
  }
  const look = trace.validation.at(-1);
  if (!look) return { trace, from: null, figures: null };
  return { trace, from: 'looks', figures: each((name) => ({ value: look[name], low: null, high: null })) };
}

function each(figure: (name: Figure) => ComparedFigure): Record<Figure, ComparedFigure> {
  return Object.fromEntries(FIGURES.map((name) => [name, figure(name)])) as Record<Figure, ComparedFigure>;
}

/** What can be laid over each other along the steps. */
export type Curve = Figure | 'loss';

export interface CurvePoint {
  step: number;
  value: number;
}

/** The points of one curve, those without a finite value left out. */
export function curveOf(
  { rows, validation }: { rows: readonly MetricsRow[]; validation: readonly ValidationRow[] },
  curve: Curve,
): CurvePoint[] {
  const points =
    curve === 'loss'
      ? rows.map(({ step, loss }) => ({ step, value: loss }))
      : validation.map((row) => ({ step: row.step, value: row[curve] }));
  return points.filter(({ value }) => Number.isFinite(value));
}
