// Which window a pair has. The stream is cut into blocks; in each block every window occurs exactly as often as its
// weight says, in shuffled order. A curriculum then moves the drawn window towards wider or narrower ones.
import { permuted } from '../base/permutation';
import { hash } from '../base/random';
import { WIDEST_WINDOW, type WindowRange } from './curriculum';
import type { Sampling } from './sampling';

/** Up to this sum, whole-number weights make a block by themselves and are kept exactly. */
const LARGEST_EXACT_BLOCK = 4096;
/** Pairs of a block otherwise: largest remainders, so that a share is off by less than one pair in these. */
const BLOCK = 1024;

export class WindowSchedule {
  /** Windows with a weight, rising. */
  readonly windows: readonly number[];
  /** Pairs in a block. */
  readonly block: number;
  readonly #counts: readonly number[];
  /** Window index of each slot of an unshuffled block, and its number among the slots of that window. */
  readonly #slots: Uint16Array;
  readonly #numbers: Uint16Array;

  constructor(windows: Sampling['windows']) {
    const weighted = windows.filter((w) => w.weight > 0).sort((a, b) => a.window - b.window);
    this.windows = weighted.map((w) => w.window);
    this.#counts = blockCounts(weighted.map((w) => w.weight));
    this.block = this.#counts.reduce((sum, n) => sum + n, 0);
    this.#slots = new Uint16Array(this.block);
    this.#numbers = new Uint16Array(this.block);
    let slot = 0;
    this.#counts.forEach((count, index) => {
      for (let number = 0; number < count; number++, slot++) {
        this.#slots[slot] = index;
        this.#numbers[slot] = number;
      }
    });
  }

  /** Index of the window at a position, and how many positions before it in the stream have the same window. */
  at(position: number, key: number): { index: number; before: number } {
    const block = Math.floor(position / this.block);
    const slot = permuted(position - block * this.block, this.block, hash(key, block));
    const index = this.#slots[slot] as number;
    return { index, before: block * (this.#counts[index] as number) + (this.#numbers[slot] as number) };
  }
}

/** How often each weight occurs in a block (largest remainders). */
function blockCounts(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, w) => total + w, 0);
  if (weights.every(Number.isInteger)) {
    const divisor = weights.reduce(greatestCommonDivisor, 0);
    if (sum / divisor <= LARGEST_EXACT_BLOCK) return weights.map((w) => w / divisor);
  }
  const wanted = weights.map((w) => (w / sum) * BLOCK);
  const counts = wanted.map(Math.floor);
  const left = BLOCK - counts.reduce((total, n) => total + n, 0);
  const byRemainder = wanted
    .map((w, i) => ({ i, rest: w - Math.floor(w) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRemainder.slice(0, left)) counts[i] = (counts[i] ?? 0) + 1;
  return counts;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The window in kept frames that stands for `window` part of the way from a curriculum's windows to the sampling's own.
 * @param own least and largest window of the sampling
 * @param length kept frames of the episode; the result fits it
 */
export function easedWindow(window: number, own: WindowRange, from: WindowRange, progress: number, length: number) {
  const span = own[1] - own[0];
  const start = from[0] + (span > 0 ? (window - own[0]) / span : 0) * (from[1] - from[0]);
  const between = progress >= 1 ? window : start + (window - start) * progress;
  return Math.min(Math.max(Math.round(between), 1), length - 1, WIDEST_WINDOW);
}
