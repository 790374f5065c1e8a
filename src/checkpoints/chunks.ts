// Parts of a checkpoint as chunks: cut, hashed and put together again. Chunks are at most 4 MB, because larger values
// fail to read back in some browsers and smaller ones cost up to 64 % more time. Bytes are little-endian, as on every
// machine that runs a browser and as safetensors wants them.

import type { CheckpointManifest, ChunkEntry } from './manifest';
import { PARTS } from './manifest';
import type { StoragePort } from './storage';
import type { CheckpointParts } from './store';

export const CHUNK_BYTES = 4 << 20;

/** SHA-256 in lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Views of at most CHUNK_BYTES over a part, in order; at least one, so that an empty part is still checked. */
function cut(part: Float32Array): Float32Array[] {
  const items = CHUNK_BYTES / 4;
  const pieces: Float32Array[] = [];
  for (let begin = 0; begin === 0 || begin < part.length; begin += items) {
    pieces.push(part.subarray(begin, begin + items));
  }
  return pieces;
}

export function isFinitePart(part: Float32Array): boolean {
  // Reading the bits is several times faster than Number.isFinite on each value.
  const bits = new Uint32Array(part.buffer, part.byteOffset, part.length);
  for (let i = 0; i < bits.length; i++) {
    if (((bits[i] as number) & 0x7f800000) === 0x7f800000) return false;
  }
  return true;
}

/** Writes every part, a transaction a chunk, under keys that begin with `prefix`. Returns the manifest's list of them. */
export async function writeParts(
  storage: StoragePort,
  prefix: string,
  parts: CheckpointParts,
): Promise<CheckpointManifest['chunks']> {
  const chunks: CheckpointManifest['chunks'] = { parameters: [] };
  for (const name of PARTS) {
    const part = parts[name];
    if (part === undefined) continue;
    const entries: ChunkEntry[] = (chunks[name] = []);
    for (const [i, piece] of cut(part).entries()) {
      // Hash and storage see the same copy, whatever happens to the original meanwhile.
      const copy = piece.slice();
      const key = `${prefix}/${name}/${String(i).padStart(5, '0')}`;
      const hash = await sha256(new Uint8Array(copy.buffer));
      await storage.transact(['chunks'], 'relaxed', (t) => t.add('chunks', key, copy.buffer));
      entries.push({ key, bytes: copy.byteLength, sha256: hash });
    }
  }
  return chunks;
}

/**
 * Copies stored chunks into one part.
 * @param get reads the stored value of a key, inside the transaction that also read the manifest.
 * @returns null if a chunk is missing or has another length than the manifest says.
 */
export async function join(
  entries: readonly ChunkEntry[],
  get: (key: string) => Promise<unknown>,
): Promise<Float32Array<ArrayBuffer> | null> {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total % 4 !== 0) return null;
  const part = new Uint8Array(total);
  let offset = 0;
  for (const { key, bytes } of entries) {
    const value = await get(key);
    if (!(value instanceof ArrayBuffer) || value.byteLength !== bytes) return null;
    part.set(new Uint8Array(value), offset);
    offset += bytes;
  }
  return new Float32Array(part.buffer);
}

/** True if every stretch of the part has the hash of its chunk. */
export async function verify(part: Float32Array<ArrayBuffer>, entries: readonly ChunkEntry[]): Promise<boolean> {
  let offset = 0;
  for (const { bytes, sha256: expected } of entries) {
    if ((await sha256(new Uint8Array(part.buffer, part.byteOffset + offset, bytes))) !== expected) return false;
    offset += bytes;
  }
  return offset === part.byteLength;
}
