// The runs of the store as the page sees them: their list, their figures, and what can be done with them while nothing
// trains them.
import * as Comlink from 'comlink';
import { exportCheckpoint } from '../checkpoints/exportFile';
import { importCheckpoint } from '../checkpoints/importFile';
import type { CheckpointStore, RunRecord } from '../checkpoints/store';
import { headlineOf, type Headline } from '../evaluation/headline';
import type { Recipe } from '../training/recipe';
import type { RunInfo, RunReport, RunState } from './gpuApi';
import type { Vocabulary } from './modelShelf';
import { splitRows } from './metricRows';
import { acceptManifest, runInfo } from './runRecords';

/** Deleted runs can be brought back for a week. */
const KEPT_IN_BIN_MS = 7 * 24 * 3600 * 1000;

export class StoredRuns {
  readonly #open: () => Promise<CheckpointStore>;

  constructor(open: () => Promise<CheckpointStore>) {
    this.#open = open;
  }

  /**
   * @param live the run in training, if there is one
   * @param deleted those in the bin instead
   */
  async list(live: { runId: string; state: RunState } | null, deleted = false): Promise<RunInfo[]> {
    const store = await this.#open();
    const [records, elsewhere] = await Promise.all([store.runs({ deleted }), store.elsewhere()]);
    const infos = await Promise.all(
      records.map(async (record) => {
        const state = live?.runId === record.id ? live.state : null;
        try {
          const [manifests, headline] = await Promise.all([store.list(record.id), headlineFrom(store, record)]);
          return [{ ...runInfo(record, manifests, state), headline, elsewhere: elsewhere.has(record.id) }];
        } catch {
          // One record that cannot be read must not hide all others.
          return [];
        }
      }),
    );
    return infos.flat();
  }

  async metrics(runId: string) {
    return splitRows(await (await this.#open()).metrics(runId));
  }

  async report(runId: string): Promise<RunReport | null> {
    return (await (await this.#open()).report(runId)) as RunReport | null;
  }

  async rename(runId: string, name: string): Promise<void> {
    await (await this.#open()).rename(runId, name);
  }

  async pin(runId: string, checkpointId: string, pinned: boolean): Promise<void> {
    await (await this.#open()).pin(runId, checkpointId, pinned);
  }

  async pinRun(runId: string, pinned: boolean): Promise<void> {
    await (await this.#open()).pinRun(runId, pinned);
  }

  async delete(runIds: readonly string[]): Promise<void> {
    const store = await this.#open();
    for (const id of runIds) await store.deleteRun(id, new Date().toISOString());
  }

  async restore(runIds: readonly string[]): Promise<void> {
    const store = await this.#open();
    for (const id of runIds) await store.restoreRun(id);
  }

  async purge(): Promise<void> {
    const store = await this.#open();
    for (const run of await store.runs({ deleted: true })) {
      if (run.deletedAt !== null && Date.now() - Date.parse(run.deletedAt) > KEPT_IN_BIN_MS)
        await store.purgeRun(run.id);
    }
  }

  /** Removes runs of the bin for good; others are left alone. */
  async forget(runIds: readonly string[]): Promise<void> {
    const store = await this.#open();
    for (const run of await store.runs({ deleted: true })) if (runIds.includes(run.id)) await store.purgeRun(run.id);
  }

  async exportFile(runId: string, checkpointId: string | null) {
    const store = await this.#open();
    const { manifest, parts } = await store.load(runId, checkpointId ?? undefined);
    const run = (await store.runs()).find((r) => r.id === runId);
    const bytes = await exportCheckpoint(manifest, parts);
    const name = (run?.name ?? 'run').replaceAll(/[^\w.-]+/g, '-').slice(0, 60);
    const fileName = `palindrome-${name}-step-${manifest.step}.safetensors`;
    return Comlink.transfer({ fileName, bytes: bytes.buffer }, [bytes.buffer]);
  }

  /** @throws Error in words where the file is not a checkpoint of ours, and then nothing has changed */
  async importFile(fileName: string, bytes: ArrayBuffer, vocabulary: Vocabulary & { size: number }): Promise<RunInfo> {
    const store = await this.#open();
    const id = crypto.randomUUID();
    const name = fileName.replace(/\.safetensors$/i, '').slice(0, 80) || 'imported';
    const run = { id, name, createdAt: new Date().toISOString() };
    const record = await importCheckpoint(store, new Uint8Array(bytes), run, (manifest) =>
      acceptManifest(manifest, vocabulary),
    );
    return runInfo(record, await store.list(id), null);
  }

  async usage() {
    const { runs, quota, persisted } = await (await this.#open()).usage();
    return { runs: runs.length, bytes: runs.reduce((sum, run) => sum + run.bytes, 0), quota, persisted };
  }
}

/** As the run wrote it down; runs of earlier versions of the studio have their report and their curves. */
async function headlineFrom(store: CheckpointStore, { id, recipe, summary }: RunRecord): Promise<Headline | null> {
  const known = (summary as { headline?: Headline | null } | null)?.headline;
  if (known !== undefined || summary === null) return known ?? null;
  const [report, rows] = await Promise.all([store.report(id) as Promise<RunReport | null>, store.metrics(id)]);
  const pairs = (recipe as Recipe).evaluation.validationPairs;
  return headlineOf(report?.evaluations ?? [], splitRows(rows).validation, { pairs, episodes: null });
}
