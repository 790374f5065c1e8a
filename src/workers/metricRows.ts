// The log of a run's curves, as it is stored, and as the page wants it.
import type { MetricsRow, ValidationRow } from './gpuApi';

/** Splits stored metric rows into the two kinds written by a session. */
export function splitRows(rows: readonly Readonly<Record<string, unknown>>[]): {
  rows: MetricsRow[];
  validation: ValidationRow[];
} {
  const of = (kind: string) => rows.filter((row) => row['kind'] === kind);
  return { rows: of('step') as unknown as MetricsRow[], validation: of('validation') as unknown as ValidationRow[] };
}
