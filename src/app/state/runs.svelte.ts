// Every run that is kept in this browser, with what can be done to it.
import { transfer } from 'comlink';
import * as m from '../../words/messages';
import type { MetricsRow, RunInfo, RunReport, ValidationRow } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { saveFile } from '../clients/saveFile';
import { csvText, type Table } from '../plots/table';
import type { Edits } from './edits.svelte';
import type { Notices } from './notices.svelte';
import type { Training } from './training.svelte';

export interface RunTrace {
  run: RunInfo;
  rows: readonly MetricsRow[];
  validation: readonly ValidationRow[];
  /** Null where nothing was measured. */
  report: RunReport | null;
}

const LOOK_AGAIN_MS = 2000;

const unfinished: readonly RunInfo['state'][] = ['preparing', 'training', 'evaluating', 'saving', 'paused'];

export class Runs {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #training: Training;
  readonly #edits: Edits;
  #all = $state.raw<readonly RunInfo[] | null>(null);
  #deleted = $state.raw<readonly RunInfo[]>([]);
  #trouble = $state<string | null>(null);
  #traces = $state.raw<readonly RunTrace[]>([]);
  #again: ReturnType<typeof setTimeout> | undefined;
  #usage = $state.raw<Awaited<ReturnType<Engine['gpu']['storageUsage']>> | null>(null);

  constructor(engine: Engine, notices: Notices, training: Training, edits: Edits) {
    this.#engine = engine;
    this.#notices = notices;
    this.#training = training;
    this.#edits = edits;
  }

  /** Newest first, without deleted ones; null while they are being fetched. */
  get all(): readonly RunInfo[] | null {
    return this.#all;
  }

  /** In the bin: they can be brought back for a week. */
  get deleted(): readonly RunInfo[] {
    return this.#deleted;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  get usage() {
    return this.#usage;
  }

  /** Runs that are compared. */
  get traces(): readonly RunTrace[] {
    return this.#traces;
  }

