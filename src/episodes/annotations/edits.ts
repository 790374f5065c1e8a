// Edits of an episode's stretches, as pure functions from list to list. Lists are kept in order of time; each edit says
// where the stretch that it is about stands afterwards, so that it stays the chosen one.
import type { Segment } from '../episode';

export interface Edited {
  segments: Segment[];
  /** Place of the stretch that was edited; null where it is gone. */
  chosen: number | null;
}

/** In order of time; of those that start together the longer first. */
export function inOrder(segments: readonly Segment[]): Segment[] {
  return segments.toSorted((a, b) => a.from - b.from || b.to - a.to);
}

/** Ends may be given in either order; both are brought inside the episode. */
export function added(segments: readonly Segment[], segment: Segment, frameCount: number): Edited {
  return placed(segments, { ...segment, ...bounded(segment.from, segment.to, frameCount) });
}

/**
 * The ends of a stretch that is drawn from where another ends, or to where another begins: they touch instead of sharing
 * that frame, which a hand cannot place more exactly.
 */
export function touching(segments: readonly Segment[], from: number, to: number): { from: number; to: number } {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const next = low < high && segments.some((s) => s.to === low) ? low + 1 : low;
  const last = next < high && segments.some((s) => s.from === high) ? high - 1 : high;
  return { from: next, to: last };
}

/** Moves one end; it stops at the other. */
export function endMoved(
  segments: readonly Segment[],
  index: number,
  end: 'from' | 'to',
  frame: number,
  frameCount: number,
): Edited {
  const old = segments[index];
  if (!old) return { segments: [...segments], chosen: null };
  const bound = Math.min(Math.max(0, Math.round(frame)), frameCount - 1);
  const moved = end === 'from' ? { from: Math.min(bound, old.to) } : { to: Math.max(bound, old.from) };
  return placed(without(segments, index), { ...old, ...moved });
}

export function reworded(segments: readonly Segment[], index: number, text: string): Edited {
  return { segments: segments.map((old, i) => (i === index ? { ...old, text } : old)), chosen: index };
}

/** @param progress in [0, 1]; null takes the figure away */
export function progressSet(segments: readonly Segment[], index: number, progress: number | null): Edited {
  const changed = segments.map((old, i) => {
    if (i !== index) return old;
    const { from, to, text } = old;
    return progress === null ? { from, to, text } : { from, to, text, progress: Math.min(Math.max(progress, 0), 1) };
  });
  return { segments: changed, chosen: index };
}

export function removed(segments: readonly Segment[], index: number): Edited {
  return { segments: without(segments, index), chosen: null };
}

/**
 * The words of a stretch once more: from `frame` on where that lies outside of it, else from where it ends. The new
 * stretch is as long as the old one, or ends where the next begins.
 * @returns null where no room is left
 */
export function saidAgain(
  segments: readonly Segment[],
  index: number,
  frame: number,
  frameCount: number,
): Edited | null {
  const old = segments[index];
  if (!old) return null;
  const from = frame >= old.from && frame <= old.to ? old.to + 1 : frame;
  if (from >= frameCount) return null;
  const next = Math.min(frameCount, ...segments.filter((s) => s.from > from).map((s) => s.from));
  const to = Math.min(from + old.to - old.from, next - 1);
  return placed(segments, { from, to, text: old.text });
}

/** Place of the next (or the one before) stretch in order of time, around the list; null for an empty list. */
export function neighbour(
  segments: readonly Segment[],
  chosen: number | null,
  frame: number,
  step: 1 | -1,
): number | null {
  if (segments.length === 0) return null;
  if (chosen !== null) return (chosen + step + segments.length) % segments.length;
  if (step === 1) {
    const after = segments.findIndex((segment) => segment.from >= frame);
    return after < 0 ? 0 : after;
  }
  const before = segments.findLastIndex((segment) => segment.from <= frame);
  return before < 0 ? segments.length - 1 : before;
}

/** The row of each stretch, so that those that overlap stand below each other; as few rows as can be. */
export function rows(segments: readonly Segment[]): number[] {
  const ends: number[] = [];
  return segments.map(({ from, to }) => {
    const free = ends.findIndex((end) => end < from);
    const row = free < 0 ? ends.length : free;
    ends[row] = to;
    return row;
  });
}

function placed(segments: readonly Segment[], segment: Segment): Edited {
  const all = inOrder([...segments, segment]);
  return { segments: all, chosen: all.indexOf(segment) };
}

function without(segments: readonly Segment[], index: number): Segment[] {
  return segments.filter((_, i) => i !== index);
}

function bounded(a: number, b: number, frameCount: number): { from: number; to: number } {
  const inside = (frame: number) => Math.min(Math.max(0, Math.round(frame)), frameCount - 1);
  return { from: inside(Math.min(a, b)), to: inside(Math.max(a, b)) };
}
