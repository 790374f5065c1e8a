// The GPU worker's side of the studio: the only place that holds a backend, models, training and checkpoints.
import * as Comlink from 'comlink';
import { speak } from '../base/language';
import { openIndexedDbStore } from '../checkpoints/indexedDbStore';
import type { CheckpointStore, LoadedCheckpoint } from '../checkpoints/store';
import type { QuestionReport } from '../evaluation/questionReport';
import type { EvaluationReport } from '../evaluation/report';
import { modelConfig } from '../model/config';
import { arrange, parameterTable } from '../model/parameters';
import { ModelState, type StateArrays } from '../training/modelState';
import { parseRecipe, SHIPPED_MODELS, type Recipe } from '../training/recipe';
import type { Locale } from '../words/runtime';
import type { BatchApi } from './batchApi';
import type {
  BackendInfo,
  GpuApi,
  JudgeRequest,
  JudgeVerdict,
  ModelChoice,
  PortableRun,
  RunEvent,
  RunInfo,
  RunReport,
  ShippedName,
  TakenRun,
} from './gpuApi';
import type { DeviceReport, MeasureProgress } from './deviceReport';
import { measureQuestions, measureSplit } from './evaluating';
import type { ExplanationPart } from './explainApi';
import { explainPictures, type Wanted } from './explainPictures';
import { judgePictures } from './judgePictures';
import { DeviceMeasurement } from './measureDevice';
import { ModelShelf, turnsByConstruction, weightsHash, type ShelvedModel } from './modelShelf';
import { requested } from './requested';
import type { PolicyApi } from './policyApi';
import { RewardService, type Lend } from './rewardService';
import { RunArrivals } from './runArrivals';
import { RunningBackend } from './runningBackend';
import { emptyLog, readTrainerState } from './runRecords';
import { firstState } from './firstState';
import { shippedCheckpoint, shippedFile } from './shippedModels';
import type { Precision } from './startEngine';
import { StoredRuns } from './storedRuns';
import { TrainingSession, type SessionParts } from './trainingSession';
import * as m from '../words/messages';

/** Where a dynamic loss scale starts; it finds its own place soon. */
const FIRST_LOSS_SCALE = 2 ** 12;

