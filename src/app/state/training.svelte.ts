// The run that is on in this tab: its figures as they come, and the buttons that steer it.
import { proxy } from 'comlink';
import * as m from '../../words/messages';
import type { EvaluationReport } from '../../evaluation/report';
import { stageSteps, type Recipe } from '../../training/recipe';
import type { BackendInfo, MetricsRow, Progress, RunEvent, RunState, ValidationRow } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { duration, whole } from '../reading';
import { rememberSpeed } from '../recipes/deviceSpeed';
import { stageCosts } from '../recipes/stageCost';
import type { Notices } from './notices.svelte';
import { rememberRun } from './trainingTime';

const over: readonly RunState[] = ['stopped', 'finished', 'failed'];
/** Rows kept for the plots; beyond this every second one is dropped. The full log stays in the run. */
const mostRows = 4000;

export class Training {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #recipe = $state.raw<Recipe | null>(null);
  #name = $state('');
  #progress = $state.raw<Progress | null>(null);
  #rows = $state.raw<readonly MetricsRow[]>([]);
  #validation = $state.raw<readonly ValidationRow[]>([]);
  #evaluations = $state.raw<readonly EvaluationReport[]>([]);
  #starting = $state(false);
  #tenth = 0;
  #savedAt = 0;
  #stepSeconds = 0;
  /** Of a run that is trained from its beginning: when it was begun, when training began, and how long it paused. */
  #clock: { began: number; first: number | null; pausedAt: number | null; paused: number } | null = null;
  #backend = $state.raw<BackendInfo | null>(null);

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** The recipe of the run that is on or was on last. */
  get recipe(): Recipe | null {
    return this.#recipe;
  }

