// Turns the workers' rows into the points that plots draw.
import * as m from '../../words/messages';
import type { ValidationRow } from '../../workers/gpuApi';
import type { VolumePoint } from '../plots/scalingPlot';
import type { SymmetryPoint, SymmetryRun } from '../plots/symmetryPlot';
import { whole } from '../reading';

export function symmetryPoints(rows: readonly ValidationRow[]): SymmetryPoint[] {
  return rows.map((row) => ({
    forward: row.forward,
    reverse: row.reverse,
    at: m.plots_at_step({ step: whole(row.step) }),
  }));
}

export function symmetryRun(name: string, rows: readonly ValidationRow[]): SymmetryRun {
  return { name, points: symmetryPoints(rows) };
}

/** The last look at each whole seventh of tag volume. */
export function volumePoints(rows: readonly ValidationRow[]): VolumePoint[] {
  const bySeventh = new Map<number, VolumePoint>();
  for (const { sevenths, forward, reverse, average } of rows) {
    if (sevenths === null || sevenths <= 0) continue;
    const volume = Math.max(1, Math.round(sevenths));
    bySeventh.set(volume, { sevenths: volume, forward, reverse, average });
  }
  return [...bySeventh.values()];
}
