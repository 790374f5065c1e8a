// One run under way: pulls the trainer and, between two steps, reports, looks at the validation subset, saves, pauses
// and stops. Time comes from the worker's clock and never decides a result.
import { nextTurn } from '../base/turns';
import type { CheckpointStore } from '../checkpoints/store';
import type { CheckpointDescription } from '../checkpoints/manifest';
import { headlineOf, type Headline } from '../evaluation/headline';
import type { EvaluationReport } from '../evaluation/report';
import { onTrouble } from '../gpu/health';
import type { ModelConfig } from '../model/config';
import type { ParameterTable } from '../model/parameters';
import { forgetCaptured } from '../evaluation/judge';
import { makeStepper } from '../training/makeStepper';
import type { ModelState } from '../training/modelState';
import { judgedPairs } from '../training/judgedPairs';
import { describes, totalSteps, type Recipe } from '../training/recipe';
import type { Stepper } from '../training/stepper';
import { placeOf, train, type StepLosses, type StepResult, type TrainingRun } from '../training/trainer';
import type { BatchApi, DatasetFacts } from './batchApi';
import type { BackendInfo, RunEvent, RunReport, RunState } from './gpuApi';
import { checkpointInfo, fingerprintOf, type StageLog, type TrainerState } from './runRecords';
import { received } from './receivedBatch';
import { splitRows } from './metricRows';
import { RunMeasurement } from './runMeasurement';
import { RunReporter } from './runReporter';
import * as m from '../words/messages';

export interface SessionParts {
  runId: string;
  recipe: Recipe;
  config: ModelConfig;
  table: ParameterTable;
  state: ModelState;
  step: number;
  facts: DatasetFacts;
  backend: BackendInfo;
  /** What an earlier part of the run left; empty for a new one. */
  log: TrainerState;
  parent: string | null;
  /** When the weights that it goes on from were saved; null for a new run. */
  savedAt: number | null;
}

const SAVE_EVERY_MS = 55_000;

export class TrainingSession {
  readonly parts: SessionParts;
  #step: number;
  #gate: { open: () => void; promise: Promise<void> } | null = null;
  #single = false;
  #stopping = false;
  #saveWanted: CheckpointDescription['reason'] | null = null;
  #lastSaveAt = performance.now();
  #parent: string | null;
  #trouble: Error | null = null;
  /** A checkpoint being written while training goes on. */
  #saving: Promise<void> | null = null;
  readonly #stepper: Stepper;
  /** Why the newest steps could not be saved, in words; null when the last save went well. */
  #unsavedBecause: string | null = null;
  /** Highest average accuracy on the validation subset so far; a checkpoint is kept of it. */
  #best = 0;
  readonly #reporter: RunReporter;
  readonly #measurement: RunMeasurement;
  readonly #store: CheckpointStore;
  readonly #data: BatchApi;
  readonly #emit: (event: RunEvent) => void;

  constructor(parts: SessionParts, store: CheckpointStore, data: BatchApi, emit: (event: RunEvent) => void) {
    this.parts = parts;
    this.#step = parts.step;
    this.#parent = parts.parent;
    this.#store = store;
    this.#data = data;
    this.#emit = emit;
    this.#reporter = new RunReporter(parts.runId, parts.recipe, parts.step, emit);
    if (parts.savedAt !== null) this.#reporter.lastSave = { step: parts.step, at: parts.savedAt };
    const { recipe, config, table, state, facts } = parts;
    const isOver = () => this.#stopping || !!this.#trouble;
    this.#measurement = new RunMeasurement({ recipe, facts, data, judge: () => this.judge(), isOver });
    this.#stepper = makeStepper({ config, table, state, answers: [facts.tokens.img1, facts.tokens.img2] });
  }

  /** Frees the model, when the session is over and nobody asks it any more. */
  dispose(): void {
    this.#stepper.dispose();
    forgetCaptured(this.judge());
    this.parts.state.dispose();
  }

  get step(): number {
    return this.#step;
  }

  get state(): RunState {
    return this.#reporter.state;
  }

  pause(): void {
    if (this.#gate || this.#stopping) return;
    let open: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => (open = resolve));
    this.#gate = { open, promise };
  }

  proceed(): void {
    this.#gate?.open();
    this.#gate = null;
  }

