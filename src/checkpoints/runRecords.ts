// Reading and removing what belongs to one run, inside a transaction. Keys are `run/checkpoint/part/chunk`; ids hold no
// slash, so that a prefix never reaches into another run.

import type { CheckpointManifest } from './manifest';
import { PARTS, readManifest } from './manifest';
import { StorageProblem } from './problem';
import type { StorageTransaction } from './storage';
import type { RunRecord } from './store';
import * as m from '../words/messages';

export async function runOf(t: StorageTransaction, runId: string): Promise<RunRecord> {
  const run = (await t.get('runs', runId)) as RunRecord | undefined;
  if (run === undefined) throw new StorageProblem('RunMissing', m.engine_run_gone());
  return run;
}

export async function fencedRun(t: StorageTransaction, runId: string, epoch: number): Promise<RunRecord> {
  const run = await runOf(t, runId);
  if (run.epoch === epoch) return run;
  throw new StorageProblem('RunTaken', m.engine_run_taken());
}

export async function manifestsOf(t: StorageTransaction, runId: string): Promise<CheckpointManifest[]> {
  const readings = (await t.values('manifests', `${runId}/`)).map(readManifest);
  return readings.flatMap((reading) => (reading.ok ? [reading.value] : []));
}

export async function purge(t: StorageTransaction, runId: string): Promise<void> {
  await t.delete('runs', runId);
  await t.delete('reports', runId);
  for (const room of ['manifests', 'chunks', 'metrics'] as const) await t.deletePrefix(room, `${runId}/`);
}

/** `run/checkpoint` of a chunk's key. */
export function checkpointOf(key: string): string {
  return key.split('/', 2).join('/');
}

/** The epoch in the checkpoint's id, see RunSession. */
export function epochOf(checkpoint: string): number {
  return Number.parseInt(checkpoint.slice(checkpoint.indexOf('/') + 1), 10);
}

export function bytesOf({ chunks }: CheckpointManifest): number {
  return PARTS.flatMap((name) => chunks[name] ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
}
