// What the GPU worker offers the page by comlink. Types only; everything here crosses by structured clone or transfer.
import type { QuestionReport } from '../evaluation/questionReport';
import type { Headline } from '../evaluation/headline';
import type { EvaluationReport } from '../evaluation/report';
import type { Recipe, ShippedName } from '../training/recipe';
import type { Locale } from '../words/runtime';
import type { SamplingSummary } from './dataApi';
import type { DeviceReport, MeasureProgress } from './deviceReport';
import type { ExplainApi } from './explainApi';
import type { ModelIdentity } from './modelNames';
import type { PolicyApi } from './policyApi';
import type { RewardApi } from './rewardApi';

export interface BackendInfo {
  name: 'webgpu' | 'wasm' | 'cpu';
  /** What the status line shows: "WebGPU · Apple M2", "CPU (WebAssembly)". */
  label: string;
  /** The same in every language: what speeds and measurements are remembered by. */
  id: string;
  adapter: { vendor: string; architecture: string; description: string; isFallback: boolean } | null;
  /** Why this backend, in a sentence. */
  reason: string;
  /** Whether matrix products may round their operands to 16 bits. */
  halves: boolean;
}

export type RunState =
  'preparing' | 'training' | 'evaluating' | 'saving' | 'paused' | 'stopped' | 'finished' | 'failed';

/** Live figures, at most ten times a second. */
export interface Progress {
  runId: string;
  state: RunState;
  stage: string;
  stageIndex: number;
  /** Optimiser steps over all stages. */
  step: number;
  totalSteps: number;
  samplesPerSecond: number;
  tokensPerSecond: number;
  msPerStep: number;
  memoryBytes: number;
  secondsLeft: { low: number; likely: number; high: number } | null;
  lastSave: { step: number; at: number } | null;
  /** What is going on or went wrong, in words. */
  sentence: string;
  /** It failed for want of data that its recipe needs: going on would fail again. */
  lacksData: boolean;
}

/** One row of the metrics log; `step` counts over all stages. */
export interface MetricsRow {
  step: number;
  stage: string;
  loss: number;
  judgementLoss: number | null;
  learningRate: number;
  gradientNorm: number;
  samples: number;
  seconds: number;
}

/** Live evaluation on the fixed validation subset. */
export interface ValidationRow {
  step: number;
  stage: string;
  forward: number;
  reverse: number;
  average: number;
  gap: number;
  bothRight: number;
  invalid: number;
  /** Tag samples of `both`-order stages seen so far, in sevenths of the CoT stage's samples; null before any. */
  sevenths: number | null;
}

export type RunEvent =
  | { kind: 'backend'; backend: BackendInfo }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'metrics'; rows: MetricsRow[] }
  | { kind: 'validation'; row: ValidationRow }
  | { kind: 'evaluation'; evaluation: EvaluationReport }
  | { kind: 'checkpoint'; checkpoint: CheckpointInfo };

export interface CheckpointInfo {
  id: string;
  runId: string;
  /** A stage's name for stage boundaries, else null. */
  name: string | null;
  step: number;
  stage: string;
  savedAt: number;
  bytes: number;
  average: number | null;
  gap: number | null;
  pinned: boolean;
}

export interface RunInfo {
  id: string;
  name: string;
  recipe: Recipe;
  state: RunState;
  step: number;
  totalSteps: number;
  createdAt: number;
  updatedAt: number;
  backend: string;
  parameters: number;
  bytes: number;
  checkpoints: CheckpointInfo[];
  /** The measurement it is known by; null where the trained model was never measured. */
  headline: Headline | null;
  /** It failed for want of data that its recipe needs. */
  lacksData: boolean;
  /** Comes first, and is not removed to make room. */
  pinned: boolean;
  /** Another tab has it open: only that one may change it. */
  elsewhere: boolean;
  /** When it went to the bin; null for those in the list. */
  deletedAt: number | null;
  /** Its newest checkpoint came from a file. */
  imported: boolean;
}

