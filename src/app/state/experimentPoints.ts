// Turns the summary of the experiments into what plots draw.
import { seedLines } from '../../evaluation/experiments/rows';
import { mainJudging } from '../../evaluation/experiments/rows';
import type { ExperimentSummary } from '../../evaluation/experiments/summary';
import type { MeasuredLaw } from '../plots/scalingPlot';
import type { StrategyPoints } from '../plots/symmetryPlot';
import { shortNameOf } from '../recipes/comparisonPresets';

/** Experiments whose strategies share the plot: where the cure begins, and the ways of curing. */
const COMPARED = ['backbone', 'ablation'];

/** Strategies of the comparison, each judged in the way it stands for. */
export function strategyPoints(experiments: readonly ExperimentSummary[]): StrategyPoints[] {
  const rows = COMPARED.flatMap((name) => experiments.find((experiment) => experiment.name === name)?.rows ?? []);
  return rows
    .filter(({ strategy, judging }) => judging === mainJudging(strategy))
    .map((row) => ({
      name: shortNameOf(row.strategy),
      seeds: seedLines(row).map(({ seed, forward, reverse }) => ({ seed, forward, reverse })),
    }));
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
  return { points, result: fit === null ? { fit, reason: reason ?? 'no law could be fitted' } : { fit, reason: null } };
}
