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
  const standing = newestFirst.filter((one, i) => !newestFirst.slice(0, i).some((newer) => replaces(newer, one)));
  const kept = new Set(standing.slice(0, recent).map(({ id }) => id));
  for (const { id, name } of standing) if (name !== null || id === latest) kept.add(id);
  for (const { id, pinned } of newestFirst) if (pinned) kept.add(id);
  const best = bestCheckpoint(standing);
  if (best !== null) kept.add(best.id);
  return kept;
}

/** The end of a stage is saved twice, before it is measured and with its figures. */
function replaces(newer: CheckpointManifest, older: CheckpointManifest): boolean {
  return newer.name !== null && newer.name === older.name && newer.step === older.step;
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
