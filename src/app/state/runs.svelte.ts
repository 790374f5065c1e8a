// Every run that is kept in this browser, with what can be done to it.
import { transfer } from 'comlink';
import type { MetricsRow, RunInfo, ValidationRow } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { saveFile } from '../clients/saveFile';
import { counted } from '../reading';
import type { Notices } from './notices.svelte';
import type { Training } from './training.svelte';

export interface RunTrace {
  run: RunInfo;
  rows: readonly MetricsRow[];
  validation: readonly ValidationRow[];
}

const unfinished: readonly RunInfo['state'][] = ['preparing', 'training', 'evaluating', 'saving', 'paused'];

export class Runs {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #training: Training;
  #all = $state.raw<readonly RunInfo[] | null>(null);
  #trouble = $state<string | null>(null);
  #traces = $state.raw<readonly RunTrace[]>([]);
  #usage = $state.raw<Awaited<ReturnType<Engine['gpu']['storageUsage']>> | null>(null);

  constructor(engine: Engine, notices: Notices, training: Training) {
    this.#engine = engine;
    this.#notices = notices;
    this.#training = training;
  }

  /** Newest first, without deleted ones; null while they are being fetched. */
  get all(): readonly RunInfo[] | null {
    return this.#all;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  get usage() {
    return this.#usage;
  }

  /** Runs laid over each other in the symmetry plot. */
  get traces(): readonly RunTrace[] {
    return this.#traces;
  }

  /** Runs that were cut off: marked as going on, but not in this tab. */
  get interrupted(): readonly RunInfo[] {
    return (this.#all ?? []).filter((run) => unfinished.includes(run.state) && !this.isLive(run));
  }

  isLive(run: RunInfo): boolean {
    return this.#training.live && this.#training.runId === run.id;
  }

  isCutOff(run: RunInfo): boolean {
    return this.interrupted.includes(run);
  }

  async load(): Promise<void> {
    try {
      await this.#engine.connected;
      const runs = await this.#engine.gpu.runs();
      this.#all = runs.filter((run) => !run.deleted).toSorted((a, b) => b.createdAt - a.createdAt);
      this.#traces = this.#traces.filter((trace) => runs.some((run) => run.id === trace.run.id && !run.deleted));
      this.#trouble = null;
      this.#usage = await this.#engine.gpu.storageUsage();
    } catch (error) {
      this.#all ??= [];
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  async resume(run: RunInfo, checkpointId: string | null = null): Promise<void> {
    await this.#training.resume(run.id, run.recipe, run.name, checkpointId);
    await this.load();
  }

  async rename(run: RunInfo, name: string): Promise<void> {
    if (name === '' || name === run.name) return;
    await this.#change('The name was not kept.', () => this.#engine.gpu.renameRun(run.id, name));
  }

  async pin(run: RunInfo, checkpointId: string, pinned: boolean): Promise<void> {
    await this.#change('The checkpoint was not pinned.', () =>
      this.#engine.gpu.pinCheckpoint(run.id, checkpointId, pinned),
    );
  }

  async remove(runs: readonly RunInfo[]): Promise<void> {
    const ids = runs.map((run) => run.id);
    const words =
      runs.length === 1 ? `The run “${runs[0]?.name}” was deleted.` : `${counted(ids.length, 'run')} deleted.`;
    await this.#change('The run could not be deleted.', async () => {
      await this.#engine.gpu.deleteRuns(ids);
      this.#notices.tell(words, async () => {
        await this.#engine.gpu.restoreRuns(ids);
        await this.load();
      });
    });
  }

  async exportCheckpoint(run: RunInfo, checkpointId: string | null): Promise<void> {
    const todo = 'Free some memory by closing other tabs, then try again.';
    await this.#notices.attempt('The checkpoint could not be exported.', todo, async () => {
      const { fileName, bytes } = await this.#engine.gpu.exportCheckpoint(run.id, checkpointId);
      saveFile(fileName, bytes, 'application/octet-stream');
    });
  }

  async importCheckpoint(file: File): Promise<void> {
    const todo = 'Choose a .safetensors file that this studio has exported. Nothing was changed.';
    await this.#notices.attempt(`“${file.name}” could not be taken in.`, todo, async () => {
      const bytes = await file.arrayBuffer();
      const run = await this.#engine.gpu.importCheckpoint(file.name, transfer(bytes, [bytes]));
      await this.load();
      this.#notices.tell(`“${run.name}” was taken in.`);
    });
  }

  async saveReport(run: RunInfo): Promise<void> {
    await this.#notices.attempt('The report could not be made.', 'Evaluate the run first.', async () => {
      const report = await this.#engine.gpu.report(run.id);
      if (!report) throw new Error('This run has no report yet; it is written when the run ends.');
      saveFile(`${fileNameOf(run.name)}-report.json`, JSON.stringify(report, null, 2), 'application/json');
    });
  }

  /** Lays a run's trace over the others in the symmetry plot, or takes it away. */
  async overlay(run: RunInfo, on: boolean): Promise<void> {
    const others = this.#traces.filter((trace) => trace.run.id !== run.id);
    if (!on) {
      this.#traces = others;
      return;
    }
    await this.#notices.attempt('This run’s figures could not be read.', 'Try again.', async () => {
      const { rows, validation } = await this.#engine.gpu.metrics(run.id);
      this.#traces = [...others, { run, rows, validation }];
    });
  }

  async #change(what: string, deed: () => Promise<void>): Promise<void> {
    await this.#notices.attempt(what, 'Try again.', deed);
    await this.load();
  }
}

/** A name as part of a file name. */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'run';
}
