// The one measurement that a run is known by: the newest there is, and of one moment the test on unseen episodes before a
// look at the validation pairs. Lists, comparisons and reports take it from here, so that a run has one set of figures.
import type { Interval } from './intervals';
import type { EvaluationReport } from './report';

export const FIGURES = ['bothRight', 'forward', 'reverse', 'average', 'gap'] as const;
export type FigureName = (typeof FIGURES)[number];

/** A figure in percent (the gap in points); low and high are null where no interval is honest. */
export interface Figure {
  value: number;
  low: number | null;
  high: number | null;
}

export interface Headline {
  /** The test or the validation split, or a look at some validation pairs during training. */
  from: 'test' | 'validation' | 'looks';
  /** The stage that had been trained last, and the step. */
  after: string;
  step: number;
  pairs: number;
  /** Null where it was not written down. */
  episodes: number | null;
  figures: Record<FigureName, Figure>;
}

/** A look during training. */
export type Look = Readonly<Record<FigureName, number>> & { readonly step: number; readonly stage: string };

/**
 * @param looks in their order; one before the first step tells of the model before it was trained
 * @param size of such a look
 * @returns null where the trained model was never measured
 */
export function headlineOf(
  evaluations: readonly EvaluationReport[],
  looks: readonly Look[],
  size: { pairs: number; episodes: number | null },
): Headline | null {
  // Forced choice by label is what all runs have.
  const main =
    evaluations.findLast(({ judging, question }) => judging === 'tag' && question === undefined) ?? evaluations.at(-1);
  const look = looks.findLast(({ step }) => step > 0);
  if (main && main.step >= (look?.step ?? 0)) {
    const { overall, intervals, after, step, split } = main;
    const figure = (name: FigureName): Figure => {
      const interval: Interval | undefined = intervals[name];
      return { value: overall[name], low: interval?.low ?? null, high: interval?.high ?? null };
    };
    return { from: split, after, step, pairs: overall.pairs, episodes: overall.episodes, figures: each(figure) };
  }
  if (!look) return null;
  const figures = each((name) => ({ value: look[name], low: null, high: null }));
  return { from: 'looks', after: look.stage, step: look.step, ...size, figures };
}

function each(figure: (name: FigureName) => Figure): Headline['figures'] {
  return Object.fromEntries(FIGURES.map((name) => [name, figure(name)])) as Headline['figures'];
}