/** All of a run but its weights, as a project file holds it. */
export interface PortableRun {
  id: string;
  name: string;
  /** ISO 8601. */
  createdAt: string;
  recipe: Recipe;
  /** Id of the checkpoint it goes on from. */
  latest: string | null;
  summary: unknown;
  pinned?: true;
  /** The log of its curves, both kinds of rows. */
  rows: Record<string, unknown>[];
  report: unknown;
  checkpoints: CheckpointInfo[];
}

export type TakenRun = Omit<PortableRun, 'checkpoints'>;

/** Which model answers: the run in training, a checkpoint, or one that comes with the studio. */
export type ModelChoice =
  | { kind: 'live' }
  | { kind: 'checkpoint'; runId: string; checkpointId: string | null }
  | { kind: 'shipped'; name: ShippedName };

export type { ShippedName } from '../training/recipe';

/** One of those that show the cure, step by step. */
export type CureName = Exclude<ShippedName, 'guard' | 'coach'>;

export interface Answer {
  /** `invalid` where free generation gave no readable answer. */
  answer: 'img1' | 'img2' | 'invalid';
  /** Probability of img2 against img1 at the judgement. */
  probabilitySecond: number;
  /** What the model wrote, for CoT judging; empty for tags. */
  reasoning: string;
}

export interface AnsweredPair {
  /** Shown order, then the same pictures swapped. In both, img1 is the picture shown first. */
  shown: Answer;
  swapped: Answer;
  /** Both orders name the same picture. */
  agree: boolean;
  /** The picture (first or second as given) that is closer to completion, where both orders agree. */
  closer: 'first' | 'second' | null;
}

export interface JudgeVerdict extends AnsweredPair {
  /** `weights`: their SHA-256, null where it is not known. */
  model: { identity: ModelIdentity; weights: string | null; recipe: Recipe };
  milliseconds: number;
}

export interface JudgeRequest {
  model: ModelChoice;
  task: string;
  /** Two bitmaps; transferred. */
  pictures: [ImageBitmap, ImageBitmap];
  kind: 'cot' | 'tag';
}

export interface RunReport {
  runId: string;
  recipe: Recipe;
  backend: BackendInfo;
  parameters: number;
  stages: { name: string; steps: number; samples: number; seconds: number; finalLoss: number | null }[];
  evaluations: EvaluationReport[];
  data: { hash: string; tokenizerHash: string; summary: SamplingSummary };
}

