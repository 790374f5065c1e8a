// How alike two pairs of pictures are, both frames together, and the few most alike of many.
import { lookDifference } from './pictureHash';

/** Looks of two pictures. */
export type PairLook = readonly [Float32Array, Float32Array];

export interface Likeness {
  /** Root-mean-square difference over both frames, in grey levels of 255 at one contrast. */
  levels: number;
  /** The given pair fits better with its second picture beside the earlier frame. */
  swapped: boolean;
}

/** @param given as given @param known earlier and later frame */
export function likeness(given: PairLook, known: PairLook): Likeness {
  const both = (a: number, b: number) =>
    Math.sqrt(
      (lookDifference(given[0], known[a] as Float32Array) ** 2 +
        lookDifference(given[1], known[b] as Float32Array) ** 2) /
        2,
    );
  const [straight, turned] = [both(0, 1), both(1, 0)];
  return turned < straight ? { levels: turned, swapped: true } : { levels: straight, swapped: false };
}

/** Keeps the nearest few, at most one of each group. */
export class Nearest<T> {
  readonly #most: number;
  readonly #groupOf: (item: T) => string;
  #kept: { item: T; distance: number }[] = [];

  constructor(most: number, groupOf: (item: T) => string) {
    this.#most = most;
    this.#groupOf = groupOf;
  }

  add(item: T, distance: number): void {
    const group = this.#groupOf(item);
    const rival = this.#kept.find((kept) => this.#groupOf(kept.item) === group);
    if (rival && rival.distance <= distance) return;
    this.#kept = [...this.#kept.filter((kept) => kept !== rival), { item, distance }]
      .sort((a, b) => a.distance - b.distance)
      .slice(0, this.#most);
  }

  /** Nearest first. */
  get items(): T[] {
    return this.#kept.map(({ item }) => item);
  }
}
