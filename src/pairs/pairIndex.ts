// Which episode and window stand at a position of a stream: a pure function of (seed, position), over columns of
// numbers, with nothing enumerated and nothing remembered between draws.
//
// Episodes take turns. For each window all episodes that are long enough for it come once, in an order shuffled anew for
// each round, and an episode's r-th turn takes the r-th of its own shuffled pairs; so where every episode has usable
// pairs nothing repeats before an episode's pairs of that window are used up, and an hour's film counts no more than a
// clip of half a minute. A shuffle of all pairs together would let the longest recordings drown the rest, and the
// episodes are what differs. The turn of an episode without a usable pair goes to another one, each round to a different
// one, which takes a pair of its own by chance.
import { permuted } from '../base/permutation';
import { hash } from '../base/random';
import type { Easing, WindowRange } from './curriculum';
import type { Sampling } from './sampling';
import { easedWindow, WindowSchedule } from './windows';

/** Columns of the episodes that a stream draws from. */
export interface EpisodeColumns {
  /** Kept frames. */
  lengths: Uint32Array;
  /** Number of the episode's template, counted from 0 in the order in which templates join a curriculum. */
  templates: Uint32Array;
  templateCount: number;
}

export interface Place {
  /** Row of the columns. */
  episode: number;
  /** Kept frames between the two of the pair. */
  window: number;
  /** How often the episode had its turn before. */
  turn: number;
  key: number;
}

/** One window's turn at a position. */
interface Turn {
  position: number;
  shift: number;
  easing: Easing | null;
  index: number;
  /** Which list of rows takes turns. */
  listed: number;
  count: number;
  turn: number;
  /** Where in the list the turn begins, and how far on the next in line for it stands. */
  first: number;
  stride: number;
}

/** Steps by which a list is gone through; one that does not divide the list's length comes past every place. */
const STRIDES = [
  1_000_003, 1_299_709, 1_500_007, 2_000_003, 2_750_159, 3_000_017, 4_256_233, 5_000_011, 6_000_011, 7_368_787,
  8_000_009, 9_000_011, 10_000_019, 11_000_027, 12_000_017, 15_485_863,
] as const;

export class PairIndex {
  readonly #columns: EpisodeColumns;
  readonly #schedule: WindowSchedule;
  readonly #own: WindowRange;
  readonly #blockKey: number;
  readonly #roundKey: number;
  readonly #startKey: number;
  readonly #acrossWindows: boolean;
  /** For each window the rows that are long enough, by template; and how many of them belong to the first templates. */
  readonly #rows: Uint32Array[] = [];
  readonly #joined: Uint32Array[] = [];
  /** Spares working out the same turn again for each miss. */
  #last: Turn | null = null;

  /**
   * @param windows those that no episode is long enough for are left out; the rest keep their weights' proportions
   * @param acrossWindows episodes take turns from position to position, whatever the window, as evaluations want it;
   *   else for each window by itself
   */
  constructor(columns: EpisodeColumns, windows: Sampling['windows'], key: number, acrossWindows = false) {
    this.#columns = columns;
    this.#blockKey = hash(key, 1);
    this.#roundKey = hash(key, 2);
    this.#startKey = hash(key, 3);
    this.#acrossWindows = acrossWindows;
    const weighted = windows.filter((w) => w.weight > 0).map((w) => w.window);
    this.#own = [Math.min(...weighted), Math.max(...weighted)];
    const longest = columns.lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#schedule = new WindowSchedule(windows.filter((w) => w.window < longest));
    const ordered = rowsByTemplate(columns);
    for (const window of this.#schedule.windows) {
      const rows = ordered.filter((row) => (columns.lengths[row] as number) > window);
      const joined = new Uint32Array(columns.templateCount);
      for (const row of rows) joined[columns.templates[row] as number]!++;
      for (let t = 1; t < joined.length; t++) joined[t]! += joined[t - 1] as number;
      this.#rows.push(rows);
      this.#joined.push(joined);
    }
  }

  /** Pairs in which the windows' shares are kept exactly; 0 where nothing can be drawn. */
  get block(): number {
    return this.#schedule.block;
  }

  /**
   * What stands at a position.
   * @param miss counts the places at this position that turned out to have no usable pair: the next episode of the same
   *   window takes over, and after all of them another window
   * @returns null where there is nothing more to try
   */
  place(position: number, easing: Easing | null, miss = 0): Place | null {
    let left = miss;
    for (let shift = 0; shift < this.#schedule.windows.length; shift++) {
      const { index, listed, count, turn, first, stride } = this.#turnAt(position, shift, easing);
      if (left >= count) {
        left -= count;
        continue;
      }
      const episode = (this.#rows[listed] as Uint32Array)[(first + left * stride) % count] as number;
      const length = this.#columns.lengths[episode] as number;
      const window = this.#window(this.#fitting(index, length), easing, length);
      return { episode, window, turn, key: hash(this.#startKey, index, episode, window, left) };
    }
    return null;
  }

  #turnAt(position: number, shift: number, easing: Easing | null): Turn {
    const last = this.#last;
    if (last && last.position === position && last.shift === shift && last.easing === easing) return last;
    const drawn = this.#schedule.at(position, this.#blockKey);
    const index = (drawn.index + shift) % this.#schedule.windows.length;
    const listed = this.#acrossWindows ? 0 : index;
    const count = this.#taking(listed, easing);
    const before = this.#acrossWindows ? position : drawn.before;
    const turn = Math.floor(before / count);
    const first = permuted(before - turn * count, count, hash(this.#roundKey, listed, turn));
    const stride = strideFor(count, hash(this.#roundKey, listed, turn, 1));
    this.#last = { position, shift, easing, index, listed, count, turn, first, stride };
    return this.#last;
  }

  /** Which of an episode's `count` usable pairs a place takes. */
  pick({ turn, key }: Place, count: number): number {
    const epoch = Math.floor(turn / count);
    return permuted(turn - epoch * count, count, hash(key, epoch));
  }

  #taking(index: number, easing: Easing | null): number {
    const rows = this.#rows[index] as Uint32Array;
    if (easing?.kind !== 'tasks' || easing.progress >= 1) return rows.length;
    const joined = this.#joined[index] as Uint32Array;
    let templates = Math.min(joined.length - 1, Math.floor(easing.progress * joined.length));
    while (templates < joined.length - 1 && joined[templates] === 0) templates++;
    return joined[templates] as number;
  }

  #fitting(index: number, length: number): number {
    const windows = this.#schedule.windows;
    let fitting = index;
    while (fitting > 0 && (windows[fitting] as number) >= length) fitting--;
    return windows[fitting] as number;
  }

  #window(window: number, easing: Easing | null, length: number): number {
    return easing?.kind === 'windows' ? easedWindow(window, this.#own, easing.from, easing.progress, length) : window;
  }
}

function strideFor(count: number, key: number): number {
  for (let i = 0; i < STRIDES.length; i++) {
    const stride = STRIDES[(key + i) % STRIDES.length] as number;
    if (count % stride !== 0) return stride % count || 1;
  }
  return 1;
}

function rowsByTemplate({ lengths, templates, templateCount }: EpisodeColumns): Uint32Array {
  const starts = new Uint32Array(templateCount + 1);
  for (const template of templates) starts[template + 1]!++;
  for (let t = 1; t <= templateCount; t++) starts[t]! += starts[t - 1] as number;
  const rows = new Uint32Array(lengths.length);
  for (let row = 0; row < lengths.length; row++) rows[starts[templates[row] as number]!++] = row;
  return rows;
}
