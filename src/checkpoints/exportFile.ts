// A checkpoint as one .safetensors file: the weights under their Hugging Face names, so that transformers reads them,
// the moments as two flat tensors, and the manifest as text in the metadata. A seal over all of it tells a damaged file
// from a whole one, which the format alone cannot: a flipped bit in a weight is a valid weight.

import { sha256 } from './chunks';
import type { CheckpointManifest, ExportedManifest, PartName } from './manifest';
import { PARTS } from './manifest';
import type { NamedTensor } from './safetensors';
import { parseSafetensors, writeSafetensors } from './safetensors';
import type { CheckpointParts } from './store';

export const MANIFEST_KEY = 'palindrome';
export const SEAL_KEY = 'palindrome.sha256';
export const MOMENT_TENSORS = { moment1: 'optimizer.moment1', moment2: 'optimizer.moment2' } as const satisfies Partial<
  Record<PartName, string>
>;

export interface ExportOptions {
  /** Adds the moments, which a resumed run needs; they triple the file. Default true, where there are any. */
  optimizer?: boolean;
}

/**
 * The bytes of the file.
 * @param parts as loaded with the manifest: flat, in the order of its parameter table.
 */
export async function exportCheckpoint(
  manifest: CheckpointManifest | ExportedManifest,
  parts: CheckpointParts,
  { optimizer = true }: ExportOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors: NamedTensor[] = [];
  let offset = 0;
  for (const { name, shape } of manifest.parameters) {
    const end = offset + shape.reduce((product, size) => product * size, 1);
    tensors.push({ name, shape, data: parts.parameters.subarray(offset, end) });
    offset = end;
  }
  for (const name of PARTS) {
    const moment = parts[name];
    if (name === 'parameters' || !optimizer || moment === undefined) continue;
    tensors.push({ name: MOMENT_TENSORS[name], shape: [moment.length], data: moment });
  }

  // The keys of chunks mean nothing outside the store that holds them.
  const told: Partial<CheckpointManifest> = { ...manifest };
  delete told.chunks;
  const text = JSON.stringify(told);
  const unsealed = writeSafetensors(tensors, { [MANIFEST_KEY]: text });
  return writeSafetensors(tensors, { [MANIFEST_KEY]: text, [SEAL_KEY]: await sealOf(unsealed) });
}

/** SHA-256 over the hashes of the manifest's text, the tensor table and the data. */
export async function sealOf(file: Uint8Array<ArrayBuffer>): Promise<string> {
  const { metadata, tensors, data } = parseSafetensors(file);
  const table = Array.from(tensors, ([name, { dtype, shape }]) => [name, dtype, shape]);
  const texts = [metadata.get(MANIFEST_KEY) ?? '', JSON.stringify(table)];
  const hashes = await Promise.all([...texts.map((text) => sha256(new TextEncoder().encode(text))), sha256(data)]);
  return sha256(new TextEncoder().encode(hashes.join('\n')));
}
