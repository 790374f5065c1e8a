// What the studio keeps of a run beside its weights, and how stored records become the lists that people see.
import * as v from 'valibot';
import { countParameters, type CheckpointManifest, type ExportedManifest } from '../checkpoints/manifest';
import type { RunRecord } from '../checkpoints/store';
import type { Headline } from '../evaluation/headline';
import type { EvaluationReport } from '../evaluation/report';
import { modelConfig, type ModelConfig } from '../model/config';
import { parameterTable } from '../model/parameters';
import { parseRecipe, totalSteps, type Recipe } from '../training/recipe';
import type { TokenIds } from './batchApi';
import type { BackendInfo, CheckpointInfo, RunInfo, RunState } from './gpuApi';
import * as m from '../words/messages';

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
  /** Stage whose measurement is still owed: it was saved, but cut off before it was measured. */
  pending: number | null;
  /** Hash of the data the run is trained on. */
  dataHash: string;
}

export const emptyLog = (dataHash: string): TrainerState => ({ stages: [], evaluations: [], pending: null, dataHash });

const trainerState = v.object({
  stages: v.array(
    v.object({
      name: v.string(),
      steps: v.number(),
      samples: v.number(),
      seconds: v.number(),
      finalLoss: v.nullable(v.number()),
    }),
  ),
  evaluations: v.array(v.looseObject({ after: v.string(), step: v.number() })),
  pending: v.nullable(v.number()),
  dataHash: v.string(),
});

/** Reads what a checkpoint says of its run so far. @throws Error in words where it cannot be read */
export function readTrainerState(value: unknown): TrainerState {
  if (!v.is(trainerState, value)) throw new Error(m.engine_state_unreadable());
  return value as unknown as TrainerState;
}

/**
 * Checks that a checkpoint of an imported file is one that this studio can judge and resume.
 * @throws Error in words
 */
export function acceptManifest(
  manifest: ExportedManifest,
  vocabulary: { hash: string; size: number; tokens: TokenIds },
) {
  const recipe = parseRecipe(manifest.recipe);
  readTrainerState(manifest.trainerState);
  if (manifest.tokenizerHash !== vocabulary.hash) {
    throw new Error(m.engine_model_other_tokenizer());
  }
  const config = modelConfig(recipe.model, vocabulary.size, vocabulary.tokens, recipe.head);
  // In any order: the weights are put in place by their names.
  const named = (parameters: readonly { name: string; shape: readonly number[] }[]) =>
    JSON.stringify(parameters.map(({ name, shape }) => `${name} ${shape.join()}`).sort());
  if (
    named(parameterTable(config).parameters) !== named(manifest.parameters) ||
    !sameConfig(config, manifest.modelConfig)
  ) {
    throw new Error(m.engine_weights_not_of_recipe());
  }
}

function sameConfig(config: ModelConfig, other: unknown): boolean {
  const sorted = (value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;
  return JSON.stringify(sorted(config)) === JSON.stringify(sorted(other));
}

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
  lacksData?: boolean;
  headline?: Headline | null;
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
    state: liveState ?? summary?.state ?? stateOf(newest, recipe),
    step: newest?.step ?? 0,
    totalSteps: totalSteps(recipe),
    createdAt: Date.parse(record.createdAt),
    updatedAt: Date.parse(newest?.createdAt ?? record.createdAt),
    backend: summary?.backend ?? newest?.fingerprint.backend ?? '',
    parameters: summary?.parameters ?? (newest ? countParameters(newest.parameters) : 0),
    bytes: manifests.reduce((sum, m) => sum + checkpointInfo(m, recipe).bytes, 0),
    checkpoints: manifests.map((m) => checkpointInfo(m, recipe)),
    headline: summary?.headline ?? null,
    lacksData: summary?.state === 'failed' && summary.lacksData === true,
    pinned: record.pinned === true,
    elsewhere: false,
    deletedAt: record.deletedAt === null ? null : Date.parse(record.deletedAt),
    imported: imported(newest),
  };
}

/** Of a run without a summary: taken in from a file, or cut off before its training began, which writes one first. */
function stateOf(newest: CheckpointManifest | undefined, recipe: Recipe): RunState {
  if (!newest || !imported(newest)) return 'preparing';
  return newest.step >= totalSteps(recipe) ? 'finished' : 'stopped';
}

const imported = (newest: CheckpointManifest | undefined) => newest?.reason === 'import';
