// The episodes that one stream draws from, as columns of numbers, and the draw itself: the index says which episode and
// window, the table of usable pairs which two frames.
import { hash, hashText } from '../base/random';
import type { Episode } from '../episodes/episode';
import type { Easing } from './curriculum';
import { keptRange } from './keptFrames';
import { PairIndex, type Place } from './pairIndex';
import type { Sampling } from './sampling';
import { ANY_USABLE, atLeast, BEHIND, mayKnowProgress, type RecentTables } from './usablePairs';

/** Two frames of one episode, `window` kept frames apart; raw frame numbers. */
export interface Pair {
  episode: Episode;
  window: number;
  /** The less complete frame, shown first in forward order; a question about what is undone takes it from later on. */
  early: number;
  late: number;
}

/** Narrows what may be drawn, such as to described moments for CoT samples. */
export interface Wanted {
  episode(episode: Episode): boolean;
  /** Asked for both raw frames of a pair. */
  frame(episode: Episode, frame: number): boolean;
}

/** A pair; or an episode whose usable pairs must be known first, and where to go on then. */
export type Drawn = { pair: Pair } | { unknown: Episode; miss: number };

/** Places tried for one position before giving up: where only some moments are described, most have no pair. */
const MOST_MISSES = 5000;
/** Places tried for the clear changes that a curriculum asks before any visible change will do. */
const CLEAR_TRIES = 4;

export class PairPool {
  readonly wanted: Wanted | null;
  readonly #episodes: readonly Episode[];
  readonly #minimumChange: number;
  /** False where every pair is usable whatever it shows. */
  readonly #choosy: boolean;
  readonly #falling: boolean;
  readonly #firsts: Uint32Array;
  readonly #steps: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #index: PairIndex;
  readonly #wantedFrames = new Map<number, Uint8Array>();

  /**
   * @param acrossWindows whether episodes take turns across windows, as in evaluations
   * @param falling only pairs whose later frame is less complete, instead of those whose later frame is more
   */
  constructor(
    episodes: readonly Episode[],
    sampling: Sampling,
    windows: Sampling['windows'],
    keys: readonly [seed: number, stream: number],
    wanted: Wanted | null,
    acrossWindows: boolean,
    falling = false,
  ) {
    this.#falling = falling;
    this.#episodes = episodes;
    this.#minimumChange = sampling.minimumChange;
    this.#choosy = falling || sampling.minimumChange > 0 || episodes.some(mayKnowProgress);
    this.wanted = wanted;
    const count = episodes.length;
    this.#firsts = new Uint32Array(count);
    this.#steps = new Uint32Array(count);
    this.#lengths = new Uint32Array(count);
    episodes.forEach((episode, i) => {
      const kept = keptRange(episode, sampling);
      this.#firsts[i] = kept.first;
      this.#steps[i] = kept.step;
      this.#lengths[i] = kept.count;
    });
    const order = joiningOrder(episodes, keys[0]);
    const templates = Uint32Array.from(episodes, (e) => order.get(e.template) ?? 0);
    const columns = { lengths: this.#lengths, templates, templateCount: order.size };
    this.#index = new PairIndex(columns, windows, hash(...keys), acrossWindows);
  }

  /** Pairs in which the windows' shares are kept exactly; 0 where no episode is long enough. */
  get block(): number {
    return this.#index.block;
  }

  /** @returns null where no place has a usable pair */
  draw(position: number, easing: Easing | null, tables: RecentTables, from: number): Drawn | null {
    for (let miss = from; miss < MOST_MISSES; miss++) {
      const place = this.#index.place(position, easing, miss);
      if (!place) return null;
      const needed = this.#needed(easing, miss);
      const episode = this.#episodes[place.episode] as Episode;
      const starts = (this.#lengths[place.episode] as number) - place.window;
      const wanted = this.wanted && this.#framesWanted(this.wanted, place.episode);
      if (!wanted && needed === null) return { pair: this.#pair(place, this.#index.pick(place, starts)) };
      // What is described is known at once, so ask it before anything is read.
      if (wanted && countUsable(null, ANYTHING, wanted, place.window, starts) === 0) continue;
      const table = needed === null ? null : tables.get(episode.id);
      if (table === undefined) return { unknown: episode, miss };
      const row = table && table.row(place.window);
      const asked: Asked = { least: needed ?? 0, falling: this.#falling };
      const usable = countUsable(row, asked, wanted, place.window, starts);
      if (usable === 0) continue;
      const number = this.#index.pick(place, usable);
      return { pair: this.#pair(place, usableAt(number, row, asked, wanted, place.window, starts)) };
    }
    return null;
  }

  /** The least byte of usable pairs; null where every pair is usable. */
  #needed(easing: Easing | null, miss: number): number | null {
    const least = this.#minimumChange;
    if (easing?.kind === 'changes' && miss < CLEAR_TRIES && easing.progress < 1) {
      return atLeast(Math.max(least, easing.from + (least - easing.from) * easing.progress));
    }
    return this.#choosy ? ANY_USABLE : null;
  }

  #pair({ episode, window }: Place, start: number): Pair {
    const [first, step] = [this.#firsts[episode] as number, this.#steps[episode] as number];
    return {
      episode: this.#episodes[episode] as Episode,
      window,
      early: first + start * step,
      late: first + (start + window) * step,
    };
  }

  #framesWanted(wanted: Wanted, row: number): Uint8Array {
    let frames = this.#wantedFrames.get(row);
    if (!frames) {
      const [first, step] = [this.#firsts[row] as number, this.#steps[row] as number];
      frames = Uint8Array.from({ length: this.#lengths[row] as number }, (_, i) =>
        wanted.frame(this.#episodes[row] as Episode, first + i * step) ? 1 : 0,
      );
      this.#wantedFrames.set(row, frames);
    }
    return frames;
  }
}

/** What a pair's byte must be. */
interface Asked {
  least: number;
  falling: boolean;
}

const ANYTHING: Asked = { least: 0, falling: false };

function isUsable(
  start: number,
  row: Uint8Array | null,
  { least, falling }: Asked,
  wanted: Uint8Array | null,
  window: number,
): boolean {
  if (row && (falling ? row[start] !== BEHIND : (row[start] as number) < least)) return false;
  return !wanted || (wanted[start] === 1 && wanted[start + window] === 1);
}

function countUsable(
  row: Uint8Array | null,
  asked: Asked,
  wanted: Uint8Array | null,
  window: number,
  starts: number,
): number {
  let count = 0;
  for (let start = 0; start < starts; start++) if (isUsable(start, row, asked, wanted, window)) count++;
  return count;
}

function usableAt(
  number: number,
  row: Uint8Array | null,
  asked: Asked,
  wanted: Uint8Array | null,
  window: number,
  starts: number,
): number {
  let left = number;
  for (let start = 0; start < starts; start++) {
    if (isUsable(start, row, asked, wanted, window) && left-- === 0) return start;
  }
  throw new RangeError(`pair ${number} of fewer`);
}

/** Templates in the order in which they join a curriculum, by the seed alone. */
function joiningOrder(episodes: readonly Episode[], seed: number): Map<string, number> {
  const keys = new Map<string, number>();
  for (const { template } of episodes) {
    if (!keys.has(template)) keys.set(template, hash(seed, hashText(template)));
  }
  const sorted = [...keys].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  return new Map(sorted.map(([template], place) => [template, place]));
}
