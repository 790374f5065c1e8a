// Turns the summary of the experiments into what plots draw.
import { mainJudging, ROW_WINDOWS, seedLines, windowLine, type Row } from '../../evaluation/experiments/rows';
import type { ExperimentSummary } from '../../evaluation/experiments/summary';
import * as m from '../../words/messages';
import type { MeasuredLaw } from '../plots/scalingPlot';
import type { StrategyPoints } from '../plots/symmetryPlot';
import { shortNameOf } from '../recipes/comparisonPresets';

/** Experiments whose strategies share the plot: where the cure begins, and the ways of curing. */
const COMPARED = ['backbone', 'ablation'];

/** Strategies of the comparison, each judged in the way it stands for. */
export function strategyPoints(experiments: readonly ExperimentSummary[]): (StrategyPoints & { id: string })[] {
  return comparedRows(experiments).map((row) => ({
    id: row.strategy,
    name: shortNameOf(row.strategy),
    seeds: seedLines(row).map(({ seed, forward, reverse }) => ({ seed, forward, reverse })),
  }));
}

/** A strategy by window: means over its seeds, in percent. */
export interface StrategyWindows {
  readonly id: string;
  readonly name: string;
  readonly byWindow: readonly { readonly window: number; readonly bothRight: number }[];
}

/** The same strategies by window; without those whose answers are too few for that. */
export function strategyWindows(experiments: readonly ExperimentSummary[]): StrategyWindows[] {
  return comparedRows(experiments).flatMap((row) => {
    const byWindow = ROW_WINDOWS.flatMap((window) => {
      const line = windowLine(row, window);
      return line && /^\d+$/.test(window) ? [{ window: Number(window), bothRight: line.bothRight }] : [];
    });
    return byWindow.length === 0 ? [] : [{ id: row.strategy, name: shortNameOf(row.strategy), byWindow }];
  });
}

function comparedRows(experiments: readonly ExperimentSummary[]): Row[] {
  const rows = COMPARED.flatMap((name) => experiments.find((experiment) => experiment.name === name)?.rows ?? []);
  return rows.filter(({ strategy, judging }) => judging === mainJudging(strategy));
}

export function measuredLaw(experiments: readonly ExperimentSummary[]): MeasuredLaw | null {
  const scaling = experiments.find((experiment) => experiment.scaling !== null)?.scaling ?? null;
  if (scaling === null) return null;
  const { runs, fit, reason } = scaling;
  const points = runs.map(({ sevenths, seed, forward, reverse, average }) => ({
    sevenths,
    seed,
    forward,
    reverse,
    average,
  }));
  return { points, result: fit === null ? { fit, reason: reason ?? m.plots_scaling_no_law() } : { fit, reason: null } };
}
