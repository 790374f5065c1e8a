// Which description counts at a moment, and how much of an episode is described. Stretches may overlap: a long one says
// what holds for long, a short one inside it says more. So the one that starts last counts, and where two start
// together the shorter, or the later one in the list; one without words never hides another.
import type { Segment } from '../episode';

/** The stretch whose words count at a raw frame; null where nobody described it. */
export function describedAt(segments: readonly Segment[], frame: number): Segment | null {
  return coveringAt(segments.filter(hasWords), frame);
}

/** Of the stretches over a raw frame the one that starts last, of these the shortest, and of these the last. */
export function coveringAt(segments: readonly Segment[], frame: number): Segment | null {
  let best: Segment | null = null;
  for (const segment of segments) {
    if (frame < segment.from || frame > segment.to) continue;
    if (!best || segment.from > best.from || (segment.from === best.from && segment.to <= best.to)) best = segment;
  }
  return best;
}

export function hasWords(segment: Segment): boolean {
  return segment.text.trim() !== '';
}

/** How much is described, and what can be drawn from it. */
export interface Coverage {
  /** Kept frames with a description, of all. */
  described: number;
  kept: number;
  /** Pairs of kept frames at the given windows whose frames are both described. */
  pairs: number;
  /** Those of them whose two descriptions differ: only they show the model what changed. */
  telling: number;
}

/**
 * @param kept raw numbers of the kept frames, rising
 * @param windows distances in kept frames at which pairs are drawn
 */
export function coverage(segments: readonly Segment[], kept: readonly number[], windows: readonly number[]): Coverage {
  const words = wordsAt(segments, kept);
  let pairs = 0;
  let telling = 0;
  for (const window of windows) {
    for (let i = 0; i + window < kept.length; i++) {
      const [early, late] = [words[i] ?? null, words[i + window] ?? null];
      if (early === null || late === null) continue;
      pairs++;
      if (early !== late) telling++;
    }
  }
  return { described: words.filter((word) => word !== null).length, kept: kept.length, pairs, telling };
}

/** The words at each kept frame: what `describedAt` finds, in one pass over an hour's frames. */
export function wordsAt(segments: readonly Segment[], kept: readonly number[]): (string | null)[] {
  const words = new Array<string | null>(kept.length).fill(null);
  // Later paint covers earlier paint, so what counts most comes last.
  const painted = segments.filter(hasWords).toSorted((a, b) => a.from - b.from || b.to - a.to);
  for (const { from, to, text } of painted) {
    for (let i = firstFrom(kept, from); i < kept.length && (kept[i] as number) <= to; i++) words[i] = text.trim();
  }
  return words;
}

/** Index of the first of rising numbers that is not below `value`; their count where there is none. */
export function firstFrom(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the kept frame nearest to a raw frame; 0 where none is kept. */
export function nearestKept(kept: readonly number[], frame: number): number {
  const after = Math.min(firstFrom(kept, frame), Math.max(0, kept.length - 1));
  const [before, here] = [kept[after - 1], kept[after]];
  return before !== undefined && here !== undefined && frame - before <= here - frame ? after - 1 : after;
}
