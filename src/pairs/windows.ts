// Which window a pair has: the sampling's weighted windows, or, under a curriculum, windows that start wide and narrow
// to those over the first part of a stage. Wide windows first is what frees the comparison from its plateau.
import type { Random } from '../base/random';
import type { Sampling } from './sampling';

export interface NarrowingWindows {
  /** Least and largest window at the start, in kept frames. */
  from: readonly [number, number];
  /** Share of the way from wide to narrow that has been gone, in [0, 1]. */
  progress: number;
}

/**
 * Draws a window in kept frames that fits an episode of `length` kept frames.
 * @returns null where not even the smallest window fits
 */
export function drawWindow(
  windows: Sampling['windows'],
  narrowing: NarrowingWindows | null,
  length: number,
  random: Random,
): number | null {
  const usable = windows.filter((w) => w.weight > 0 && w.window < length);
  if (usable.length === 0) return null;
  const chosen = usable[random.weighted(usable.map((w) => w.weight))]?.window ?? 0;
  if (!narrowing || narrowing.progress >= 1) return chosen;
  const all = windows.filter((w) => w.weight > 0).map((w) => w.window);
  const least = Math.min(...all);
  const span = Math.max(...all) - least;
  const [low, high] = narrowing.from;
  const wide = low + (span > 0 ? (chosen - least) / span : 0) * (high - low);
  const between = wide + (chosen - wide) * narrowing.progress;
  return Math.min(Math.max(Math.round(between), 1), length - 1);
}
