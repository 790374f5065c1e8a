// What the rest of the studio knows of run storage. Runs hold checkpoints, metrics and a report. A run is created or
// opened before it is written to; whoever opened it holds its lock, and only the newest opener can commit.

import type { CheckpointDescription, CheckpointManifest, ExportedManifest, PartName } from './manifest';

export interface RunRecord {
  id: string;
  /** Shown to people. */
  name: string;
  /** ISO 8601. */
  createdAt: string;
  /** JSON, kept as given. */
  recipe: unknown;
  /** Checkpoint the run goes on from. */
  latest: string | null;
  /** Commits so far. */
  sequence: number;
  /** Fencing: raised by every opening, checked inside every write. */
  epoch: number;
  /** Rows of metrics covered by `latest`. */
  metricsWatermark: number;
  /** ISO 8601; set while the run is in the bin. */
  deletedAt: string | null;
  /** JSON of the trainer's for the list of runs (state, total steps, …); null at first. */
  summary: unknown;
  /** Comes from a file and is not whole yet, or is a trial: nobody sees it, and what is left of it is swept. */
  arriving?: true;
  /** Not removed to make room, not even from the bin. */
  pinned?: true;
}

export type NewRun = Pick<RunRecord, 'id' | 'name' | 'createdAt' | 'recipe' | 'arriving'>;

/** A run as another studio knew it. */
export type ArrivingRun = NewRun & Pick<RunRecord, 'latest' | 'summary' | 'pinned'>;

/** Flat f32 arrays in the order of the parameter table; both moments are as long as the parameters, or absent. */
export type CheckpointParts = { parameters: Float32Array } & Partial<Record<PartName, Float32Array>>;

export interface Snapshot {
  manifest: CheckpointDescription;
  /** Must not change until `save` settles. */
  parts: CheckpointParts;
}

export interface LoadedCheckpoint {
  manifest: CheckpointManifest;
  parts: { parameters: Float32Array<ArrayBuffer> } & Partial<Record<PartName, Float32Array<ArrayBuffer>>>;
  /** A sentence for people where an older checkpoint had to stand in; else null. */
  note: string | null;
}

/** One row of the run's curves; plain JSON. */
export type MetricRow = Readonly<Record<string, unknown>>;

export interface OpenOptions {
  /** Take the run from the tab that holds it. That tab's next write fails with `RunTaken`. */
  takeOver?: boolean;
  /** Called if another tab takes the run from this one. */
  onLost?: () => void;
}

export interface RunUsage {
  runId: string;
  checkpoints: number;
  /** Bytes of chunks. */
  bytes: number;
}

export interface StorageUsage {
  /** What the browser says of the whole origin, bytes; null where it does not say. Not a promise of room. */
  used: number | null;
  quota: number | null;
  /** Whether the browser promised not to evict this storage on its own. */
  persisted: boolean;
  runs: RunUsage[];
}

/** All methods reject with a StorageProblem: `RunMissing` for unknown ids, and those named at each. */
export interface CheckpointStore {
  /** Creates and opens a run. `RunExists` for an id that is taken: a run is never overwritten. */
  createRun(run: NewRun, options?: OpenOptions): Promise<RunRecord>;
  /**
   * Opens a run for writing; rows of metrics after its latest checkpoint are dropped, as the run goes on from there.
   * `RunBusy` if another tab has it.
   */
  openRun(runId: string, options?: OpenOptions): Promise<RunRecord>;
  /** Gives the run's lock back, after the writes under way. */
  closeRun(runId: string): Promise<void>;

  /**
   * Writes a checkpoint; when this resolves it is committed. Saves of one run happen one after the other.
   * `BadSnapshot` for values that are not finite or do not fit the parameter table; `StorageFull` if there is no room
   * even after old checkpoints were dropped; `RunTaken` if another tab took the run over. Earlier checkpoints stay.
   */
  save(runId: string, snapshot: Snapshot): Promise<CheckpointManifest>;
  /**
   * Reads and verifies a checkpoint: the one asked for, or the run's latest. Where the latest is damaged the newest
   * good one before it comes with a note. `NoCheckpoint` if nothing was saved, `DamagedCheckpoint` if nothing is whole.
   */
  load(runId: string, checkpointId?: string): Promise<LoadedCheckpoint>;
  /** Loads, and rewinds the run to it: rows of metrics after it are dropped, and the run goes on from there. */
  resume(runId: string, checkpointId?: string): Promise<LoadedCheckpoint>;
  /** Newest first. Unreadable manifests are left out. */
  list(runId: string): Promise<CheckpointManifest[]>;
  /** Keeps a checkpoint until it is unpinned and the next save tidies up. */
  pin(runId: string, checkpointId: string, pinned: boolean): Promise<void>;

  /** Newest first by `createdAt`. */
  runs(options?: { deleted?: boolean }): Promise<RunRecord[]>;
  rename(runId: string, name: string): Promise<void>;
  pinRun(runId: string, pinned: boolean): Promise<void>;
  /** Runs that another tab has open, by id. */
  elsewhere(): Promise<ReadonlySet<string>>;
  /** Moves a run to the bin. `RunBusy` if another tab has it open. */
  deleteRun(runId: string, deletedAt: string): Promise<void>;
  restoreRun(runId: string): Promise<void>;
  /** Removes a run and all that belongs to it for good. */
  purgeRun(runId: string): Promise<void>;

  /**
   * Takes in a run with its curves and report, unseen until `finishArrivals`; its checkpoints follow. `RunExists` for an id
   * that is taken, also by a run in the bin.
   */
  beginArrival(run: ArrivingRun, rows: readonly MetricRow[], report: unknown): Promise<void>;
  /** Adds a checkpoint under its own id. BadFile if it is another run's, `BadSnapshot`, `StorageFull`. */
  addToArrival(runId: string, manifest: ExportedManifest, parts: CheckpointParts): Promise<void>;
  /** Shows all of them in one transaction. */
  finishArrivals(runIds: readonly string[]): Promise<void>;
  /** Removes runs that were to arrive; others are left alone. */
  dropArrivals(runIds: readonly string[]): Promise<void>;

  appendMetrics(runId: string, rows: readonly MetricRow[]): Promise<void>;
  /** @param upTo number of rows, for example a manifest's `metricsWatermark`; all by default. */
  metrics(runId: string, upTo?: number): Promise<MetricRow[]>;
  /** JSON; null if there is none. */
  report(runId: string): Promise<unknown>;
  putReport(runId: string, report: unknown): Promise<void>;
  /** Replaces the run record's `summary`; JSON. */
  putSummary(runId: string, summary: unknown): Promise<void>;

  usage(): Promise<StorageUsage>;
  /** Drops chunks without a manifest, left by saves that were cut off. Runs in use are passed over. Counts chunks. */
  sweep(): Promise<number>;
  /** Gives back every lock and the connection. */
  close(): Promise<void>;
}