  /** One step, then pause again. */
  singleStep(): void {
    if (!this.#gate) return;
    this.#single = true;
    this.proceed();
  }

  stop(): void {
    this.#stopping = true;
    this.proceed();
  }

  /** Asks for a checkpoint at the next step boundary. */
  save(reason: CheckpointDescription['reason']): void {
    this.#saveWanted ??= reason;
  }

  /** Trains to the end, or until stopped. Never rejects: trouble ends the run in words, with its last checkpoint kept. */
  async run(): Promise<void> {
    let forget: () => void = () => undefined;
    // A lost device may leave a read waiting for ever, so trouble ends the run whatever the loop is doing.
    const trouble = new Promise<never>((_, reject) => {
      forget = onTrouble((found) => {
        this.#trouble ??= found;
        reject(found);
      });
    });
    trouble.catch(() => undefined);
    this.#emit({ kind: 'backend', backend: this.parts.backend });
    let end: [RunState, string];
    try {
      await Promise.race([this.#loop(), trouble]);
      await this.#saving;
      if (this.#stopping) await this.#commit('stop', null);
      await this.#putReport();
      if (this.#unsavedBecause !== null) throw new Error(this.#unsavedBecause);
      end = this.#stopping ? ['stopped', m.engine_stopped_and_saved()] : ['finished', m.engine_finished_and_saved()];
    } catch (error) {
      const why = this.#trouble ?? (error as Error);
      const lacksData = why.name === 'NothingToDraw';
      this.#reporter.lacksData = lacksData;
      end = ['failed', lacksData ? why.message : m.engine_run_failed({ why: why.message })];
    }
    forget();
    // Stored before it is told: whoever hears of the end looks up the run and must find it ended.
    await this.#flushRows().catch(() => undefined);
    await this.#putSummary(end[0]).catch(() => undefined);
    this.#reporter.enter(...end);
  }

  async #loop(): Promise<void> {
    const { recipe } = this.parts;
    const run: TrainingRun = {
      recipe,
      state: this.parts.state,
      stepper: this.#stepper,
      step: this.#step,
    };
    this.#reporter.enter('training', '');
    // Whoever goes on and is cut off before the next save is found to have been cut off.
    await this.#putSummary().catch(() => undefined);
    if (this.#step === 0) await this.#validate();
    else
      this.#reporter.lastValidation = splitRows(await this.#store.metrics(this.parts.runId)).validation.at(-1) ?? null;
    if (this.parts.log.pending !== null) await this.#measure(this.parts.log.pending);
    if (this.#stopping) return;
    let before = performance.now();
    const batches = (stage: number, step: number, micro: number) =>
      received(this.#data.trainingBatch(recipe, stage, step, micro));
    for await (const result of train(run, batches)) {
      if (this.#trouble) throw this.#trouble;
      const took = performance.now() - before;
      this.#step = result.step;
      this.#note(result, took);
      await this.#betweenSteps(result);
      if (this.#stopping) return;
      before = performance.now();
    }
  }

  async #betweenSteps(result: StepResult): Promise<void> {
    const { recipe } = this.parts;
    if (result.stageEnds || this.#step % recipe.evaluation.everySteps === 0) await this.#validate();
    if (result.stageEnds) await this.#endStage(result);
    else if (this.#saveWanted || performance.now() - this.#lastSaveAt > SAVE_EVERY_MS) {
      await this.#saveAside(this.#saveWanted ?? 'interval');
    }
    this.#reporter.tell(false);
    await nextTurn();
    if (this.#single) {
      this.#single = false;
      this.pause();
    }
    if (this.#gate) {
      await this.#commit('user', null);
      this.#reporter.enter('paused', this.#unsavedBecause ?? m.engine_paused_and_saved());
      await this.#gate.promise;
      if (!this.#stopping) this.#reporter.enter('training', '');
    }
  }

  #note(result: StepResult, milliseconds: number): void {
    this.#reporter.noteStep(result, milliseconds);
    const log = this.#stageLog(result.stageIndex);
    log.steps = result.stepInStage;
    log.samples += result.samples;
    log.seconds += milliseconds / 1000;
    const hear = (losses: StepLosses) => {
      this.#reporter.noteLosses(result, losses, milliseconds);
      log.finalLoss = losses.loss;
    };
    result.losses.then(hear, (error: Error) => (this.#trouble ??= error));
  }

  /** Waits for the figures of all steps so far. @throws the trouble of one of them */
  async #settle(): Promise<void> {
    await this.#stepper.flush();
    // The figures' own listeners come first.
    await nextTurn();
    if (this.#trouble) throw this.#trouble;
  }

  #stageLog(index: number): StageLog {
    const { stages } = this.parts.log;
    while (stages.length <= index) {
      const name = this.parts.recipe.stages[stages.length]?.name ?? '';
      stages.push({ name, steps: 0, samples: 0, seconds: 0, finalLoss: null });
    }
    return stages[index] as StageLog;
  }

  /** The fixed validation subset, by forced choice, in both orders. */
  async #validate(): Promise<void> {
    const before = performance.now();
    const overall = await this.#measurement.validate(this.#step);
    if (!overall) return;
    this.#reporter.noteJudged(this.parts.recipe.evaluation.validationPairs, performance.now() - before);
    const { forward, reverse, average, gap, bothRight, invalid } = overall;
    const figures = { forward, reverse, average, gap, bothRight, invalid };
    const at = { step: this.#step, stage: this.#stageName(), sevenths: this.#sevenths() };
    this.#reporter.noteValidation({ ...at, ...figures });
    if (this.#step === 0 || average <= this.#best) return;
    this.#best = average;
    this.save('interval');
  }

  /** Tag samples in both orders so far, in sevenths of the CoT stages' samples. */
  #sevenths(): number | null {
    let cot = 0;
    let tag = 0;
    this.parts.log.stages.forEach((log, i) => {
      const stage = this.parts.recipe.stages[i];
      if (stage && describes(stage)) cot += log.samples;
      else if (stage?.order === 'both') tag += log.samples;
    });
    return cot > 0 && tag > 0 ? (7 * tag) / cot : null;
  }

  #stageName(): string {
    const place = placeOf(this.parts.recipe, Math.max(0, this.#step - 1));
    return this.parts.recipe.stages[place?.stageIndex ?? 0]?.name ?? '';
  }

  /** The model as it is now; valid until the next step. */
  judge() {
    const { config, table, state, facts } = this.parts;
    return {
      config,
      table,
      parameters: state.parameters,
      answers: [facts.tokens.img1, facts.tokens.img2] as const,
      end: facts.tokens.end,
      padding: facts.tokens.padding,
      cue: facts.cue,
    };
  }

  /** The stage's named checkpoint, then its measurement on the test split. */
  async #endStage(result: StepResult): Promise<void> {
    // Saved first, with the measurement owed: nothing that goes wrong while measuring may cost the stage or its figures.
    this.parts.log.pending = result.stageIndex;
    await this.#commit('stage', result.stage.name);
    await this.#measure(result.stageIndex);
  }

  async #measure(stageIndex: number): Promise<void> {
    this.#reporter.enter('evaluating', m.engine_measuring_unseen());
    const reports: EvaluationReport[] = [];
    const before = performance.now();
    for (const plan of this.#measurement.plans(stageIndex)) {
      const report = await this.#measurement.test(plan, this.#stageName(), this.#step);
      if (this.#trouble) throw this.#trouble;
      if (this.#stopping) return;
      if (!report) continue;
      reports.push(report);
      this.#emit({ kind: 'evaluation', evaluation: report });
      this.#reporter.tell(true);
      await nextTurn();
    }
    const { recipe } = this.parts;
    const pairs = judgedPairs(recipe, this.#step - 1) - judgedPairs(recipe, this.#step);
    const looked = recipe.evaluation.validationPairs;
    if (pairs > looked) this.#reporter.noteJudged(pairs - looked, performance.now() - before);
    this.parts.log.evaluations.push(...reports);
    this.parts.log.pending = null;
    if (reports.length > 0) {
      // The same weights with their figures: they take the place of those that were saved before.
      await this.#commit('stage', recipe.stages[stageIndex]?.name ?? null);
      await this.#putReport();
    }
    if (!this.#stopping) this.#reporter.enter('training', '');
  }

  /** Saves while nothing else goes on. */
  async #commit(reason: CheckpointDescription['reason'], name: string | null): Promise<void> {
    await this.#saving;
    if (this.#trouble) throw this.#trouble;
    const previous = this.#reporter.state;
    this.#reporter.enter('saving', m.engine_saving());
    const write = await this.#take(reason, name);
    await write();
    this.#reporter.enter(previous === 'saving' ? 'training' : previous, this.#unsavedBecause ?? '');
  }

  /** Saves the state of this moment while training goes on. */
  async #saveAside(reason: CheckpointDescription['reason']): Promise<void> {
    await this.#saving;
    const write = await this.#take(reason, null);
    this.#saving = write()
      .catch((error: Error) => void (this.#trouble ??= error))
      .finally(() => (this.#saving = null));
  }

  /** Takes all that belongs to this step, and returns what writes it. @throws the trouble of a step so far */
  async #take(reason: CheckpointDescription['reason'], name: string | null): Promise<() => Promise<void>> {
    const { recipe, config, table, facts, backend, state, runId } = this.parts;
    // The losses of all steps up to this one, and of no later one.
    await this.#settle();
    this.#saveWanted = null;
    this.#lastSaveAt = performance.now();
    const step = this.#step;
    const place = placeOf(recipe, step) ?? { stageIndex: recipe.stages.length, stepInStage: 0 };
    const taking = state.snapshot();
    taking.catch(() => undefined);
    const trainerState = structuredClone(this.parts.log);
    const rows = this.#reporter.takeUnsaved();
    const { lastValidation, lastLoss } = this.#reporter;
    // Figures of an earlier step would make this checkpoint the best one for something it was not.
    const figures = lastValidation?.step === step ? lastValidation : null;
    const metrics = {
      loss: lastLoss,
      average: figures?.average ?? null,
      gap: figures?.gap ?? null,
      bothRight: figures?.bothRight ?? null,
    };
    return async () => {
      try {
        const parts = await taking;
        if (this.#trouble) throw this.#trouble;
        await this.#appendRows(rows);
        const manifest = await this.#store.save(runId, {
          parts,
          manifest: {
            name,
            step,
            stage: place.stageIndex,
            stepInStage: place.stepInStage,
            dataPosition: place.stepInStage * recipe.accumulation * recipe.batchPairs,
            createdAt: new Date().toISOString(),
            parent: this.#parent,
            recipe,
            tokenizerHash: facts.tokenizerHash,
            modelConfig: config,
            parameters: table.parameters.map(({ name: weight, shape }) => ({ name: weight, shape })),
            fingerprint: fingerprintOf(backend),
            trainerState,
            probeLoss: null,
            reason,
            metrics,
            pinned: false,
          },
        });
        this.#parent = manifest.id;
        this.#unsavedBecause = null;
        const checkpoint = checkpointInfo(manifest, recipe);
        this.#reporter.lastSave = { step, at: checkpoint.savedAt };
        this.#emit({ kind: 'checkpoint', checkpoint });
        await this.#putSummary().catch(() => undefined);
      } catch (error) {
        // A full disk must not cost the run: it goes on in memory and says so.
        if ((error as Error).name !== 'StorageFull') throw error;
        this.#unsavedBecause = (error as Error).message;
        this.#reporter.say(this.#unsavedBecause);
      }
    };
  }

  #headline(): Headline | null {
    const { recipe, facts, log } = this.parts;
    const look = this.#reporter.lastValidation;
    const pairs = recipe.evaluation.validationPairs;
    const episodes = Math.min(pairs, facts.summary.episodes.validation);
    return headlineOf(log.evaluations, look ? [look] : [], { pairs, episodes });
  }

  #flushRows(): Promise<void> {
    return this.#appendRows(this.#reporter.takeUnsaved());
  }

  async #appendRows(rows: Record<string, unknown>[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.#store.appendMetrics(this.parts.runId, rows);
    } catch (error) {
      this.#reporter.giveBack(rows);
      throw error;
    }
  }

  #putSummary(state = this.state): Promise<void> {
    return this.#store.putSummary(this.parts.runId, {
      state,
      step: this.#step,
      totalSteps: totalSteps(this.parts.recipe),
      updatedAt: new Date().toISOString(),
      backend: this.parts.backend.label,
      parameters: this.parts.table.total,
      lacksData: this.#reporter.lacksData,
      headline: this.#headline(),
    });
  }

  /** Storing the report may fail on a full disk; the run itself knows it, and says that nothing can be saved. */
  async #putReport(): Promise<void> {
    await this.#store.putReport(this.parts.runId, this.report()).catch((error: Error) => {
      if (error.name !== 'StorageFull') throw error;
      this.#unsavedBecause = error.message;
    });
  }

  report(): RunReport {
    const { runId, recipe, backend, table, log, facts } = this.parts;
    return {
      runId,
      recipe,
      backend,
      parameters: table.total,
      stages: log.stages,
      evaluations: log.evaluations,
      data: { hash: facts.hash, tokenizerHash: facts.tokenizerHash, summary: facts.summary },
    };
  }
}
