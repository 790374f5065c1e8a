// What the two workers offer: to the page by comlink, and the data worker to the GPU worker over a MessagePort.
// Types only; everything here crosses by structured clone or transfer.
import type { Batch } from '../batches/batch';
import type { PromptForm } from '../batches/batchMaker';
import type { Category, Episode, Segment, Split } from '../episodes/episode';
import type { PictureCacheUsage } from '../episodes/pictureCache';
import type { QuestionReport } from '../evaluation/questionReport';
import type { EvaluationReport } from '../evaluation/report';
import type { PairChoice } from '../pairs/pairChoice';
import type { SplitChecks } from '../pairs/splitChecks';
import type { WindowCount } from '../pairs/summary';
import type { FormatName } from '../samples/formats';
import type { ReadAnswer } from '../samples/prompt';
import type { Recipe } from '../training/recipe';
import type { DataReport, Sheet } from './dataReport';
import type { DeviceReport, MeasureProgress } from './deviceReport';

// ── the data worker, as the page sees it ─────────────────────────────────────────────────────────────────────────

/** A file with the path under which it was dropped or picked. */
export interface PathedFile {
  path: string;
  file: File;
}

export type ImportState = 'queued' | 'reading' | 'paused' | 'done' | 'refused' | 'ignored' | 'duplicate';

/** One line of the import list; sent again whenever it changes (at most ten times a second). */
export interface ImportEntry {
  /** Names the line within its import; paths may come twice. */
  number: number;
  /** Path of the file, or of the folder of an image episode. */
  path: string;
  state: ImportState;
  /** Size of what is to be read. */
  bytes: number;
  /** Share done in [0, 1], null where the length is not known. */
  progress: number | null;
  framesPerSecond: number | null;
  secondsLeft: number | null;
  /** What happened, in words; for refused files why and what to do. */
  sentence: string;
  episodeId: string | null;
  /** Kind of trouble of refused and halted files: `cancelled`, `full`, `truncated`, … */
  reason: string | null;
}

export interface StoredUsage {
  episodes: number;
  bytes: number;
}

/** What can be changed about an imported episode. */
export type EpisodePatch = Partial<Pick<Episode, 'name' | 'task' | 'category' | 'trim' | 'downsample' | 'segments'>>;

/** A picture of an episode; the receiver closes the bitmap. */
export interface Picture {
  bitmap: ImageBitmap;
  /** Width over height as it should be shown. */
  aspect: number;
}

export interface SamplingSummary {
  episodes: Record<Split, number>;
  /** Kept frames over all episodes after downsampling and trimming. */
  keptFrames: number;
  /** Possible pairs of the training split per window, and what was left out and why. */
  byWindow: WindowCount[];
  byCategory: { category: string; episodes: number; pairs: number }[];
  /** Share of forward samples in the stream, percent; 50 by construction for stages with both orders. */
  forwardShare: number;
  describedEpisodes: number;
  /** Sentences: what was left out and why, proposals such as a smaller downsampling. */
  notes: string[];
  /** Whether the splits are really apart. */
  checks: SplitChecks;
}

/** Trim and downsampling as they apply to one episode, for its scrubber. */
export interface EpisodeSampling {
  episode: Episode;
  split: Split;
  downsample: number;
  /** Why this factor, where it is not the recipe's. */
  downsampleReason: string | null;
  /** First and last raw frame that count. */
  trim: { start: number; end: number; automatic: boolean };
  /** Raw frame numbers of the kept frames. */
  keptFrames: number[];
  /** Spatial details of a frame in words, where known (simulator). */
  details: (string | null)[];
}

/** A sample exactly as the model sees it. */
export interface RenderedSample {
  kind: 'cot' | 'tag';
  order: 'forward' | 'reverse';
  episode: Episode;
  window: number;
  /** Raw frames shown as img1 and img2. */
  frames: [number, number];
  pictures: [Picture, Picture];
  prompt: string;
  target: string;
  answer: 'img1' | 'img2';
  /** The whole sequence; `supervised` tokens count in the loss, `role` names the special ones. */
  tokens: { text: string; supervised: boolean; role: 'text' | 'image' | 'judgement' | 'special' }[];
}

/** Two moments of an episode that a person looks at while describing them. */
export interface DescribedPair {
  episodeId: string;
  /** Earlier and later raw frame. */
  frames: [number, number];
  /** How many kept frames lie between them. */
  window: number;
  order: 'forward' | 'reverse';
}

/** A task that the simulator can draw. */
export interface SimulatorTask {
  name: string;
  category: Category;
}

