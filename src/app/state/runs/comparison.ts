// Runs side by side: what each was found to be, and its curves on one axis.
import { headlineOf, type FigureName, type Headline } from '../../../evaluation/headline';
import type { MetricsRow, ValidationRow } from '../../../workers/gpuApi';
import type { RunTrace } from '../runs.svelte';

/** As its line in the list has it; a run that is on may be measured further than that. */
export function headlineOfTrace({ run, report, validation }: RunTrace): Headline | null {
  const pairs = run.recipe.evaluation.validationPairs;
  const episodes = report ? Math.min(pairs, report.data.summary.episodes.validation) : null;
  return headlineOf(report?.evaluations ?? [], validation, { pairs, episodes });
}

/** Why the figures of these runs cannot be set against each other as they are. */
export function differencesInData(traces: readonly RunTrace[]): ('data' | 'measured')[] {
  const several = (values: readonly string[]) => new Set(values).size > 1;
  const data = traces.map(({ run: { recipe }, report }) => [
    JSON.stringify([recipe.source, recipe.sampling]),
    report?.data.hash ?? null,
  ]);
  const isOther =
    several(data.map(([recipe]) => recipe ?? '')) || several(data.flatMap(([, hash]) => (hash ? [hash] : [])));
  const ways = traces.flatMap((trace) => headlineOfTrace(trace)?.from ?? []);
  return [...(isOther ? (['data'] as const) : []), ...(several(ways) ? (['measured'] as const) : [])];
}

/** Looks at a model that has been trained; those before the first step are of another model. */
export function trainedLooks(validation: readonly ValidationRow[]): readonly ValidationRow[] {
  return validation.some(({ step }) => step > 0) ? validation : [];
}

/** What can be laid over each other along the steps. */
export type Curve = FigureName | 'loss';

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
      : trainedLooks(validation).map((row) => ({ step: row.step, value: row[curve] }));
  return points.filter(({ value }) => Number.isFinite(value));
}
