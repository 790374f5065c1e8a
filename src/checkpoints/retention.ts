// Which checkpoints of a run stay. A run saves every minute for hours; the last two, the best, the named stage
// boundaries and what the person pinned are worth their room.

import type { CheckpointManifest } from './manifest';

/**
 * Ids of the checkpoints to keep.
 * @param latest id the run goes on from; always kept.
 * @param recent how many of the newest are kept: 2, or 1 where storage is full.
 */
export function keptCheckpoints(
  manifests: readonly CheckpointManifest[],
  latest: string | null,
  recent: number,
): Set<string> {
  const newestFirst = [...manifests].sort((a, b) => b.sequence - a.sequence);
  const kept = new Set(newestFirst.slice(0, recent).map(({ id }) => id));
  for (const { id, pinned, name } of newestFirst) {
    if (pinned || name !== null || id === latest) kept.add(id);
  }
  const best = bestCheckpoint(newestFirst);
  if (best !== null) kept.add(best.id);
  return kept;
}

/** The highest average accuracy, the newest among equals; null if nothing was evaluated. */
export function bestCheckpoint(manifests: readonly CheckpointManifest[]): CheckpointManifest | null {
  let best: { manifest: CheckpointManifest; average: number } | null = null;
  for (const manifest of manifests) {
    const average = manifest.metrics?.average ?? null;
    if (average === null) continue;
    const tie = best !== null && average === best.average && manifest.sequence > best.manifest.sequence;
    if (best === null || average > best.average || tie) best = { manifest, average };
  }
  return best?.manifest ?? null;
}