  get name(): string {
    return this.#name;
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  get rows(): readonly MetricsRow[] {
    return this.#rows;
  }

  get validation(): readonly ValidationRow[] {
    return this.#validation;
  }

  get evaluations(): readonly EvaluationReport[] {
    return this.#evaluations;
  }

  get runId(): string | null {
    return this.#progress?.runId ?? null;
  }

  get starting(): boolean {
    return this.#starting;
  }

  /** A run is on, be it paused. */
  get live(): boolean {
    return this.#starting || (this.#progress !== null && !over.includes(this.#progress.state));
  }

  get paused(): boolean {
    return this.#progress?.state === 'paused';
  }

  /** What the last run computes on; a recipe may ask for another device than the page found. */
  get backend(): BackendInfo | null {
    return this.#backend;
  }

  async start(recipe: Recipe, name: string): Promise<string | null> {
    return this.#begin(recipe, name, async (onEvent) => {
      this.#clock = { began: performance.now(), first: null, pausedAt: null, paused: 0 };
      this.#askToKeep();
      return this.#engine.gpu.train(recipe, name, onEvent);
    });
  }

  /** Goes on from a checkpoint (null: the latest), with the figures so far. */
  async resume(runId: string, recipe: Recipe, name: string, checkpointId: string | null = null): Promise<void> {
    await this.#begin(recipe, name, async (onEvent) => {
      await this.#engine.gpu.resume(runId, checkpointId, onEvent);
      // Read now: rows after the checkpoint are gone from the store, and the first new ones may be here already.
      const [past, report] = await Promise.all([this.#engine.gpu.metrics(runId), this.#engine.gpu.report(runId)]);
      const before = (rows: readonly { step: number }[]) => rows[0]?.step ?? Infinity;
      const [firstRow, firstLook] = [before(this.#rows), before(this.#validation)];
      this.#rows = thinned([...past.rows.filter((r) => r.step < firstRow), ...this.#rows]);
      this.#validation = [...past.validation.filter((r) => r.step < firstLook), ...this.#validation];
      if (this.#evaluations.length === 0) this.#evaluations = report?.evaluations ?? [];
      return runId;
    });
  }

  pause(): Promise<void | null> {
    return this.#steer(m.train_not_paused(), () => this.#engine.gpu.pause());
  }

  proceed(): Promise<void | null> {
    return this.#steer(m.train_not_continued(), () => this.#engine.gpu.proceed());
  }

  singleStep(): Promise<void | null> {
    return this.#steer(m.train_not_stepped(), () => this.#engine.gpu.singleStep());
  }

  stop(): Promise<void | null> {
    return this.#steer(m.train_not_stopped(), () => this.#engine.gpu.stop());
  }

  /** Saves now, without a word when it fails: the next automatic save comes within a minute. */
  async saveQuietly(): Promise<void> {
    if (!this.live) return;
    await this.#engine.gpu.save().catch(() => undefined);
  }

  /** The worker died: the run can only go on from its last save. */
  forget(): void {
    this.#backend = null;
    this.#starting = false;
    if (this.#progress && this.live) this.#progress = { ...this.#progress, state: 'failed' };
  }

  async #begin(
    recipe: Recipe,
    name: string,
    deed: (onEvent: (event: RunEvent) => void) => Promise<string>,
  ): Promise<string | null> {
    if (this.live) return null;
    this.#starting = true;
    this.#recipe = recipe;
    this.#name = name;
    this.#progress = null;
    this.#rows = [];
    this.#validation = [];
    this.#evaluations = [];
    this.#tenth = 0;
    this.#stepSeconds = 0;
    this.#clock = null;
    try {
      await this.#engine.connected;
      const runId = await deed(proxy((event: RunEvent) => this.#take(event)));
      this.#notices.announce(m.train_training_started({ name }));
      return runId;
    } catch (error) {
      this.forget();
      const todo = error instanceof Error && error.name === 'RunBusy' ? m.train_busy_todo() : m.train_training_todo();
      this.#notices.report(m.train_training_failed(), error, todo);
      return null;
    } finally {
      this.#starting = false;
    }
  }

  #take(event: RunEvent): void {
    if (event.kind === 'backend') this.#backend = event.backend;
    else if (event.kind === 'progress') this.#takeProgress(event.progress);
    else if (event.kind === 'metrics') this.#takeRows(event.rows);
    else if (event.kind === 'validation') this.#validation = [...this.#validation, event.row];
    else if (event.kind === 'evaluation') this.#evaluations = [...this.#evaluations, event.evaluation];
    else this.#takeSave(event.checkpoint.step);
  }

  #takeRows(rows: readonly MetricsRow[]): void {
    this.#stepSeconds += rows.reduce((sum, { seconds }) => sum + seconds, 0);
    this.#rows = thinned([...this.#rows, ...rows]);
  }

  #takeProgress(progress: Progress): void {
    const before = this.#progress?.state;
    this.#progress = progress;
    this.#time(progress);
    const tenth = Math.floor((10 * progress.step) / Math.max(1, progress.totalSteps));
    if (tenth > this.#tenth && tenth < 10) this.#notices.announce(m.train_training_done({ share: tenth * 10 }));
    this.#tenth = Math.max(this.#tenth, tenth);
    if (progress.state === before) return;
    const step = whole(progress.step);
    if (progress.state === 'finished') this.#notices.tell(m.train_training_finished({ steps: step }));
    if (progress.state === 'stopped') this.#notices.tell(m.train_training_stopped({ step }));
    if (progress.state === 'failed') this.#reportEnd(progress);
  }

  #reportEnd({ step, sentence, lacksData }: Progress): void {
    const what = m.train_training_broke({ step: whole(step) });
    if (!lacksData) return this.#notices.report(what, sentence, m.train_training_broke_todo());
    const open = { label: m.train_see_missing(), run: () => (location.hash = '#/train') };
    this.#notices.report(what, sentence, m.train_lacks_todo(), open);
  }

  /** What steps and all the rest take here is remembered for the next estimate. */
  #time({ state, stageIndex, step, totalSteps, msPerStep }: Progress): void {
    const recipe = this.#recipe;
    if (!recipe) return;
    const [backend, clock, now] = [this.#backend?.id ?? '', this.#clock, performance.now()];
    if (state === 'training' && msPerStep > 0) {
      // Stages differ in what a step costs; an average one is remembered.
      const stage = recipe.stages[stageIndex];
      const cost = stage ? (stageCosts(recipe)[stageIndex] ?? 0) / Math.max(1, stageSteps(recipe, stage)) : 1;
      rememberSpeed(backend, recipe.model, msPerStep / (cost || 1));
    }
    if (!clock) return;
    if (state === 'training') clock.first ??= now;
    if (state === 'paused') clock.pausedAt ??= now;
    else if (clock.pausedAt !== null) [clock.paused, clock.pausedAt] = [clock.paused + now - clock.pausedAt, null];
    if (state !== 'finished' || step !== totalSteps) return;
    const seconds = (ms: number) => ms / 1000;
    rememberRun(recipe, backend, {
      whole: seconds(now - clock.began - clock.paused),
      steps: this.#stepSeconds,
      start: seconds((clock.first ?? now) - clock.began),
    });
  }

  #takeSave(step: number): void {
    const now = performance.now();
    // Saves come every minute at most, but a stage's end may follow a save closely: one sentence is enough.
    if (now - this.#savedAt > 20_000) this.#notices.announce(m.train_saved_at({ step: whole(step) }));
    this.#savedAt = now;
  }

  #steer(what: string, deed: () => Promise<void>): Promise<void | null> {
    return this.#notices.attempt(what, m.train_try_again(), deed);
  }

  /** Asks the browser once to keep what is stored; a refusal changes nothing but the promise. */
  #askToKeep(): void {
    const storage = navigator.storage as StorageManager | undefined;
    // Some browsers ask the visitor: training does not wait for the answer.
    void storage?.persist?.().catch(() => false);
  }
}

/** Keeps a series short enough to draw; the last row always stays. */
export function thinned(rows: readonly MetricsRow[]): readonly MetricsRow[] {
  if (rows.length <= mostRows) return rows;
  return rows.filter((_, index) => index % 2 === (rows.length - 1) % 2);
}

/** "saved 38 s ago" for the run bar. */
export function savedWords(progress: Progress, now: number): string {
  const { lastSave } = progress;
  return lastSave ? m.train_saved_ago({ time: duration((now - lastSave.at) / 1000) }) : m.train_not_saved();
}
