// Whole runs that come from elsewhere: with their ids, the order of their checkpoints, curves and report. Nobody sees a run
// while it arrives; all runs that arrived together are shown in one transaction. An arrival that was cut off is removed
// when the store is next opened, so that a broken file or a closed tab leaves nothing behind.

import * as m from '../words/messages';
import { writeParts } from './chunks';
import type { ExportedManifest } from './manifest';
import { describe, isId } from './manifest';
import { appendRows } from './metricRows';
import { BadFile, StorageProblem } from './problem';
import { epochOf, manifestsOf, purge, runOf } from './runRecords';
import { checkSnapshot } from './snapshot';
import type { LockPort, StoragePort } from './storage';
import { ROOMS } from './storage';
import type { ArrivingRun, CheckpointParts, MetricRow, RunRecord } from './store';

const ROWS_AT_ONCE = 500;

export class Arrivals {
  readonly #storage: StoragePort;
  readonly #locks: LockPort;
  readonly #held = new Map<string, () => void>();

  constructor(storage: StoragePort, locks: LockPort) {
    this.#storage = storage;
    this.#locks = locks;
  }

  async begin(run: ArrivingRun, rows: readonly MetricRow[], report: unknown): Promise<void> {
    if (!isId(run.id)) throw new BadFile(m.engine_arriving_run_id());
    const release = await this.#locks.acquire(`run:${run.id}`, 'try', () => this.#held.delete(run.id));
    if (release === null) throw new StorageProblem('RunBusy', m.engine_arriving_run_busy());
    this.#held.set(run.id, release);
    const { id, name, createdAt, recipe, latest, summary, pinned } = run;
    const record: RunRecord = {
      ...{ id, name, createdAt, recipe, latest, summary, ...(pinned ? { pinned } : {}) },
      ...{ sequence: 0, epoch: 0, metricsWatermark: 0, deletedAt: null, arriving: true },
    };
    try {
      await this.#storage.transact(['runs', 'metrics', 'reports'], 'relaxed', async (t) => {
        if ((await t.get('runs', id)) !== undefined) {
          throw new StorageProblem('RunExists', m.engine_arriving_run_exists({ id }));
        }
        await t.add('runs', id, record);
        for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
          await appendRows(t, id, first, rows.slice(first, first + ROWS_AT_ONCE));
        }
        if (report !== null) await t.put('reports', id, report);
      });
    } catch (error) {
      this.#release(id);
      throw error;
    }
  }

  /** @throws {BadFile} where the checkpoint is not this run's */
  async add(runId: string, manifest: ExportedManifest, parts: CheckpointParts): Promise<void> {
    const epoch = epochOf(`${runId}/${manifest.id}`);
    if (manifest.runId !== runId || !Number.isSafeInteger(epoch)) {
      throw new BadFile(m.engine_arriving_checkpoint());
    }
    checkSnapshot({ manifest: describe(manifest), parts });
    const chunks = await writeParts(this.#storage, `${runId}/${manifest.id}`, parts);
    await this.#storage.transact(['runs', 'manifests'], 'relaxed', async (t) => {
      const run = await runOf(t, runId);
      await t.add('manifests', `${runId}/${manifest.id}`, { ...manifest, chunks });
      // Whoever opens the run next gets a higher epoch than any of its checkpoints was written in.
      await t.put('runs', runId, { ...run, epoch: Math.max(run.epoch, epoch) });
    });
  }

  /** Shows the runs, all at once. */
  async finish(runIds: readonly string[]): Promise<void> {
    await this.#storage.transact(['runs', 'manifests'], 'strict', async (t) => {
      for (const id of runIds) {
        const run = { ...(await runOf(t, id)) };
        delete run.arriving;
        const newestFirst = (await manifestsOf(t, id)).sort((a, b) => b.sequence - a.sequence);
        const latest = newestFirst.find((manifest) => manifest.id === run.latest) ?? newestFirst[0];
        await t.put('runs', id, {
          ...run,
          latest: latest?.id ?? null,
          sequence: newestFirst[0]?.sequence ?? 0,
          metricsWatermark: latest?.metricsWatermark ?? 0,
        });
      }
    });
    runIds.forEach((id) => this.#release(id));
  }

  /** Forgets runs that do not arrive after all. */
  async drop(runIds: readonly string[]): Promise<void> {
    for (const id of runIds) {
      await this.#storage.transact(ROOMS, 'strict', async (t) => {
        const run = (await t.get('runs', id)) as RunRecord | undefined;
        if (run?.arriving) await purge(t, id);
      });
      this.#release(id);
    }
  }

  /** Removes what arrivals of earlier visits left behind; those under way in another tab hold their locks. */
  async sweep(): Promise<void> {
    const runs = (await this.#storage.transact(['runs'], 'read', (t) => t.values('runs', ''))) as RunRecord[];
    for (const { id } of runs.filter(({ arriving }) => arriving)) {
      if (this.#held.has(id)) continue;
      const release = await this.#locks.acquire(`run:${id}`, 'try', () => undefined);
      if (release === null) continue;
      await this.drop([id]);
      release();
    }
  }

  #release(id: string): void {
    this.#held.get(id)?.();
    this.#held.delete(id);
  }
}
