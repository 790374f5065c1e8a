// Puts judgements into the form that reports hold: figures, their intervals, the measures beside them, what cures
// without training reach on the same judgements, and the verdict.
import { bestOffset, crossFitted, recalibrated, swapAveraged } from './baselines';
import { calibration } from './calibration';
import { clusterMean, type ClusterMean } from './clusterMean';
import { compareEpisodes } from './comparison';
import { countEpisodes } from './episodeCounts';
import { shareInterval, summaryIntervals } from './intervals';
import {
  byCategory,
  byTemplate,
  byWindow,
  cellOf,
  summarise,
  wideWindows,
  worstEpisode,
  worstTask,
  type Judgement,
  type Worst,
} from './metrics';
import type { Baseline, EvaluationReport, Recalibration, Span, Spans, WorstLine } from './report';
import { sigmoid, stability } from './stability';
import { verdict } from './verdict';

export type ReportFacts = Pick<EvaluationReport, 'after' | 'step' | 'split' | 'judging' | 'question' | 'described'>;

/**
 * The report of a set of judgements; null without any.
 * @param seed fixes the permutation tests
 * @param validation other judgements of the same model, on which the constant of recalibration is chosen; without
 *   any it is chosen on other episodes of the same judgements
 */
export function composeReport(
  rows: readonly Judgement[],
  facts: ReportFacts,
  seed: number,
  validation: readonly Judgement[] = [],
): EvaluationReport | null {
  const { summary: overall, intervals, lean, sentence } = verdict(rows, seed);
  if (!overall || !intervals || !lean) return null;
  const lines = {
    byWindow: byWindow(rows),
    byTemplate: byTemplate(rows),
    byCategory: byCategory(rows),
  };
  return {
    ...facts,
    overall,
    ...lines,
    intervals,
    spans: {
      byWindow: spansOf(Object.keys(lines.byWindow), (window) => rows.filter((row) => isOfWindow(row, window))),
      byTemplate: spansOf(Object.keys(lines.byTemplate), (name) => rows.filter((row) => row.template === name)),
      byCategory: spansOf(Object.keys(lines.byCategory), (name) => rows.filter((row) => row.category === name)),
    },
    lean,
    episodes: countEpisodes(rows),
    calibration: calibration(rows),
    stability: stability(rows),
    divergence: divergence(rows),
    baselines: baselinesOf(rows, facts.split, seed, validation),
    worst: { task: worstLine(worstTask(rows)), episode: worstLine(worstEpisode(rows)) },
    verdict: sentence,
  };
}

/**
 * Temporal divergence: mean over pairs of KL(p ‖ q) in nats, p the answer's distribution in forward order and q in
 * reverse. A model that reads the pictures turns its answer with them (large); one that answers by position does not (0).
 */
export function divergence(rows: readonly Judgement[]): ClusterMean | null {
  const scored = rows.filter(isScored);
  return clusterMean(scored.map((row) => [row.episode, klOfLogits(row.scoreForward, row.scoreReverse)] as const));
}

/** KL between two answers given by their logits of the second image, in nats. */
function klOfLogits(forward: number, reverse: number): number {
  const p = sigmoid(forward);
  const second = logSigmoid(forward) - logSigmoid(reverse);
  const first = logSigmoid(-forward) - logSigmoid(-reverse);
  return Math.max(0, p * second + (1 - p) * first);
}

function logSigmoid(score: number): number {
  return score >= 0 ? -Math.log1p(Math.exp(-score)) : score - Math.log1p(Math.exp(score));
}

function baselinesOf(
  rows: readonly Judgement[],
  split: EvaluationReport['split'],
  seed: number,
  validation: readonly Judgement[],
): NonNullable<EvaluationReport['baselines']> {
  // Rows without logits would count against the cures and not against the model.
  const scored = rows.filter(isScored);
  return {
    swapAveraged: baseline(scored, swapAveraged(scored), seed),
    recalibrated: recalibrationOf(scored, split, seed, validation),
  };
}

function recalibrationOf(
  rows: readonly Judgement[],
  split: EvaluationReport['split'],
  seed: number,
  validation: readonly Judgement[],
): (Baseline & Recalibration) | null {
  const offset = bestOffset(validation);
  if (offset !== null) {
    const found = baseline(rows, recalibrated(rows, offset), seed);
    return found && { ...found, offset, from: 'validation' };
  }
  const fitted = crossFitted(rows);
  const found = fitted && baseline(rows, fitted.rows, seed);
  return found && { ...found, offset: fitted.offset, from: split, parts: fitted.parts };
}

function baseline(rows: readonly Judgement[], cured: readonly Judgement[], seed: number): Baseline | null {
  const summary = summarise(cured);
  if (!summary) return null;
  const { average } = summaryIntervals(cured);
  const bothRight = shareInterval(cured.map((row) => ({ episode: row.episode, hit: cellOf(row) === 'bothRight' })));
  const episodes = countEpisodes(cured);
  const margin = compareEpisodes(countEpisodes(rows), episodes, 'bothRight', seed);
  return { summary, intervals: { average, bothRight }, episodes, margin };
}

function spansOf(names: readonly string[], rowsOf: (name: string) => readonly Judgement[]): Spans {
  return Object.fromEntries(
    names.map((name) => {
      const { forward, reverse, average, bothRight } = summaryIntervals(rowsOf(name));
      return [
        name,
        { forward: span(forward), reverse: span(reverse), average: span(average), bothRight: span(bothRight) },
      ];
    }),
  );
}

function span({ low, high }: { low: number | null; high: number | null }): Span | null {
  return low === null || high === null ? null : [low, high];
}

function isOfWindow(row: Judgement, window: string): boolean {
  return window === wideWindows ? row.window >= 12 : `${row.window}` === window;
}

function worstLine(worst: Worst | null): WorstLine | null {
  if (!worst) return null;
  const { pairs, bothRight, average } = worst.summary;
  return { name: worst.name, pairs, bothRight, average };
}

function isScored(row: Judgement): boolean {
  return Number.isFinite(row.scoreForward) && Number.isFinite(row.scoreReverse);
}