  /** Runs that were cut off: marked as going on, but in no tab. */
  get interrupted(): readonly RunInfo[] {
    return (this.#all ?? []).filter((run) => unfinished.includes(run.state) && !this.isLive(run) && !run.elsewhere);
  }

  /** Runs that another tab has open. */
  get elsewhere(): readonly RunInfo[] {
    return (this.#all ?? []).filter((run) => run.elsewhere);
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
      const [runs, deleted] = await Promise.all([this.#engine.gpu.runs(), this.#engine.gpu.deletedRuns()]);
      this.#all = runs.toSorted((a, b) => b.createdAt - a.createdAt);
      this.#deleted = deleted.toSorted((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0));
      // What is compared follows its run: a new name, another state.
      this.#traces = this.#traces.flatMap((trace) => {
        const run = runs.find(({ id }) => id === trace.run.id);
        return run ? [{ ...trace, run }] : [];
      });
      this.#trouble = null;
      clearTimeout(this.#again);
      // What another tab does is not told to this one.
      if (this.elsewhere.length > 0) this.#again = setTimeout(() => void this.load(), LOOK_AGAIN_MS);
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
    const before = run.name;
    if (name === '' || name === before) return;
    const call = (to: string) => this.#engine.gpu.renameRun(run.id, to).then(() => this.load());
    await this.#change(m.runs_rename_failed(), async () => {
      await call(name);
      const edit = { name: m.runs_edit_name(), undo: () => call(before), redo: () => call(name) };
      this.#edits.did(edit, m.runs_renamed({ before, name }));
    });
  }

  /** Pins a run, or one of its checkpoints. */
  async pin(run: RunInfo, checkpointId: string | null, pinned: boolean): Promise<void> {
    const { gpu } = this.#engine;
    const call = (on: boolean) =>
      (checkpointId === null ? gpu.pinRun(run.id, on) : gpu.pinCheckpoint(run.id, checkpointId, on)).then(() =>
        this.load(),
      );
    await this.#change(m.runs_pin_failed(), async () => {
      await call(pinned);
      this.#edits.did({ name: m.runs_edit_pin(), undo: () => call(!pinned), redo: () => call(pinned) });
    });
  }

  async remove(runs: readonly RunInfo[]): Promise<void> {
    const ids = runs.map((run) => run.id);
    const [first] = runs;
    const sentence =
      first && runs.length === 1
        ? m.runs_deleted_one({ name: first.name })
        : m.runs_deleted_many({ count: ids.length });
    const drop = () => this.#engine.gpu.deleteRuns(ids).then(() => this.load());
    const restore = () => this.#engine.gpu.restoreRuns(ids).then(() => this.load());
    await this.#change(m.runs_delete_failed(), async () => {
      await drop();
      this.#edits.did({ name: m.runs_edit_delete(), undo: restore, redo: drop }, sentence);
    });
  }

  async restore(run: RunInfo): Promise<void> {
    await this.#change(m.runs_restore_failed(), async () => {
      await this.#engine.gpu.restoreRuns([run.id]);
      this.#notices.tell(m.runs_restored({ name: run.name }));
    });
  }

  /** Deletes runs of the bin for good. */
  async forget(runs: readonly RunInfo[]): Promise<void> {
    await this.#change(m.runs_delete_failed(), () => this.#engine.gpu.forgetRuns(runs.map(({ id }) => id)));
  }

  async exportCheckpoint(run: RunInfo, checkpointId: string | null): Promise<void> {
    await this.#notices.attempt(m.runs_export_failed(), m.runs_export_todo(), async () => {
      const { fileName, bytes } = await this.#engine.gpu.exportCheckpoint(run.id, checkpointId);
      saveFile(fileName, bytes, 'application/octet-stream');
    });
  }

  async importCheckpoint(file: File): Promise<void> {
    await this.#notices.attempt(m.runs_import_failed({ name: file.name }), m.runs_import_todo(), async () => {
      const bytes = await file.arrayBuffer();
      const run = await this.#engine.gpu.importCheckpoint(file.name, transfer(bytes, [bytes]));
      const drop = () => this.#engine.gpu.deleteRuns([run.id]).then(() => this.load());
      const restore = () => this.#engine.gpu.restoreRuns([run.id]).then(() => this.load());
      await this.load();
      this.#edits.did({ name: m.runs_edit_import(), undo: drop, redo: restore }, m.runs_taken_in({ name: run.name }));
    });
  }

  /** The report as a page for people, or as data for programs. */
  async saveReport(run: RunInfo, as: 'page' | 'data'): Promise<void> {
    await this.#notices.attempt(m.runs_report_failed(), m.runs_report_todo(), async () => {
      const report = await this.#engine.gpu.report(run.id);
      if (!report) throw new Error(m.runs_report_none());
      const name = `${fileNameOf(run.name)}-report`;
      if (as === 'data') saveFile(`${name}.json`, JSON.stringify(report, null, 2), 'application/json');
      else {
        const [{ runReportPage }, { rows, validation }] = await Promise.all([
          import('../clients/reportPage'),
          this.#engine.gpu.metrics(run.id),
        ]);
        saveFile(`${name}.html`, runReportPage({ name: run.name, report, rows, validation }), 'text/html');
      }
    });
  }

  /** The curves of a run, all steps and all digits. */
  async saveCurves(run: RunInfo): Promise<void> {
    await this.#notices.attempt(m.runs_figures_failed(), m.runs_try_again(), async () => {
      const { rows, validation } = await this.#engine.gpu.metrics(run.id);
      saveFile(`${fileNameOf(run.name)}-curves.csv`, csvText(curvesTable(rows, validation)), 'text/csv');
    });
  }

  /** Lays a run beside the others that are compared, or takes it away. */
  async overlay(run: RunInfo, on: boolean): Promise<void> {
    const others = this.#traces.filter((trace) => trace.run.id !== run.id);
    if (!on) {
      this.#traces = others;
      return;
    }
    await this.#notices.attempt(m.runs_figures_failed(), m.runs_try_again(), async () => {
      const [{ rows, validation }, report] = await Promise.all([
        this.#engine.gpu.metrics(run.id),
        this.#engine.gpu.report(run.id),
      ]);
      this.#traces = [...this.#traces.filter((trace) => trace.run.id !== run.id), { run, rows, validation, report }];
    });
  }

  async #change(what: string, deed: () => Promise<void>): Promise<void> {
    await this.#notices.attempt(what, m.runs_try_again(), deed);
    await this.load();
  }
}

/** Steps and looks at the validation pairs in one table; what a row does not know stays empty. */
function curvesTable(rows: readonly MetricsRow[], validation: readonly ValidationRow[]): Table {
  const looks = new Map(validation.map((row) => [row.step, row]));
  const columns = ['step', 'stage', 'loss', 'judgement loss', 'learning rate', 'gradient norm', 'samples', 'seconds'];
  const figures = ['forward', 'reverse', 'average', 'gap', 'bothRight', 'invalid'] as const;
  const steps = [...new Set([...rows, ...validation].map(({ step }) => step))].sort((a, b) => a - b);
  const byStep = new Map(rows.map((row) => [row.step, row]));
  return {
    columns: [...columns, ...figures.map((figure) => `${figure} %`)],
    rows: steps.map((step) => {
      const [row, look] = [byStep.get(step), looks.get(step)];
      const known = row && [row.loss, row.judgementLoss, row.learningRate, row.gradientNorm, row.samples, row.seconds];
      return [
        step,
        row?.stage ?? look?.stage ?? null,
        ...(known ?? Array<null>(6).fill(null)),
        ...figures.map((figure) => look?.[figure] ?? null),
      ];
    }),
  };
}

/** A name as part of a file name. */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'run';
}
