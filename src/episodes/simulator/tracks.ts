// Values over time: eased segments looked up by time. Times are in the choreography's own seconds.
import type { Vec3 } from './scene';

/** Smooth easing of [0, 1]; gentler than minimum jerk, so that the world also changes near the ends of a move. */
export function ease(u: number): number {
  const t = Math.min(1, Math.max(0, u));
  return t * t * (3 - 2 * t);
}

/** Index of the last item that starts at or before `time`, or -1; items are in order of `from`. */
export function lastBefore(items: readonly { from: number }[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.from ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A number that moves between values. */
export class Track {
  readonly #segments: { from: number; until: number; before: number; after: number }[] = [];
  readonly #initial: number;

  constructor(initial: number) {
    this.#initial = initial;
  }

  get last(): number {
    return this.#segments.at(-1)?.after ?? this.#initial;
  }

  /** Appends a move; it does not start before the one already there ends. Two hands that do the same are one move. */
  change(from: number, seconds: number, after: number): void {
    if (after === this.last) return;
    const start = Math.max(from, this.#segments.at(-1)?.until ?? 0);
    this.#segments.push({ from: start, until: start + seconds, before: this.last, after });
  }

  at(time: number): number {
    const segment = this.#segments[lastBefore(this.#segments, time)];
    if (segment === undefined) return this.#initial;
    const length = segment.until - segment.from;
    return segment.before + (segment.after - segment.before) * (length > 0 ? ease((time - segment.from) / length) : 1);
  }
}

/** A point that moves along eased curves. */
export class Path {
  readonly #segments: { from: number; until: number; curve: (s: number) => Vec3 }[] = [];
  readonly #initial: Vec3;

  constructor(initial: Vec3) {
    this.#initial = initial;
  }

  get last(): Vec3 {
    return this.#segments.at(-1)?.curve(1) ?? this.#initial;
  }

  /** Appends a curve over [0, 1] that starts at the last point. */
  follow(from: number, seconds: number, curve: (s: number) => Vec3): void {
    this.#segments.push({ from, until: from + seconds, curve });
  }

  at(time: number): Vec3 {
    const segment = this.#segments[lastBefore(this.#segments, time)];
    if (segment === undefined) return this.#initial;
    const length = segment.until - segment.from;
    return segment.curve(length > 0 ? ease((time - segment.from) / length) : 1);
  }
}

export function plus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function minus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scaled(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The straight way from a to b, raised in its middle by `lift`. */
export function hop(a: Vec3, b: Vec3, lift: number): (s: number) => Vec3 {
  return (s) => [
    a[0] + (b[0] - a[0]) * s,
    a[1] + (b[1] - a[1]) * s + lift * Math.sin(Math.PI * s),
    a[2] + (b[2] - a[2]) * s,
  ];
}
