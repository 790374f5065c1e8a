// Run inside the browser: says what it finds of the run after the last kill, then saves without end until the next one.

import { openDB } from 'idb';
import { DATABASE, openIndexedDbStore } from '../../../src/checkpoints/indexedDbStore';
import { isProblem } from '../../../src/checkpoints/problem';
import type { CheckpointStore } from '../../../src/checkpoints/store';
import { isWhole, RUN, snapshotOf } from './snapshots';

export interface Verdict {
  /** Step of the checkpoint the run goes on from; 0 if there is none. */
  step: number;
  whole: boolean;
  note: string | null;
  /** Chunks without a manifest, before and after the sweep. */
  orphansBefore: number;
  orphansAfter: number;
  /** Rows of metrics after resuming; one a step is right. */
  rows: number;
  error: string | null;
}

declare global {
  interface Window {
    /** For tests that drive the page themselves: open it with #idle. */
    saves: (count: number) => Promise<{ saved: number; error: string | null; latest: number; whole: boolean }>;
  }
}

async function tell(path: string, value: unknown): Promise<void> {
  await fetch(path, { method: 'POST', body: JSON.stringify(value), keepalive: true });
}

async function countOrphans(): Promise<number> {
  const known = (await indexedDB.databases()).some(({ name }) => name === DATABASE);
  if (!known) return 0;
  const db = await openDB(DATABASE);
  const manifests = new Set((await db.getAllKeys('manifests')).map(String));
  const chunks = (await db.getAllKeys('chunks')).map(String);
  db.close();
  return chunks.filter((key) => !manifests.has(key.split('/', 2).join('/'))).length;
}

async function open(store: CheckpointStore): Promise<void> {
  const known = (await store.runs()).some(({ id }) => id === RUN.id);
  await (known ? store.openRun(RUN.id) : store.createRun(RUN));
}

async function verify(verdict: Verdict): Promise<CheckpointStore> {
  verdict.orphansBefore = await countOrphans();
  const store = await openIndexedDbStore();
  await open(store);
  verdict.orphansAfter = await countOrphans();
  try {
    const loaded = await store.resume(RUN.id);
    Object.assign(verdict, { step: loaded.manifest.step, note: loaded.note, whole: isWhole(loaded) });
    verdict.rows = (await store.metrics(RUN.id)).length;
  } catch (error) {
    if (!isProblem(error, 'NoCheckpoint')) throw error;
  }
  return store;
}

async function saveStep(store: CheckpointStore, step: number): Promise<void> {
  const snapshot = snapshotOf(step);
  await store.appendMetrics(RUN.id, [{ step }]);
  await store.save(RUN.id, snapshot);
}

async function saveForEver(): Promise<void> {
  const verdict: Verdict = {
    step: 0,
    whole: true,
    note: null,
    orphansBefore: 0,
    orphansAfter: 0,
    rows: 0,
    error: null,
  };
  let store: CheckpointStore;
  try {
    store = await verify(verdict);
  } catch (error) {
    await tell('/verdict', { ...verdict, error: String(error) });
    return;
  }
  await tell('/verdict', verdict);
  for (let step = verdict.step + 1; ; step++) {
    await saveStep(store, step);
    void tell('/acknowledged', step);
  }
}

window.saves = async (count) => {
  const store = await openIndexedDbStore();
  await open(store);
  let saved = 0;
  let error: string | null = null;
  try {
    for (let step = 1; step <= count; step++) {
      await saveStep(store, step);
      saved = step;
    }
  } catch (reason) {
    error = reason instanceof Error ? reason.name : String(reason);
  }
  const loaded = await store.load(RUN.id);
  await store.close();
  return { saved, error, latest: loaded.manifest.step, whole: isWhole(loaded) };
};

if (location.hash !== '#idle') void saveForEver();
