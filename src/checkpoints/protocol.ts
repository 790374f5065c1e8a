// The checkpoint protocol over any storage. New chunks first, under keys never used before; then one strict transaction
// that writes the manifest, moves the run's pointer and sets the metrics watermark, on condition that nobody opened the
// run since. Only that transaction makes a checkpoint exist. Old checkpoints go after it, and chunks that a cut-off save
// left behind are swept when the run is next opened. (Killed in mid-save, this scheme lost nothing; split transactions
// without such a commit were torn in 50 of 60 kills.)

import { Arrivals } from './arrivals';
import { writeParts } from './chunks';
import { loadCheckpoint } from './loading';
import type { CheckpointDescription, CheckpointManifest, ExportedManifest } from './manifest';
import { isId, MANIFEST_FORMAT, readManifest } from './manifest';
import { appendRows, dropRows, readRows } from './metricRows';
import { isProblem, StorageProblem } from './problem';
import { bytesOf, fencedRun, manifestsOf, purge, runOf } from './runRecords';
import { RunSession } from './session';
import { checkSnapshot } from './snapshot';
import type { LockPort, StoragePort } from './storage';
import { ROOMS } from './storage';
import type {
  ArrivingRun,
  CheckpointParts,
  CheckpointStore,
  LoadedCheckpoint,
  MetricRow,
  NewRun,
  OpenOptions,
  RunRecord,
  Snapshot,
  StorageUsage,
} from './store';
import { dropOld, sweepRun } from './tidying';
import * as m from '../words/messages';

export class ProtocolStore implements CheckpointStore {
  readonly #storage: StoragePort;
  readonly #locks: LockPort;
  readonly #sessions = new Map<string, RunSession>();
  readonly #arrivals: Arrivals;

  constructor(storage: StoragePort, locks: LockPort) {
    this.#storage = storage;
    this.#locks = locks;
    this.#arrivals = new Arrivals(storage, locks);
  }

