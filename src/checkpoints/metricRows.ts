// The rows of a run's curves. Each append is one record under the number of its first row, so that appending costs one
// small write and rewinding drops whole records, cutting at most one.

import type { StorageTransaction } from './storage';
import type { MetricRow } from './store';

interface RowRecord {
  /** Number of the first row. */
  first: number;
  rows: MetricRow[];
}

export async function appendRows(
  t: StorageTransaction,
  runId: string,
  first: number,
  rows: readonly MetricRow[],
): Promise<void> {
  await t.put('metrics', key(runId, first), { first, rows: [...rows] } satisfies RowRecord);
}

export async function readRows(t: StorageTransaction, runId: string, upTo: number): Promise<MetricRow[]> {
  const rows = (await recordsOf(t, runId)).flatMap((record) => record.rows);
  return rows.slice(0, upTo);
}

export async function dropRows(t: StorageTransaction, runId: string, from: number): Promise<void> {
  for (const { first, rows } of await recordsOf(t, runId)) {
    if (first >= from) await t.delete('metrics', key(runId, first));
    else if (first + rows.length > from) await appendRows(t, runId, first, rows.slice(0, from - first));
  }
}

async function recordsOf(t: StorageTransaction, runId: string): Promise<RowRecord[]> {
  return (await t.values('metrics', `${runId}/`)) as RowRecord[];
}

function key(runId: string, first: number): string {
  return `${runId}/${String(first).padStart(12, '0')}`;
}
