// Reads an exported checkpoint back. Everything is checked before anything is written: a wrong, cut-off, damaged or
// hostile file ends in a sentence and the store is as before.

import { isFinitePart } from './chunks';
import { MANIFEST_KEY, MOMENT_TENSORS, SEAL_KEY, sealOf } from './exportFile';
import type { ExportedManifest, PartName } from './manifest';
import { countParameters, describe, PARTS, readExported } from './manifest';
import { BadFile } from './problem';
import { parseSafetensors, toFloat32 } from './safetensors';
import type { CheckpointStore, LoadedCheckpoint, NewRun, RunRecord } from './store';
import * as m from '../words/messages';

export interface ImportedFile {
  manifest: ExportedManifest;
  parts: LoadedCheckpoint['parts'];
}

/**
 * Reads and checks a file.
 * @throws {BadFile} with a sentence.
 */
export async function readCheckpointFile(file: Uint8Array<ArrayBuffer>): Promise<ImportedFile> {
  const { metadata, tensors } = parseSafetensors(file);
  const text = metadata.get(MANIFEST_KEY);
  if (text === undefined) {
    throw new BadFile(m.engine_file_not_ours());
  }
  if (metadata.get(SEAL_KEY) !== (await sealOf(file))) {
    throw new BadFile(m.engine_file_changed());
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadFile(m.engine_file_description_no_json());
  }
  const reading = readExported(json);
  if (!reading.ok) throw new BadFile(m.engine_file_unusable({ reason: reading.reason }));
  const manifest = reading.value;

  const left = new Map(tensors);
  const take = (name: string, shape: readonly number[]): Float32Array<ArrayBuffer> => {
    const tensor = left.get(name);
    left.delete(name);
    if (tensor === undefined) throw new BadFile(m.engine_file_tensor_missing({ name }));
    if (tensor.dtype !== 'F32' || tensor.shape.join() !== shape.join()) {
      throw new BadFile(m.engine_file_tensor_other({ name }));
    }
    return toFloat32(tensor);
  };

  const total = countParameters(manifest.parameters);
  if (!Number.isSafeInteger(total) || total * 4 > file.length) {
    throw new BadFile(m.engine_file_too_few_weights());
  }
  const parameters = new Float32Array(total);
  let offset = 0;
  for (const { name, shape } of manifest.parameters) {
    const data = take(name, shape);
    parameters.set(data, offset);
    offset += data.length;
  }
  const parts: ImportedFile['parts'] = { parameters };
  for (const name of PARTS) {
    if (name === 'parameters' || !left.has(MOMENT_TENSORS[name])) continue;
    parts[name] = take(MOMENT_TENSORS[name], [total]);
  }
  for (const name of left.keys()) throw new BadFile(m.engine_file_tensor_unknown({ name: name.slice(0, 80) }));
  checkNumbers(parts);
  return { manifest, parts };
}

/**
 * Imports a file as a new run with one checkpoint, which keeps its step and its recipe.
 * @param run the recipe is taken from the file.
 * @param accept looks at the description before anything is written, and throws where it cannot be used.
 * @throws {BadFile} for the file, {StorageProblem} for the store; in both cases no run is left behind.
 */
export async function importCheckpoint(
  store: CheckpointStore,
  file: Uint8Array<ArrayBuffer>,
  run: Omit<NewRun, 'recipe'>,
  accept: (manifest: ExportedManifest) => void = () => undefined,
): Promise<RunRecord> {
  const { manifest, parts } = await readCheckpointFile(file);
  accept(manifest);
  const record = await store.createRun({ ...run, recipe: manifest.recipe });
  try {
    const parent = `${manifest.runId}/${manifest.id}`;
    await store.save(run.id, { manifest: { ...describe(manifest), reason: 'import', parent }, parts });
  } catch (error) {
    await store.purgeRun(run.id);
    throw error;
  }
  await store.closeRun(run.id);
  return record;
}

function checkNumbers(parts: Partial<Record<PartName, Float32Array>>): void {
  for (const part of Object.values(parts)) {
    if (!isFinitePart(part)) throw new BadFile(m.engine_file_not_finite());
  }
}
