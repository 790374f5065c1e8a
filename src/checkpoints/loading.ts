// Reading a checkpoint back and believing it only if it is whole: every chunk there, of its length and with its hash.
// Where the latest is not, the run goes on from the newest good one before it, and says so.

import { join, verify } from './chunks';
import { PARTS, readManifest } from './manifest';
import { StorageProblem } from './problem';
import { manifestsOf, runOf } from './runRecords';
import type { StoragePort } from './storage';
import type { LoadedCheckpoint } from './store';
import * as m from '../words/messages';

type Whole = Omit<LoadedCheckpoint, 'note'>;

/** Contract: `load` of CheckpointStore. */
export async function loadCheckpoint(
  storage: StoragePort,
  runId: string,
  checkpointId?: string,
): Promise<LoadedCheckpoint> {
  const { latest, known } = await storage.transact(['runs', 'manifests'], 'read', async (t) => ({
    latest: (await runOf(t, runId)).latest,
    known: (await manifestsOf(t, runId)).sort((a, b) => b.sequence - a.sequence),
  }));
  const candidates: string[] = [];
  if (checkpointId !== undefined) candidates.push(checkpointId);
  else {
    const byId = new Map(known.map((manifest) => [manifest.id, manifest]));
    if (latest !== null) candidates.push(latest);
    // First along the run's own past: after a rewind the next older save may be of a past that was given up.
    let parent = byId.get(byId.get(latest ?? '')?.parent ?? '');
    while (parent !== undefined && !candidates.includes(parent.id)) {
      candidates.push(parent.id);
      parent = byId.get(parent.parent ?? '');
    }
    const last = byId.get(latest ?? '')?.sequence ?? Infinity;
    candidates.push(...known.filter(({ sequence }) => sequence < last).map(({ id }) => id));
  }
  const damaged: string[] = [];
  for (const id of new Set(candidates)) {
    const whole = await loadWhole(storage, runId, id);
    if (typeof whole === 'string') {
      damaged.push(whole);
      continue;
    }
    const { step } = whole.manifest;
    const note = damaged.length === 0 ? null : m.engine_checkpoint_one_before({ damaged: damaged.join(' '), step });
    return { ...whole, note };
  }
  if (damaged.length === 0) {
    throw new StorageProblem('NoCheckpoint', m.engine_checkpoint_none_yet());
  }
  throw new StorageProblem('DamagedCheckpoint', m.engine_checkpoint_choose_another({ damaged: damaged.join(' ') }));
}

/** A sentence where the checkpoint is not whole. */
async function loadWhole(storage: StoragePort, runId: string, id: string): Promise<Whole | string> {
  const read = await storage.transact(['manifests', 'chunks'], 'read', async (t) => {
    const manifest = readManifest(await t.get('manifests', `${runId}/${id}`));
    if (!manifest.ok) return m.engine_checkpoint_unreadable({ id, reason: manifest.reason });
    const { step, chunks } = manifest.value;
    const found: Partial<LoadedCheckpoint['parts']> = {};
    for (const name of PARTS) {
      const entries = chunks[name];
      if (entries === undefined) continue;
      const part = await join(entries, (key) => t.get('chunks', key));
      if (part === null) return m.engine_checkpoint_incomplete({ step });
      found[name] = part;
    }
    const { parameters } = found;
    if (parameters === undefined) return m.engine_checkpoint_no_weights({ step });
    return { manifest: manifest.value, parts: { ...found, parameters } };
  });
  if (typeof read === 'string') return read;
  for (const name of PARTS) {
    const part = read.parts[name];
    if (part !== undefined && !(await verify(part, read.manifest.chunks[name] ?? []))) {
      return m.engine_checkpoint_altered({ step: read.manifest.step });
    }
  }
  return read;
}
