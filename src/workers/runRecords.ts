// What the studio keeps of a run beside its weights, and how stored records become the lists that people see.
import { countParameters, type CheckpointManifest } from '../checkpoints/manifest';
import type { RunRecord } from '../checkpoints/store';
import type { EvaluationReport } from '../evaluation/report';
import { totalSteps, type Recipe } from '../training/recipe';
import type { BackendInfo, CheckpointInfo, MetricsRow, RunInfo, RunState, ValidationRow } from './api';

export interface StageLog {
  name: string;
  steps: number;
  samples: number;
  /** Time spent in steps, without evaluations and pauses. */
  seconds: number;
  finalLoss: number | null;
}

/** Travels in every checkpoint. */
export interface TrainerState {
  stages: StageLog[];
  evaluations: EvaluationReport[];
}

export const emptyLog = (): TrainerState => ({ stages: [], evaluations: [] });

export function fingerprintOf(backend: BackendInfo) {
  const { adapter } = backend;
  return {
    backend: backend.name,
    adapter:
      adapter && backend.name === 'webgpu' ? `${adapter.vendor} ${adapter.architecture} ${adapter.description}` : '',
    browser: navigator.userAgent,
  };
}

export function checkpointInfo(manifest: CheckpointManifest, recipe: Recipe): CheckpointInfo {
  const chunks = Object.values(manifest.chunks).flat();
  const stage = recipe.stages[Math.min(manifest.stage, recipe.stages.length - 1)];
  return {
    id: manifest.id,
    runId: manifest.runId,
    name: manifest.name,
    step: manifest.step,
    stage: manifest.name ?? stage?.name ?? '',
    savedAt: Date.parse(manifest.createdAt),
    bytes: chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
    average: manifest.metrics?.average ?? null,
    gap: manifest.metrics?.gap ?? null,
    pinned: manifest.pinned,
  };
}

interface StoredSummary {
  state: RunState;
  step: number;
  updatedAt: string;
  backend: string;
  parameters: number;
  last: RunInfo['last'];
}

/** @param liveState state of the run if it is under way in this tab, else null */
export function runInfo(record: RunRecord, manifests: CheckpointManifest[], liveState: RunState | null): RunInfo {
  const recipe = record.recipe as Recipe;
  const summary = record.summary as StoredSummary | null;
  const newest = manifests[0];
  return {
    id: record.id,
    name: record.name,
    recipe,
    // A stored state of training without a live session tells of a run that was cut off.
    state: liveState ?? summary?.state ?? (imported(newest) ? 'stopped' : 'preparing'),
    step: newest?.step ?? 0,
    totalSteps: totalSteps(recipe),
    createdAt: Date.parse(record.createdAt),
    updatedAt: Date.parse(newest?.createdAt ?? record.createdAt),
    backend: summary?.backend ?? newest?.fingerprint.backend ?? '',
    parameters: summary?.parameters ?? (newest ? countParameters(newest.parameters) : 0),
    bytes: manifests.reduce((sum, m) => sum + checkpointInfo(m, recipe).bytes, 0),
    checkpoints: manifests.map((m) => checkpointInfo(m, recipe)),
    last: summary?.last ?? null,
    deleted: record.deletedAt !== null,
  };
}

const imported = (newest: CheckpointManifest | undefined) => newest?.reason === 'import';

/** Splits stored metric rows into the two kinds written by a session. */
export function splitRows(rows: readonly Readonly<Record<string, unknown>>[]): {
  rows: MetricsRow[];
  validation: ValidationRow[];
} {
  const of = (kind: string) => rows.filter((row) => row['kind'] === kind);
  return { rows: of('step') as unknown as MetricsRow[], validation: of('validation') as unknown as ValidationRow[] };
}
