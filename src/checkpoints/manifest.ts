// What is known of a checkpoint beside its numbers. A checkpoint exists when its manifest does: the chunks are written
// before it, and everything needed to resume bit for bit, or to refuse to, is in here.

import * as v from 'valibot';
import * as m from '../words/messages';
import { problemOf } from '../base/problems';

export const MANIFEST_FORMAT = 1;
export const PARTS = ['parameters', 'moment1', 'moment2'] as const;
export type PartName = (typeof PARTS)[number];

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Part of storage keys and lock names, so without separators. */
const Id = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, () => m.engine_id_form()),
);
const Text = v.pipe(v.string(), v.maxLength(1000));
const Json = v.pipe(
  v.unknown(),
  v.check(
    (value) => isJson(value, 64),
    () => m.engine_must_be_json(),
  ),
);

const Parameter = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  shape: v.pipe(v.array(Count), v.maxLength(8)),
});

const Chunk = v.strictObject({
  key: v.string(),
  bytes: Count,
  /** Lower-case hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** What the trainer says about a checkpoint when it saves one. */
const described = {
  /** Name of the stage boundary (`bias`, `cot`, `tag`, …); null between boundaries. Named checkpoints are kept. */
  name: v.nullable(Text),
  /** Optimiser steps since the beginning of the run, over all stages. */
  step: Count,
  /** Index into the recipe's list of stages. */
  stage: Count,
  stepInStage: Count,
  /** Samples drawn so far in this stage: where the data goes on. */
  dataPosition: Count,
  /** ISO 8601, of the caller's clock. For people only; nothing is ordered by it. */
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /**
   * Id of the checkpoint this one was trained on from. The trainer gives null and the store writes the run's latest;
   * null in a stored manifest is a cold start.
   */
  parent: v.nullable(Text),
  /** Kept as given; the recipe's own schema reads it. */
  recipe: Json,
  /** Hash of the tokenizer file, as text. */
  tokenizerHash: Text,
  modelConfig: Json,
  /** Names and shapes in the order in which the flat parts hold them. */
  parameters: v.pipe(
    v.array(Parameter),
    v.minLength(1),
    v.maxLength(9_000),
    v.check(
      (table) => new Set(table.map(({ name }) => name)).size === table.length,
      () => m.engine_parameter_twice(),
    ),
  ),
  /** Bit-exact resume is promised only where all three are equal. */
  fingerprint: v.strictObject({ backend: Text, adapter: Text, browser: Text }),
  /** Whatever else the trainer needs to go on (loss scale, …); null where nothing. */
  trainerState: Json,
  /** Loss on a fixed probe batch, for comparison after loading; null if none was computed. */
  probeLoss: v.nullable(v.number()),
  reason: v.picklist(['interval', 'stage', 'hide', 'stop', 'user', 'import']),
  /** Percentages but for the loss; null where nothing was evaluated at this step. */
  metrics: v.nullable(
    v.strictObject({
      loss: v.nullable(v.number()),
      average: v.nullable(v.number()),
      gap: v.nullable(v.number()),
      bothRight: v.nullable(v.number()),
    }),
  ),
  pinned: v.boolean(),
};

/** What the store adds when it commits. */
const committed = {
  format: v.literal(MANIFEST_FORMAT),
  runId: Id,
  id: Id,
  /** 1, 2, 3, … in the order of commits within the run. */
  sequence: Count,
  /** Rows of metrics that belong to this checkpoint and those before it. */
  metricsWatermark: Count,
};

const Chunks = v.array(Chunk);
const Description = v.strictObject(described);
const Manifest = v.strictObject({
  ...committed,
  ...described,
  chunks: v.strictObject({ parameters: Chunks, moment1: v.optional(Chunks), moment2: v.optional(Chunks) }),
});
/** In a file the numbers follow the manifest, so that it names no chunks. */
const Exported = v.strictObject({ ...committed, ...described });

export type CheckpointDescription = v.InferOutput<typeof Description>;
export type CheckpointManifest = v.InferOutput<typeof Manifest>;
export type ExportedManifest = v.InferOutput<typeof Exported>;
export type ParameterEntry = v.InferOutput<typeof Parameter>;
export type ChunkEntry = v.InferOutput<typeof Chunk>;

export type Reading<T> = { ok: true; value: T } | { ok: false; reason: string };

export const readDescription = (value: unknown): Reading<CheckpointDescription> => read(Description, value);
export const readExported = (value: unknown): Reading<ExportedManifest> => readVersioned(Exported, value);
export const readManifest = (value: unknown): Reading<CheckpointManifest> => readVersioned(Manifest, value);

/** The part of a manifest that is the trainer's, without what the store added. */
export function describe(manifest: ExportedManifest): CheckpointDescription {
  return v.parse(v.object(described), manifest);
}

export function isId(text: string): boolean {
  return v.is(Id, text);
}

/** Numbers in a flat part: the product of each shape, summed. Infinity-safe: absurd shapes give an unsafe integer. */
export function countParameters(table: readonly ParameterEntry[]): number {
  return table.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

function readVersioned<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Reading<T> {
  const version = v.safeParse(v.object({ format: v.number() }), value);
  if (version.success && version.output.format > MANIFEST_FORMAT) {
    return { ok: false, reason: m.engine_newer_version() };
  }
  return read(schema, value);
}

function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Reading<T> {
  const result = v.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? m.engine_description_top();
  return { ok: false, reason: m.engine_description_invalid({ where, what: problemOf(issue) }) };
}

function isJson(value: unknown, depth: number): boolean {
  if (depth === 0) return false;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  return Object.values(value).every((item) => isJson(item, depth - 1));
}