export interface GpuApi extends ExplainApi, RewardApi, PolicyApi {
  /** From now on sentences come in this language. */
  speak(locale: Locale): Promise<void>;
  /** Addresses that this worker has asked for. */
  requested(): Promise<string[]>;
  /**
   * Chooses and checks a backend; safe to call again with another choice while no run is on.
   * @param goesFirst later runs keep to this choice, whatever their recipes say
   * @param precision of matrix products, for this backend and later ones; 32 bits unless said
   */
  start(choice: Recipe['backend'], goesFirst?: boolean, precision?: 'f32' | 'f16'): Promise<BackendInfo>;
  /** Most threads of the wasm backend when it starts next, so that two runs side by side do not fight. */
  limitThreads(most: number): Promise<void>;
  connect(port: MessagePort): Promise<void>;
  /**
   * Starts a new run and resolves with its id once it is under way; events follow until it ends.
   * @param isTrial nobody is shown this run; `dropTakenRuns` removes it, or the next visit does
   */
  train(recipe: Recipe, name: string, onEvent: (event: RunEvent) => void, isTrial?: boolean): Promise<string>;
  /** Goes on from a run's latest (or the named) checkpoint, as if it had never stopped. */
  resume(runId: string, checkpointId: string | null, onEvent: (event: RunEvent) => void): Promise<void>;
  pause(): Promise<void>;
  /** Continues a paused run. */
  proceed(): Promise<void>;
  /** One optimiser step of a paused run. */
  singleStep(): Promise<void>;
  /** Saves and ends the run; it can be resumed later. */
  stop(): Promise<void>;
  /** Saves now; called on hide. */
  save(): Promise<void>;
  /**
   * Measures what the backend can do and how fast it trains each preset, in about `seconds` (50 unless said). Rejects with
   * words while a run is on; none can start meanwhile. Null where it was cancelled.
   */
  measure(onProgress: (progress: MeasureProgress) => void, seconds?: number): Promise<DeviceReport | null>;
  /** Resolves at once; the measurement ends after the step it is at. */
  cancelMeasuring(): Promise<void>;
  /** What a model was trained with, and the hash of the data that it was trained on. */
  trainingOf(choice: ModelChoice): Promise<{ recipe: Recipe; dataHash: string }>;
  judge(request: JudgeRequest): Promise<JudgeVerdict>;
  /** What a model that comes with the studio was trained by, and the SHA-256 of its weights where hashes can be taken. */
  shippedFacts(name: ShippedName): Promise<{ recipe: Recipe; weights: string | null }>;
  /** Evaluates a checkpoint on a split, in both orders, by labels or through descriptions. Progress in [0, 1]. Null where it was cancelled. */
  evaluate(
    model: ModelChoice,
    recipe: Recipe,
    split: 'validation' | 'test',
    judging: 'tag' | 'cot',
    onProgress: (share: number) => void,
  ): Promise<EvaluationReport | null>;
  /**
   * Puts questions of evaluation/questions.ts to a model, by name, on pairs of the test split that it never saw; reports come
   * in their order, without those that the recipe has no pairs for. `turnable` and `counter-task` asked together are crossed.
   * The model in training answers as it is when asked. Progress in [0, 1]. Rejects where a name is not a question's. Where it
   * was cancelled, the questions answered before.
   * @param judging how the model answers; each question's own way unless given
   */
  ask(
    model: ModelChoice,
    recipe: Recipe,
    questions: string[],
    pairsPerQuestion: number,
    onProgress: (share: number) => void,
    judging?: EvaluationReport['judging'],
  ): Promise<QuestionReport[]>;
  /** Resolves at once; an evaluation or questions that are on end after the batch they are at. */
  cancelEvaluating(): Promise<void>;
  runs(): Promise<RunInfo[]>;
  metrics(runId: string): Promise<{ rows: MetricsRow[]; validation: ValidationRow[] }>;
  report(runId: string): Promise<RunReport | null>;
  renameRun(runId: string, name: string): Promise<void>;
  pinCheckpoint(runId: string, checkpointId: string, pinned: boolean): Promise<void>;
  pinRun(runId: string, pinned: boolean): Promise<void>;
  /** Rejects with words where another tab has one of them open. */
  deleteRuns(runIds: string[]): Promise<void>;
  restoreRuns(runIds: string[]): Promise<void>;
  /** Runs in the bin, newest first. */
  deletedRuns(): Promise<RunInfo[]>;
  /** Removes runs of the bin for good. */
  forgetRuns(runIds: string[]): Promise<void>;
  /** Forgets for good what was deleted more than a week ago. */
  purgeRuns(): Promise<void>;
  portableRun(runId: string): Promise<PortableRun>;
  /** A run that comes in, unseen until it is kept; its checkpoints follow. Rejects where its id is taken. */
  takeRun(run: TakenRun): Promise<void>;
  /** Rejects with a sentence where the file is no checkpoint of that run, or not one that this studio can use. */
  takeCheckpoint(runId: string, file: Blob): Promise<void>;
  /** Shows runs that came in, all at once. */
  keepTakenRuns(runIds: string[]): Promise<void>;
  dropTakenRuns(runIds: string[]): Promise<void>;
  exportCheckpoint(runId: string, checkpointId: string | null): Promise<{ fileName: string; bytes: ArrayBuffer }>;
  /** Rejects with a sentence and changes nothing where the file is not a checkpoint of ours. */
  importCheckpoint(fileName: string, bytes: ArrayBuffer): Promise<RunInfo>;
  storageUsage(): Promise<{ runs: number; bytes: number; quota: number | null; persisted: boolean }>;
}
