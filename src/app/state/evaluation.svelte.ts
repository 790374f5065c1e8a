// Measuring a model on a split in both orders, and what has been measured before, also in earlier visits.
import { proxy } from 'comlink';
import * as m from '../../words/messages';
import type { EvaluationReport } from '../../evaluation/report';
import type { RunInfo, RunReport } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { percent, whole } from '../reading';
import type { Edits } from './edits.svelte';
import type { KeptMeasurements } from './evaluation/keptMeasurements';
import { idOf, type Measured } from './evaluation/measurement';
import type { Part, Subject } from './evaluation/subject';
import type { Notices } from './notices.svelte';

export interface EvaluationProgress {
  /** In [0, 1]. */
  share: number;
  secondsLeft: number | null;
  isCancelled: boolean;
}

export class Evaluation {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #edits: Edits;
  readonly #store: KeptMeasurements;
  #progress = $state.raw<EvaluationProgress | null>(null);
  #measured = $state.raw<readonly Measured[]>([]);
  #shown = $state.raw<Measured | null>(null);
  #loading: Promise<void> | null = null;
  #loaded = $state(false);

  constructor(engine: Engine, notices: Notices, edits: Edits, store: KeptMeasurements) {
    this.#engine = engine;
    this.#notices = notices;
    this.#edits = edits;
    this.#store = store;
  }

  /** Null while no evaluation is on. */
  get progress(): EvaluationProgress | null {
    return this.#progress;
  }

  /** Newest first. */
  get measured(): readonly Measured[] {
    return this.#measured;
  }

  get shown(): Measured | null {
    return this.#shown;
  }

  /** Whether it is known what was measured in earlier visits. */
  get loaded(): boolean {
    return this.#loaded;
  }

  show(measured: Measured): void {
    this.#shown = measured;
  }

  /** Reads once what earlier visits measured. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    this.#take(await this.#store.measurements().catch(() => []));
    this.#shown ??= this.#measured[0] ?? null;
    this.#loaded = true;
  }

  /** Shows what a finished run has measured of itself: its last forced choice by label, the others beside it. */
  async readRun(run: RunInfo): Promise<void> {
    const report = await this.#engine.gpu.report(run.id).catch(() => null);
    if (!report) return;
    const found = report.evaluations.map((evaluation) => measuredBy(run, report, evaluation));
    this.#take(found);
    // Somebody may be looking at what was measured of it since.
    if (this.#shown?.report.about?.model.run === run.id) return;
    const main = found.findLast((one) => one.report.judging === 'tag') ?? found.at(-1);
    this.#shown = this.#measured.find(({ id }) => id === main?.id) ?? this.#shown;
  }

  async run({ model, recipe, way }: Subject, part: Part): Promise<void> {
    if (this.#progress !== null) return;
    this.#progress = { share: 0, secondsLeft: null, isCancelled: false };
    const began = performance.now();
    let tenth = 0;
    const onProgress = (share: number) => {
      if (this.#progress === null) return;
      const seconds = (performance.now() - began) / 1000;
      const secondsLeft = seconds > 3 && share > 0 ? (seconds * (1 - share)) / share : null;
      this.#progress = { ...this.#progress, share, secondsLeft };
      if (Math.floor(share * 10) > tenth)
        this.#notices.announce(m.evaluate_done_share({ share: percent(100 * share) }));
      tenth = Math.max(tenth, Math.floor(share * 10));
    };
    const split = part === 'validation' ? 'validation' : 'test';
    const report = await this.#notices.attempt(m.evaluate_failed(), m.evaluate_failed_todo(), async () => {
      await this.#engine.connected;
      return this.#engine.gpu.evaluate(model.choice, recipe, split, way, proxy(onProgress));
    });
    const isCancelled = this.#progress?.isCancelled ?? false;
    this.#progress = null;
    if (report) {
      const isLive = model.choice.kind === 'live';
      const called = isLive ? m.evaluate_model_live({ step: whole(report.step) }) : model.label;
      const measured = { id: idOf(report), model: called, choice: model.choice, report, at: Date.now() };
      this.#add(measured);
      this.#notices.announce(report.verdict);
    } else if (isCancelled) this.#notices.announce(m.evaluate_cancelled());
  }

  /** Ends the evaluation after the batch it is at; nothing is kept of it. */
  async cancel(): Promise<void> {
    if (this.#progress === null) return;
    this.#progress = { ...this.#progress, isCancelled: true };
    await this.#engine.gpu.cancelEvaluating().catch(() => undefined);
  }

  /** Deletes a measurement of this browser; it can be brought back. */
  remove(measured: Measured): void {
    const drop = () => {
      this.#measured = this.#measured.filter(({ id }) => id !== measured.id);
      if (this.#shown?.id === measured.id) this.#shown = this.#measured[0] ?? null;
      return this.#store.remove(measured.id).catch(() => undefined);
    };
    void drop();
    const edit = { name: m.evaluate_edit_delete(), undo: () => this.#add(measured), redo: drop };
    this.#edits.did(edit, m.evaluate_deleted());
  }

  #add(measured: Measured): void {
    this.#take([measured]);
    this.#shown = measured;
    // Where nothing can be kept it is there until the page is closed.
    void this.#store.keep(measured).catch(() => undefined);
  }

  /** What is measured again goes before what was measured of the same. */
  #take(measured: readonly Measured[]): void {
    const ids = measured.map(({ id }) => id);
    const others = this.#measured.filter(({ id }) => !ids.includes(id));
    this.#measured = [...measured, ...others].toSorted((a, b) => b.at - a.at);
  }
}

/** What a run measured of itself after one of its stages, with what its own report knows about it. */
function measuredBy(run: RunInfo, report: RunReport, evaluation: EvaluationReport): Measured {
  const { after, step } = evaluation;
  const label = m.evaluate_after({ name: run.name, stage: after });
  const saved = run.checkpoints.find((checkpoint) => checkpoint.step === step && checkpoint.name === after);
  const model = { label, run: run.id, checkpoint: saved?.id ?? null, step, weights: null, recipe: run.recipe };
  const about = { model, recipe: run.recipe, dataHash: report.data.hash };
  const told = { about, ...evaluation };
  return { id: idOf(told), model: label, choice: null, report: told, at: saved?.savedAt ?? run.updatedAt };
}
