// Removing what is not needed any more. Both ways look at the manifests in the very transaction that deletes, and both
// respect the epoch, so that nothing committed and nothing of another tab's save under way is ever lost.

import { keptCheckpoints } from './retention';
import { checkpointOf, epochOf, fencedRun, manifestsOf } from './runRecords';
import type { StoragePort } from './storage';

/** Manifest and chunks of a checkpoint go in one transaction, so that no half of it is ever seen. */
export function dropOld(storage: StoragePort, runId: string, epoch: number, recent: number): Promise<void> {
  return storage.transact(['runs', 'manifests', 'chunks'], 'relaxed', async (t) => {
    const { latest } = await fencedRun(t, runId, epoch);
    const manifests = await manifestsOf(t, runId);
    const kept = keptCheckpoints(manifests, latest, recent);
    for (const { id } of manifests) {
      if (kept.has(id)) continue;
      await t.delete('manifests', `${runId}/${id}`);
      await t.deletePrefix('chunks', `${runId}/${id}/`);
    }
  });
}

/**
 * Counts the chunks it removed. Manifests are looked up in the same transaction, so that a committed chunk is never
 * lost; chunks of a later epoch are left alone, because whoever took the run over may be writing them.
 */
export function sweepRun(storage: StoragePort, runId: string, epoch: number): Promise<number> {
  return storage.transact(['manifests', 'chunks'], 'relaxed', async (t) => {
    const committed = new Set(await t.keys('manifests', `${runId}/`));
    const orphans = (await t.keys('chunks', `${runId}/`)).filter((key) => {
      const checkpoint = checkpointOf(key);
      return !committed.has(checkpoint) && epochOf(checkpoint) <= epoch;
    });
    for (const checkpoint of new Set(orphans.map(checkpointOf))) await t.deletePrefix('chunks', `${checkpoint}/`);
    return orphans.length;
  });
}