  async createRun(run: NewRun, options: OpenOptions = {}): Promise<RunRecord> {
    if (!isId(run.id)) throw new TypeError(`a run id has 1 to 64 letters, digits, - or _; got ${run.id}`);
    await this.#storage.transact(['runs'], 'strict', async (t) => {
      if ((await t.get('runs', run.id)) !== undefined) {
        throw new StorageProblem('RunExists', m.engine_run_exists({ id: run.id }));
      }
      const { id, name, createdAt, recipe, arriving } = run;
      const record: RunRecord = {
        ...{ id, name, createdAt, recipe, ...(arriving ? { arriving } : {}) },
        ...{ latest: null, sequence: 0, epoch: 0, metricsWatermark: 0, deletedAt: null, summary: null },
      };
      await t.add('runs', id, record);
    });
    return this.openRun(run.id, options);
  }

  async openRun(runId: string, options: OpenOptions = {}): Promise<RunRecord> {
    if (this.#sessions.has(runId)) await this.closeRun(runId);
    const lost = (): void => {
      this.#sessions.delete(runId);
      options.onLost?.();
    };
    const release = await this.#locks.acquire(`run:${runId}`, options.takeOver ? 'steal' : 'wait briefly', lost);
    if (release === null) {
      throw new StorageProblem('RunBusy', m.engine_run_busy());
    }
    try {
      // From this commit on an earlier opener cannot write, so that what has no manifest now never gets one. Rows after
      // the last checkpoint would be written a second time by whoever goes on from it.
      const record = await this.#storage.transact(['runs', 'metrics'], 'strict', async (t) => {
        const run = await runOf(t, runId);
        if (run.deletedAt !== null) {
          throw new StorageProblem('RunMissing', m.engine_run_in_bin());
        }
        const opened = { ...run, epoch: run.epoch + 1 };
        await t.put('runs', runId, opened);
        await dropRows(t, runId, run.metricsWatermark);
        return opened;
      });
      await sweepRun(this.#storage, runId, record.epoch);
      this.#sessions.set(runId, new RunSession(runId, record.epoch, record.metricsWatermark, release));
      return record;
    } catch (error) {
      release();
      throw error;
    }
  }

  async closeRun(runId: string): Promise<void> {
    const session = this.#sessions.get(runId);
    this.#sessions.delete(runId);
    await session?.close();
  }

  async save(runId: string, snapshot: Snapshot): Promise<CheckpointManifest> {
    const session = this.#session(runId);
    const description = checkSnapshot(snapshot);
    // Behind the rows handed in so far and before any later one.
    const watermark = session.inOrder('rows', async () => session.rows);
    return session.inOrder('saves', () =>
      this.#storage.keepOpen(async () => {
        const manifest = await this.#writeOrMakeRoom(session, async () =>
          this.#write(session, description, snapshot.parts, await watermark),
        );
        // The checkpoint is safe by now. What could not be tidied up is tidied up after the next save.
        await dropOld(this.#storage, runId, session.epoch, 2).catch(() => undefined);
        return manifest;
      }),
    );
  }

  async #writeOrMakeRoom<T>(session: RunSession, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isProblem(error, 'StorageFull')) throw error;
    }
    await this.#makeRoom(session);
    try {
      return await write();
    } catch (error) {
      if (isProblem(error, 'StorageFull')) await sweepRun(this.#storage, session.runId, session.epoch);
      throw error;
    }
  }

  async #write(
    session: RunSession,
    description: CheckpointDescription,
    parts: CheckpointParts,
    metricsWatermark: number,
  ): Promise<CheckpointManifest> {
    const { runId, epoch } = session;
    const id = session.nextCheckpointId();
    const chunks = await writeParts(this.#storage, `${runId}/${id}`, parts);
    return this.#storage.transact(['runs', 'manifests'], 'strict', async (t) => {
      const run = await fencedRun(t, runId, epoch);
      const manifest: CheckpointManifest = {
        ...{ format: MANIFEST_FORMAT, runId, id, sequence: run.sequence + 1, metricsWatermark },
        ...description,
        parent: description.parent ?? run.latest,
        chunks,
      };
      await t.add('manifests', `${runId}/${id}`, manifest);
      await t.put('runs', runId, { ...run, latest: id, sequence: manifest.sequence, metricsWatermark });
      return manifest;
    });
  }

  async load(runId: string, checkpointId?: string): Promise<LoadedCheckpoint> {
    return loadCheckpoint(this.#storage, runId, checkpointId);
  }

  async resume(runId: string, checkpointId?: string): Promise<LoadedCheckpoint> {
    const session = this.#session(runId);
    return session.inOrder('saves', async () => {
      const loaded = await this.load(runId, checkpointId);
      const { id, metricsWatermark } = loaded.manifest;
      await session.inOrder('rows', async () => {
        await this.#storage.transact(['runs', 'metrics'], 'strict', async (t) => {
          const run = await fencedRun(t, runId, session.epoch);
          await dropRows(t, runId, metricsWatermark);
          await t.put('runs', runId, { ...run, latest: id, metricsWatermark });
        });
        session.rows = metricsWatermark;
      });
      return loaded;
    });
  }

  async list(runId: string): Promise<CheckpointManifest[]> {
    const manifests = await this.#storage.transact(['manifests'], 'read', (t) => manifestsOf(t, runId));
    return manifests.sort((a, b) => b.sequence - a.sequence);
  }

  async pin(runId: string, checkpointId: string, pinned: boolean): Promise<void> {
    const key = `${runId}/${checkpointId}`;
    await this.#storage.transact(['manifests'], 'strict', async (t) => {
      const manifest = readManifest(await t.get('manifests', key));
      if (!manifest.ok) throw new StorageProblem('NoCheckpoint', m.engine_checkpoint_gone());
      await t.put('manifests', key, { ...manifest.value, pinned });
    });
  }

  async runs({ deleted = false }: { deleted?: boolean } = {}): Promise<RunRecord[]> {
    const runs = (await this.#storage.transact(['runs'], 'read', (t) => t.values('runs', ''))) as RunRecord[];
    return runs
      .filter(({ deletedAt, arriving }) => !arriving && (deletedAt !== null) === deleted)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }

  async rename(runId: string, name: string): Promise<void> {
    await this.#changeRun(runId, 'relaxed', (run) => ({ ...run, name }));
  }

  async pinRun(runId: string, pinned: boolean): Promise<void> {
    await this.#changeRun(runId, 'relaxed', ({ pinned: _, ...run }) => (pinned ? { ...run, pinned } : run));
  }

  async elsewhere(): Promise<ReadonlySet<string>> {
    const held = await this.#locks.held();
    const runs = held.flatMap((name) => (name.startsWith('run:') ? [name.slice('run:'.length)] : []));
    return new Set(runs.filter((id) => !this.#sessions.has(id)));
  }

  async deleteRun(runId: string, deletedAt: string): Promise<void> {
    await this.closeRun(runId);
    const release = await this.#locks.acquire(`run:${runId}`, 'wait briefly', () => undefined);
    if (release === null) throw new StorageProblem('RunBusy', m.engine_run_busy());
    try {
      await this.#changeRun(runId, 'strict', (run) => ({ ...run, deletedAt, epoch: run.epoch + 1 }));
    } finally {
      release();
    }
  }

  async restoreRun(runId: string): Promise<void> {
    await this.#changeRun(runId, 'strict', (run) => ({ ...run, deletedAt: null }));
  }

  async purgeRun(runId: string): Promise<void> {
    await this.closeRun(runId);
    await this.#storage.transact(ROOMS, 'strict', (t) => purge(t, runId));
  }

  beginArrival(run: ArrivingRun, rows: readonly MetricRow[], report: unknown): Promise<void> {
    return this.#arrivals.begin(run, rows, report);
  }

  addToArrival(runId: string, manifest: ExportedManifest, parts: CheckpointParts): Promise<void> {
    return this.#storage.keepOpen(() => this.#arrivals.add(runId, manifest, parts));
  }

  finishArrivals(runIds: readonly string[]): Promise<void> {
    return this.#arrivals.finish(runIds);
  }

  dropArrivals(runIds: readonly string[]): Promise<void> {
    return this.#arrivals.drop(runIds);
  }

  async appendMetrics(runId: string, rows: readonly MetricRow[]): Promise<void> {
    const session = this.#session(runId);
    if (rows.length === 0) return;
    await session.inOrder('rows', async () => {
      await this.#storage.transact(['runs', 'metrics'], 'relaxed', async (t) => {
        await fencedRun(t, runId, session.epoch);
        await appendRows(t, runId, session.rows, rows);
      });
      session.rows += rows.length;
    });
  }

  async metrics(runId: string, upTo = Infinity): Promise<MetricRow[]> {
    return this.#storage.transact(['metrics'], 'read', (t) => readRows(t, runId, upTo));
  }

  async report(runId: string): Promise<unknown> {
    return (await this.#storage.transact(['reports'], 'read', (t) => t.get('reports', runId))) ?? null;
  }

  async putReport(runId: string, report: unknown): Promise<void> {
    const { epoch } = this.#session(runId);
    await this.#storage.transact(['runs', 'reports'], 'relaxed', async (t) => {
      await fencedRun(t, runId, epoch);
      await t.put('reports', runId, report);
    });
  }

  async putSummary(runId: string, summary: unknown): Promise<void> {
    const { epoch } = this.#session(runId);
    await this.#storage.transact(['runs'], 'relaxed', async (t) => {
      await t.put('runs', runId, { ...(await fencedRun(t, runId, epoch)), summary });
    });
  }

  async usage(): Promise<StorageUsage> {
    const runs = await this.#storage.transact(['runs', 'manifests'], 'read', async (t) => {
      const ids = await t.keys('runs', '');
      const usages = [];
      for (const runId of ids) {
        const manifests = await manifestsOf(t, runId);
        usages.push({ runId, checkpoints: manifests.length, bytes: manifests.reduce((n, m) => n + bytesOf(m), 0) });
      }
      return usages;
    });
    return { ...(await this.#storage.estimate()), runs };
  }

  async sweep(): Promise<number> {
    await this.#arrivals.sweep();
    const keys = await this.#storage.transact(['chunks'], 'read', (t) => t.keys('chunks', ''));
    let swept = 0;
    for (const runId of new Set(keys.map((key) => key.slice(0, key.indexOf('/'))))) {
      // Whoever saves holds the lock; chunks without a manifest there are a save under way.
      const release = await this.#locks.acquire(`run:${runId}`, 'try', () => undefined);
      if (release === null) continue;
      try {
        // A run that is gone has no epoch to respect.
        const run = await this.#storage.transact(['runs'], 'read', (t) => t.get('runs', runId));
        swept += await sweepRun(this.#storage, runId, run === undefined ? Infinity : (run as RunRecord).epoch);
      } finally {
        release();
      }
    }
    return swept;
  }

  async close(): Promise<void> {
    for (const runId of [...this.#sessions.keys()]) await this.closeRun(runId);
    this.#storage.close();
  }

  #session(runId: string): RunSession {
    const session = this.#sessions.get(runId);
    if (session === undefined) {
      throw new StorageProblem('RunTaken', m.engine_run_not_open());
    }
    return session;
  }

  #changeRun(runId: string, mode: 'relaxed' | 'strict', change: (run: RunRecord) => RunRecord): Promise<RunRecord> {
    return this.#storage.transact(['runs'], mode, async (t) => {
      const changed = change(await runOf(t, runId));
      await t.put('runs', runId, changed);
      return changed;
    });
  }

  /** Frees what nobody would miss: the rest of the failed save, runs in the bin, and older checkpoints of this run. */
  async #makeRoom(session: RunSession): Promise<void> {
    await sweepRun(this.#storage, session.runId, session.epoch);
    for (const { id, pinned } of await this.runs({ deleted: true })) if (!pinned) await this.purgeRun(id);
    await dropOld(this.#storage, session.runId, session.epoch, 1);
  }
}
