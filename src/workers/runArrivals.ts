// Runs on their way out of this studio and into another: what a project file holds of each. Runs that come in are unseen
// until all of them are whole.
import { readCheckpointFile } from '../checkpoints/importFile';
import type { CheckpointStore } from '../checkpoints/store';
import type { PortableRun, TakenRun } from './gpuApi';
import type { Vocabulary } from './modelShelf';
import { acceptManifest, checkpointInfo } from './runRecords';
import type { Recipe } from '../training/recipe';
import * as m from '../words/messages';

export class RunArrivals {
  readonly #open: () => Promise<CheckpointStore>;
  readonly #vocabulary: () => Promise<Vocabulary & { size: number }>;

  constructor(open: () => Promise<CheckpointStore>, vocabulary: () => Promise<Vocabulary & { size: number }>) {
    this.#open = open;
    this.#vocabulary = vocabulary;
  }

  async portable(runId: string): Promise<PortableRun> {
    const store = await this.#open();
    const record = (await store.runs()).find((run) => run.id === runId);
    if (!record) throw new Error(m.engine_run_deleted_meanwhile());
    const { id, name, createdAt, recipe, latest, summary, pinned } = record;
    const [manifests, rows, report] = await Promise.all([store.list(id), store.metrics(id), store.report(id)]);
    return {
      ...{ id, name, createdAt, recipe: recipe as Recipe, latest, summary, report },
      ...(pinned ? { pinned } : {}),
      rows: rows as Record<string, unknown>[],
      checkpoints: manifests.map((manifest) => checkpointInfo(manifest, recipe as Recipe)),
    };
  }

  async take({ rows, report, ...run }: TakenRun): Promise<void> {
    await (await this.#open()).beginArrival(run, rows, report);
  }

  async takeCheckpoint(runId: string, file: Blob): Promise<void> {
    const { manifest, parts } = await readCheckpointFile(new Uint8Array(await file.arrayBuffer()));
    acceptManifest(manifest, await this.#vocabulary());
    await (await this.#open()).addToArrival(runId, manifest, parts);
  }

  async keep(runIds: readonly string[]): Promise<void> {
    await (await this.#open()).finishArrivals(runIds);
  }

  async drop(runIds: readonly string[]): Promise<void> {
    await (await this.#open()).dropArrivals(runIds);
  }
}