export interface DataApi {
  /** Opens the episode library. Rejects with words where storage cannot be had; the simulator still works. */
  open(): Promise<StoredUsage>;
  /** Episodes of a recipe's source, or of the library. */
  episodes(source: Recipe['source']): Promise<Episode[]>;
  /** Hands over files for the next import; a thousand in one message would hold the page up for a quarter of a second. */
  offerFiles(files: PathedFile[]): Promise<void>;
  simulatorTasks(): Promise<SimulatorTask[]>;
  /**
   * Reads these files and those offered before.
   * @param isAttended a full disk pauses the import until somebody resumes it; otherwise recordings are refused
   */
  importFiles(files: PathedFile[], onEntry: (entry: ImportEntry) => void, isAttended?: boolean): Promise<ImportEntry[]>;
  cancelImport(): Promise<void>;
  /** Halts at the frames being read, without losing them; a full disk does so by itself. */
  pauseImport(): Promise<void>;
  resumeImport(): Promise<void>;
  updateEpisode(id: string, patch: EpisodePatch): Promise<Episode>;
  removeEpisodes(ids: string[]): Promise<void>;
  restoreEpisodes(ids: string[]): Promise<void>;
  /** Forgets removed episodes for good. */
  purgeEpisodes(): Promise<StoredUsage>;
  usage(): Promise<StoredUsage>;
  /** How much room the simulator's drawn pictures take that are kept for later. */
  pictureCache(): Promise<PictureCacheUsage>;
  /** Lets them take up to so many bytes on disk during this visit, where so much is free. */
  allowPictures(bytes: number): Promise<void>;
  /** Forgets them; they are drawn again when needed. Rejects with words where another tab uses them. */
  dropPictureCache(): Promise<PictureCacheUsage>;
  /** Pictures of raw frames, `size` pixels wide. */
  pictures(episodeId: string, frames: number[], size: number): Promise<Picture[]>;
  episodeSampling(episodeId: string, recipe: Recipe): Promise<EpisodeSampling>;
  samplingSummary(recipe: Recipe): Promise<SamplingSummary>;
  /** Statistics, checks, trivial judges and a contact sheet of each task. Progress in [0, 1]. */
  dataReport(recipe: Recipe, onProgress: (share: number) => void): Promise<{ report: DataReport; sheets: Sheet[] }>;
  /** Samples `position`, `position + 1`, … of a stage's stream. */
  renderedSamples(recipe: Recipe, stage: number, position: number, count: number): Promise<RenderedSample[]>;
  /**
   * The CoT sample of two moments under descriptions that need not be stored yet; null where a moment has none.
   * Rejects where the frames are not the episode's.
   */
  composedSample(recipe: Recipe, pair: DescribedPair, segments: Segment[]): Promise<RenderedSample | null>;
  /** Draws a pair for the start page and for Judge: two moments of an unseen episode. */
  examplePair(recipe: Recipe, position: number): Promise<ExamplePair>;
  /** Serves batches on this port to the GPU worker. */
  connect(port: MessagePort): Promise<void>;
}

export interface ExamplePair {
  episode: Episode;
  /** Earlier and later raw frame. */
  frames: [number, number];
  window: number;
  pictures: [Picture, Picture];
}

// ── the data worker, as the GPU worker sees it ───────────────────────────────────────────────────────────────────

/** Where one judged pair comes from; forward shows the earlier frame first. */
export interface PairNote {
  episode: string;
  template: string;
  category: string;
  window: number;
  frames: [number, number];
}

export interface TokenIds {
  img1: number;
  img2: number;
  start: number;
  end: number;
  padding: number;
  image: number;
}

/** Facts of a recipe's data that a run must remember. */
export interface DatasetFacts {
  /** Hash of episode ids, tasks and frame counts: the same data or not. */
  hash: string;
  tokenizerHash: string;
  vocabularySize: number;
  tokens: TokenIds;
  /** Tokens that stand before a judgement. */
  cue: number[];
  /** Tokens of a sequence: for tag and CoT samples, and the most a CoT answer may take. */
  lengths: { tag: number; cot: number; answer: number };
  summary: SamplingSummary;
}

export interface EvaluationSelection {
  split: 'validation' | 'test';
  /** Pairs over all windows by weight, or the same number for each window. */
  pairs: { total: number } | { perWindow: number };
  /** Which pairs of the split; all of them unless given. No pair comes twice then, so there may be fewer than asked for. */
  choice?: PairChoice;
}

/** A format of questions and answers as token ids. */
export interface FormatFacts {
  /** What stands before the token that decides. */
  cue: number[];
  /** The cue that models are trained on, where its answers mean the same; they often write it whatever they are asked. */
  alsoCue?: number[];
  /** The tokens of img1 and img2 that a forced choice compares. */
  deciding: [number, number];
  /** Most tokens an answer of a kind may take. */
  most: { tag: number; cot: number };
}

