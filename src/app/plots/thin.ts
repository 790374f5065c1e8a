// A long series holds more points than a figure has pixels. Thinning keeps, for each column of pixels, the first, the
// lowest, the highest and the last point, so that no spike disappears, however long the run.

/** Indices of the points to draw, ascending; `values` may hold NaN for "no value". */
export function thinned(xs: readonly number[], values: readonly number[], columns: number): number[] {
  if (xs.length <= 4 * columns) return xs.map((_, i) => i);
  const from = xs[0] ?? 0;
  const span = (xs.at(-1) ?? 0) - from || 1;
  const kept: number[] = [];
  let start = 0;
  while (start < xs.length) {
    const column = Math.floor((((xs[start] ?? 0) - from) / span) * columns);
    let end = start;
    let [low, high] = [start, start];
    while (end < xs.length && Math.floor((((xs[end] ?? 0) - from) / span) * columns) === column) {
      if (isBelow(values[end], values[low])) low = end;
      if (isBelow(values[high], values[end])) high = end;
      end++;
    }
    kept.push(...[...new Set([start, low, high, end - 1])].sort((a, b) => a - b));
    start = end;
  }
  return kept;
}

/** Whether a lies below b; a missing value loses against any other. */
function isBelow(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || Number.isNaN(a)) return false;
  return b === undefined || Number.isNaN(b) || a < b;
}
