// The models that come with the studio: the biased backbone, the one after its CoT stage, the one after tags, the guard, the coach.
// Fetched once each, so that judging works when the network is gone.
import { readCheckpointFile } from '../checkpoints/importFile';
import type { ShippedName } from './gpuApi';
import { shippedCalled } from './modelNames';
import { pageBase } from './pageBase';
import * as m from '../words/messages';

const fetched = new Map<ShippedName, Promise<Uint8Array<ArrayBuffer>>>();

/** The file of a shipped checkpoint. @throws Error in words where it cannot be had */
export function shippedFile(name: ShippedName): Promise<Uint8Array<ArrayBuffer>> {
  let file = fetched.get(name);
  if (!file) {
    file = fetchShipped(name);
    file.catch(() => fetched.delete(name));
    fetched.set(name, file);
  }
  return file;
}

async function fetchShipped(name: ShippedName): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`models/${name}.safetensors`, pageBase()));
  // A server that answers every address with the page would otherwise look like a damaged file.
  if (response.status === 404 || response.headers.get('content-type')?.includes('text/html')) {
    throw new Error(m.engine_shipped_missing({ called: shippedCalled(name) }));
  }
  if (!response.ok) {
    throw new Error(m.engine_shipped_unloaded({ called: shippedCalled(name), status: response.status }));
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** A checkpoint that comes with the studio. @throws Error where the file is missing or damaged */
export async function shippedCheckpoint(name: ShippedName) {
  return readCheckpointFile(await shippedFile(name));
}