export interface BatchApi {
  facts(recipe: Recipe): Promise<DatasetFacts>;
  /** Keeps a run's data as they are until it ends (null), whatever happens to the library. */
  hold(recipe: Recipe | null): Promise<void>;
  /** The micro-batch of a stage at a step: a pure function of its arguments. */
  trainingBatch(recipe: Recipe, stage: number, step: number, micro: number): Promise<Batch>;
  /** From now on batches count on a frame store that keeps pictures, empty now; or they bring all pictures again. */
  keepPictures(kept: boolean): Promise<void>;
  /** The pairs of an evaluation in order; each is judged in both orders. None where a choice leaves none. */
  evaluationPairs(recipe: Recipe, selection: EvaluationSelection): Promise<PairNote[]>;
  /**
   * Pairs `from`…`from + count` of an evaluation, forward then reverse for each; `judgement` batches end before the
   * judgement token and mark its place, `prompt` batches end before the target.
   */
  evaluationBatch(
    recipe: Recipe,
    selection: EvaluationSelection,
    from: number,
    count: number,
    form: PromptForm,
  ): Promise<Batch>;
  wording(recipe: Recipe, format: FormatName): Promise<FormatFacts>;
  /** Two pictures [2, S, S, 3] and a task sentence, in both orders, for a model of that size. */
  judgeBatch(images: Uint8Array<ArrayBuffer>, model: Recipe['model'], task: string, form: PromptForm): Promise<Batch>;
  /** Text of each sequence of ids. */
  decode(ids: number[][]): Promise<string[]>;
  /** What each written target says. @param format in which it was asked; standard unless said */
  readAnswers(ids: number[][], format?: FormatName): Promise<ReadAnswer[]>;
  /** Token facts alone, for judging without a recipe. */
  vocabulary(): Promise<{ hash: string; size: number; tokens: TokenIds; cue: number[] }>;
}

// ── the GPU worker, as the page sees it ──────────────────────────────────────────────────────────────────────────

export interface BackendInfo {
  name: 'webgpu' | 'wasm' | 'cpu';
  /** What the status line shows: "WebGPU · Apple M2", "CPU (WebAssembly)". */
  label: string;
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
  last: { average: number; gap: number; bothRight: number } | null;
  deleted: boolean;
}

/** Which model answers: the run in training, a checkpoint, or one that comes with the studio. */
export type ModelChoice =
  | { kind: 'live' }
  | { kind: 'checkpoint'; runId: string; checkpointId: string | null }
  | { kind: 'shipped'; name: ShippedName };

/** A model that comes with the studio, as recipes name it. */
export type ShippedName = Exclude<Extract<Recipe['initial'], string>, 'random'>;

export interface Answer {
  /** `invalid` where free generation gave no readable answer. */
  answer: 'img1' | 'img2' | 'invalid';
  /** Probability of img2 against img1 at the judgement. */
  probabilitySecond: number;
  /** What the model wrote, for CoT judging; empty for tags. */
  reasoning: string;
}

export interface JudgeVerdict {
  /** Shown order, then the same pictures swapped. In both, img1 is the picture shown first. */
  shown: Answer;
  swapped: Answer;
  /** Both orders name the same picture. */
  agree: boolean;
  /** The picture (first or second as given) that is closer to completion, where both orders agree. */
  closer: 'first' | 'second' | null;
  model: { label: string; trainedOn: string };
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

export interface GpuApi {
  /**
   * Chooses and checks a backend; safe to call again with another choice while no run is on.
   * @param goesFirst later runs keep to this choice, whatever their recipes say
   * @param precision of matrix products, for this backend and later ones; 32 bits unless said
   */
  start(choice: Recipe['backend'], goesFirst?: boolean, precision?: 'f32' | 'f16'): Promise<BackendInfo>;
  /** Most threads of the wasm backend when it starts next, so that two runs side by side do not fight. */
  limitThreads(most: number): Promise<void>;
  connect(port: MessagePort): Promise<void>;
  /** Starts a new run and resolves with its id once it is under way; events follow until it ends. */
  train(recipe: Recipe, name: string, onEvent: (event: RunEvent) => void): Promise<string>;
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
  judge(request: JudgeRequest): Promise<JudgeVerdict>;
  /** Evaluates a checkpoint on a split, in both orders. Progress in [0, 1]. */
  evaluate(
    model: ModelChoice,
    recipe: Recipe,
    split: 'validation' | 'test',
    onProgress: (share: number) => void,
  ): Promise<EvaluationReport>;
  /**
   * Puts questions of evaluation/questions.ts to a model, by name, on pairs of the test split that it never saw; reports come
   * in their order, without those that the recipe has no pairs for. `turnable` and `counter-task` asked together are crossed.
   * The model in training answers as it is when asked. Progress in [0, 1]. Rejects where a name is not a question's.
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
  runs(): Promise<RunInfo[]>;
  metrics(runId: string): Promise<{ rows: MetricsRow[]; validation: ValidationRow[] }>;
  report(runId: string): Promise<RunReport | null>;
  renameRun(runId: string, name: string): Promise<void>;
  pinCheckpoint(runId: string, checkpointId: string, pinned: boolean): Promise<void>;
  deleteRuns(runIds: string[]): Promise<void>;
  restoreRuns(runIds: string[]): Promise<void>;
  /** Forgets for good what was deleted more than a week ago. */
  purgeRuns(): Promise<void>;
  exportCheckpoint(runId: string, checkpointId: string | null): Promise<{ fileName: string; bytes: ArrayBuffer }>;
  /** Rejects with a sentence and changes nothing where the file is not a checkpoint of ours. */
  importCheckpoint(fileName: string, bytes: ArrayBuffer): Promise<RunInfo>;
  storageUsage(): Promise<{ runs: number; bytes: number; quota: number | null; persisted: boolean }>;
}