export class GpuService implements GpuApi {
  readonly #backend: RunningBackend = new RunningBackend({
    refusal: () => {
      if (this.#isTraining()) return m.engine_stop_first();
      return this.#measurement.isOn && this.#backend.current ? m.engine_measuring() : null;
    },
    starting: () => this.#shelf.clear(),
    started: () => this.#tellPictures(),
    lost: () => this.#shelf.forget(),
  });
  #store: Promise<CheckpointStore> | null = null;
  #session: TrainingSession | null = null;
  #running: Promise<void> = Promise.resolve();
  #preparing = false;
  /** Asked to stop before there was a session to stop. */
  #stopWanted = false;
  #data: Comlink.Remote<BatchApi> | null = null;
  #connected: (data: Comlink.Remote<BatchApi>) => void = () => undefined;
  readonly #dataReady = new Promise<Comlink.Remote<BatchApi>>((resolve) => (this.#connected = resolve));
  #explaining: Wanted = { isCancelled: true };
  #measuring: Wanted = { isCancelled: true };
  readonly #measurement = new DeviceMeasurement();
  readonly #runs = new StoredRuns(() => this.#openStore());
  readonly #arrivals = new RunArrivals(
    () => this.#openStore(),
    async () => (await this.#dataApi()).vocabulary(),
  );
  readonly #shelf = new ModelShelf(
    () => this.#openStore(),
    async () => (await this.#dataApi()).vocabulary(),
    () => this.#liveModel(),
  );
  /** Lends a model on whatever backend there is. */
  readonly #lend: Lend = async (choice, work) => {
    await this.#backend.any();
    const data = await this.#dataApi();
    return this.#shelf.use(choice, (model) => work(model, data));
  };
  readonly #rewards = new RewardService(this.#lend);

  start(choice: Recipe['backend'], goesFirst = false, precision?: Precision): Promise<BackendInfo> {
    if (goesFirst) this.#backend.forced = choice;
    this.#backend.precision = precision ?? this.#backend.precision;
    // In the background, so that they are here when the network is not.
    for (const name of SHIPPED_MODELS) void shippedFile(name).catch(() => undefined);
    return this.#backend.start(choice);
  }

  limitThreads(most: number): Promise<void> {
    this.#backend.threads = most;
    return Promise.resolve();
  }

  readonly requested = requested;

  speak(locale: Locale): Promise<void> {
    speak(locale);
    return Promise.resolve();
  }

  connect(port: MessagePort): Promise<void> {
    this.#data = Comlink.wrap<BatchApi>(port);
    this.#connected(this.#data);
    this.#tellPictures();
    return Promise.resolve();
  }

  /** The data worker sends each picture once where a frame store keeps them. It hears of it before it is asked for any. */
  #tellPictures(): void {
    const backend = this.#backend.current;
    if (backend) void this.#data?.keepPictures(backend.name === 'webgpu');
  }

  async #dataApi(): Promise<BatchApi> {
    return (this.#data ?? (await this.#dataReady)) as unknown as BatchApi;
  }

  #openStore(): Promise<CheckpointStore> {
    this.#store ??= openIndexedDbStore();
    this.#store.catch(() => (this.#store = null));
    return this.#store;
  }

  #isTraining(): boolean {
    return this.#session !== null && !['stopped', 'finished', 'failed'].includes(this.#session.state);
  }

  #isBusy(): boolean {
    return this.#preparing || this.#isTraining();
  }

  #liveModel(): ShelvedModel | null {
    const session = this.#session;
    if (!session || session.state === 'failed') return null;
    const { recipe, config, log } = session.parts;
    return {
      judge: session.judge(),
      recipe,
      identity: { kind: 'live', step: session.step, turnsByConstruction: turnsByConstruction(config) },
      step: session.step,
      after: 'training',
      run: session.parts.runId,
      checkpoint: null,
      weights: null,
      dataHash: log.dataHash,
    };
  }

  async train(input: Recipe, name: string, onEvent: (event: RunEvent) => void, isTrial = false): Promise<string> {
    const recipe = parseRecipe(input);
    return this.#alone(async () => {
      const store = await this.#openStore();
      const parts = await this.#prepare(recipe, null);
      const runId = crypto.randomUUID();
      const run = { id: runId, name, createdAt: new Date().toISOString(), recipe };
      await store.createRun(isTrial ? { ...run, arriving: true } : run);
      this.#begin({ ...parts, runId }, store, onEvent);
      return runId;
    });
  }

  async resume(runId: string, checkpointId: string | null, onEvent: (event: RunEvent) => void): Promise<void> {
    await this.#alone(async () => {
      const store = await this.#openStore();
      const record = (await store.runs()).find((run) => run.id === runId);
      if (!record) throw new Error(m.engine_run_not_here());
      // Everything is looked at first: a resume that fails must leave the run as it was.
      const loaded = await store.load(runId, checkpointId ?? undefined);
      const parts = await this.#prepare(parseRecipe(record.recipe), loaded);
      try {
        await store.openRun(runId, {});
        await store.resume(runId, loaded.manifest.id);
      } catch (error) {
        parts.state.dispose();
        await store.closeRun(runId).catch(() => undefined);
        throw error;
      }
      this.#begin({ ...parts, runId }, store, onEvent);
    });
  }

  /** One run is prepared at a time, and none while one is on. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isBusy()) throw new Error(m.engine_another_run());
    if (this.#measurement.isOn) throw new Error(m.engine_measuring());
    if (this.#rewards.isTrainingPolicy) throw new Error(m.engine_policy_on());
    this.#preparing = true;
    this.#stopWanted = false;
    try {
      return await work();
    } finally {
      this.#preparing = false;
    }
  }

  /** Everything a session needs besides its identity. @param loaded the checkpoint of a run that goes on */
  async #prepare(recipe: Recipe, loaded: LoadedCheckpoint | null): Promise<Omit<SessionParts, 'runId'>> {
    const backend = await this.#backend.start(this.#backend.forced ?? recipe.backend);
    const facts = await (await this.#dataApi()).facts(recipe);
    const config = modelConfig(recipe.model, facts.vocabularySize, facts.tokens, recipe.head);
    const table = parameterTable(config);
    const log = loaded ? readTrainerState(loaded.manifest.trainerState) : emptyLog(facts.hash);
    if (loaded && loaded.manifest.tokenizerHash !== facts.tokenizerHash) {
      throw new Error(m.engine_run_other_tokenizer());
    }
    if (log.dataHash !== facts.hash) {
      throw new Error(m.engine_run_other_episodes());
    }
    const arrays = loaded ? wholeState(loaded, table) : await firstState(recipe, facts, table, () => this.#openStore());
    if (arrays.parameters.length !== table.total) throw new Error(m.engine_checkpoint_other_model());
    if (this.#session?.parts.backend === backend) this.#session.dispose();
    this.#session = null;
    // Half-precision products want gradients far from zero; 32 bits do not.
    const state = new ModelState(table, arrays, backend.halves ? FIRST_LOSS_SCALE : 1);
    const saved = loaded?.manifest ?? null;
    const [step, parent, savedAt] = [saved?.step ?? 0, saved?.id ?? null, saved && Date.parse(saved.createdAt)];
    return { recipe, config, table, facts, backend, state, step, log, parent, savedAt };
  }

  #begin(parts: SessionParts, store: CheckpointStore, onEvent: (event: RunEvent) => void): void {
    const data = this.#data as unknown as BatchApi;
    // The page's callback is a proxy: calls are posted and not waited for.
    const session = new TrainingSession(parts, store, data, (event) => void onEvent(event));
    this.#session = session;
    if (this.#stopWanted) session.stop();
    // Changes to the library during the run must not change what it is trained on.
    void data.hold(parts.recipe);
    this.#running = session.run().finally(async () => {
      void data.hold(null);
      await store.closeRun(parts.runId).catch(() => undefined);
    });
  }

  pause(): Promise<void> {
    this.#session?.pause();
    return Promise.resolve();
  }

  proceed(): Promise<void> {
    this.#session?.proceed();
    return Promise.resolve();
  }

  singleStep(): Promise<void> {
    this.#session?.singleStep();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    if (this.#preparing) this.#stopWanted = true;
    else this.#session?.stop();
    await this.#running;
  }

  save(): Promise<void> {
    this.#session?.save('hide');
    return Promise.resolve();
  }

  measure(onProgress: (progress: MeasureProgress) => void, seconds?: number): Promise<DeviceReport | null> {
    if (this.#isBusy()) {
      const why = m.engine_run_while_measuring();
      return Promise.reject(new Error(why));
    }
    if (this.#rewards.isTrainingPolicy) return Promise.reject(new Error(m.engine_policy_on()));
    return this.#measurement.run(
      () => this.#backend.any(),
      (progress) => void onProgress(progress),
      seconds,
    );
  }

  cancelMeasuring(): Promise<void> {
    this.#measurement.cancel();
    return Promise.resolve();
  }

  async trainingOf(choice: ModelChoice): Promise<{ recipe: Recipe; dataHash: string }> {
    return this.#lend(choice, ({ recipe, dataHash }) => Promise.resolve({ recipe, dataHash }));
  }

  async judge(request: JudgeRequest): Promise<JudgeVerdict> {
    try {
      return await this.#lend(request.model, (model, data) => judgePictures(model, request, data));
    } finally {
      for (const picture of request.pictures) picture.close();
    }
  }

  async explain(request: JudgeRequest, onPart: (part: ExplanationPart) => void): Promise<boolean> {
    this.#explaining.isCancelled = true;
    const wanted = (this.#explaining = { isCancelled: false });
    try {
      const tell = (part: ExplanationPart) => void onPart(part);
      return await this.#lend(request.model, (model, data) => explainPictures(model, request, data, tell, wanted));
    } finally {
      for (const picture of request.pictures) picture.close();
    }
  }

  cancelExplaining(): Promise<void> {
    this.#explaining.isCancelled = true;
    return Promise.resolve();
  }

  readonly readEpisode = this.#rewards.readEpisode;
  readonly cancelReading = this.#rewards.cancelReading;
  readonly trainPolicy: PolicyApi['trainPolicy'] = (order, onNews) =>
    this.#isBusy() ? Promise.reject(new Error(m.engine_another_run())) : this.#rewards.trainPolicy(order, onNews);
  readonly cancelPolicy = this.#rewards.cancelPolicy;

  async shippedFacts(name: ShippedName): Promise<{ recipe: Recipe; weights: string | null }> {
    const { manifest, parts } = await shippedCheckpoint(name);
    return { recipe: manifest.recipe as Recipe, weights: await weightsHash(parts.parameters) };
  }

  async evaluate(
    choice: ModelChoice,
    input: Recipe,
    split: 'validation' | 'test',
    judging: 'tag' | 'cot',
    onProgress: (share: number) => void,
  ): Promise<EvaluationReport | null> {
    const measured = this.#measured(onProgress);
    const recipe = parseRecipe(input);
    return this.#lend(choice, (model, data) => measureSplit({ model, data, recipe, ...measured }, split, judging));
  }

  async ask(
    choice: ModelChoice,
    input: Recipe,
    questions: string[],
    pairsPerQuestion: number,
    onProgress: (share: number) => void,
    judging?: EvaluationReport['judging'],
  ): Promise<QuestionReport[]> {
    const measured = this.#measured(onProgress);
    const recipe = parseRecipe(input);
    return this.#lend(choice, (model, data) =>
      measureQuestions({ model, data, recipe, ...measured }, { questions, pairsPerQuestion, judging }),
    );
  }

  /** The page's callback is a proxy: calls are posted and not waited for. */
  #measured(onProgress: (share: number) => void) {
    const wanted = (this.#measuring = { isCancelled: false });
    return { onProgress: (share: number) => void onProgress(share), cancelled: () => wanted.isCancelled };
  }

  cancelEvaluating(): Promise<void> {
    this.#measuring.isCancelled = true;
    return Promise.resolve();
  }

  runs(): Promise<RunInfo[]> {
    const session = this.#isTraining() ? this.#session : null;
    return this.#runs.list(session && { runId: session.parts.runId, state: session.state });
  }

  metrics(runId: string) {
    return this.#runs.metrics(runId);
  }

  async report(runId: string): Promise<RunReport | null> {
    if (this.#session?.parts.runId === runId) return this.#session.report();
    return this.#runs.report(runId);
  }

  renameRun(runId: string, name: string): Promise<void> {
    return this.#runs.rename(runId, name);
  }

  pinCheckpoint(runId: string, checkpointId: string, pinned: boolean): Promise<void> {
    return this.#runs.pin(runId, checkpointId, pinned);
  }

  pinRun(runId: string, pinned: boolean): Promise<void> {
    return this.#runs.pinRun(runId, pinned);
  }

  async deleteRuns(runIds: string[]): Promise<void> {
    if (this.#isTraining() && runIds.includes(this.#session?.parts.runId ?? '')) await this.stop();
    await this.#runs.delete(runIds);
  }

  restoreRuns(runIds: string[]): Promise<void> {
    return this.#runs.restore(runIds);
  }

  purgeRuns(): Promise<void> {
    return this.#runs.purge();
  }

  deletedRuns(): Promise<RunInfo[]> {
    return this.#runs.list(null, true);
  }

  forgetRuns(runIds: string[]): Promise<void> {
    return this.#runs.forget(runIds);
  }

  portableRun(runId: string): Promise<PortableRun> {
    return this.#arrivals.portable(runId);
  }

  takeRun(run: TakenRun): Promise<void> {
    return this.#arrivals.take(run);
  }

  takeCheckpoint(runId: string, file: Blob): Promise<void> {
    return this.#arrivals.takeCheckpoint(runId, file);
  }

  keepTakenRuns(runIds: string[]): Promise<void> {
    return this.#arrivals.keep(runIds);
  }

  dropTakenRuns(runIds: string[]): Promise<void> {
    return this.#arrivals.drop(runIds);
  }

  exportCheckpoint(runId: string, checkpointId: string | null) {
    return this.#runs.exportFile(runId, checkpointId);
  }

  async importCheckpoint(fileName: string, bytes: ArrayBuffer): Promise<RunInfo> {
    return this.#runs.importFile(fileName, bytes, await (await this.#dataApi()).vocabulary());
  }

  storageUsage() {
    return this.#runs.usage();
  }
}

function wholeState({ manifest, parts }: LoadedCheckpoint, table: ReturnType<typeof parameterTable>): StateArrays {
  const zeros = () => new Float32Array(table.total);
  const placed = (part: Float32Array<ArrayBuffer> | undefined) =>
    part === undefined ? zeros() : arrange(part, manifest.parameters, table);
  return { parameters: placed(parts.parameters), moment1: placed(parts.moment1), moment2: placed(parts.moment2) };
}
