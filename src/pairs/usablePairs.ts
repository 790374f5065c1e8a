// Which pairs of one episode can be used, as one byte a pair: left out as a pause, left out because the later frame is
// not ahead or even behind, or how clearly the two frames differ. Made once from the frames' signatures and true progress, which need
// a thousand times the room and are not kept.
import type { Episode } from '../episodes/episode';
import { visibleChange } from '../episodes/frames';
import { WIDEST_WINDOW } from './curriculum';
import type { Sampling } from './sampling';

/** Meanings of a byte below the first level. */
export const PAUSE = 0;
export const NOT_AHEAD = 1;
/** The later frame is known to be less complete by the least progress that counts; training never uses these. */
export const BEHIND = 2;
/** The least byte of pairs that can be used. */
export const ANY_USABLE = 3;
/** Levels of visible change in one just visible change. */
const FINENESS = 8;

export class UsablePairs {
  readonly length: number;
  readonly #levels: Uint8Array;

  /**
   * @param signatures of the kept frames
   * @param progress true progress in [0, 1] at the kept frames; null where it is not known
   * @param failed whether the episode failed: then pairs count only where progress is known
   */
  constructor(
    signatures: readonly Float32Array[],
    progress: Float32Array | null,
    failed: boolean,
    { minimumChange, minimumProgress }: Pick<Sampling, 'minimumChange' | 'minimumProgress'>,
  ) {
    const length = signatures.length;
    this.length = length;
    this.#levels = new Uint8Array(this.#offset(Math.min(WIDEST_WINDOW, length - 1) + 1));
    for (let window = 1; window <= WIDEST_WINDOW && window < length; window++) {
      const offset = this.#offset(window);
      for (let start = 0; start + window < length; start++) {
        const change = visibleChange(signatures[start] as Float32Array, signatures[start + window] as Float32Array);
        const gain = progress ? (progress[start + window] as number) - (progress[start] as number) : failed ? -1 : 1;
        this.#levels[offset + start] =
          change < minimumChange
            ? PAUSE
            : gain >= minimumProgress
              ? levelOf(change)
              : progress && gain < 0 && gain <= -minimumProgress
                ? BEHIND
                : NOT_AHEAD;
      }
    }
  }

  get bytes(): number {
    return this.#levels.length;
  }

  /** One byte for each start of a window, in kept frames: PAUSE, NOT_AHEAD, BEHIND, or a level that `atLeast` understands. */
  row(window: number): Uint8Array {
    const offset = this.#offset(window);
    return this.#levels.subarray(offset, offset + Math.max(0, this.length - window));
  }

  /** Pairs of a window before this one: the rows of windows 1, 2, … lie one behind the other. */
  #offset(window: number): number {
    return (window - 1) * this.length - ((window - 1) * window) / 2;
  }
}

/** The least byte of pairs that can be used and whose frames differ by at least `change`. */
export function atLeast(change: number): number {
  return Math.min(255, ANY_USABLE + Math.ceil(change * FINENESS));
}

function levelOf(change: number): number {
  return Math.min(255, ANY_USABLE + Math.floor(change * FINENESS));
}

/** Whether true progress may be known: that of a failed episode decides whether any of its pairs can be used. */
export function mayKnowProgress(episode: Episode): boolean {
  return episode.source === 'simulator' || episode.segments.some((s) => s.progress !== undefined);
}

/** Tables made last, up to a number of bytes; the oldest go first, and are made again when asked for. */
export class RecentTables {
  readonly #tables = new Map<string, UsablePairs>();
  readonly #most: number;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(episode: string): UsablePairs | undefined {
    return this.#tables.get(episode);
  }

  set(episode: string, table: UsablePairs): void {
    this.#bytes += table.bytes - (this.#tables.get(episode)?.bytes ?? 0);
    this.#tables.delete(episode);
    this.#tables.set(episode, table);
    for (const [oldest, old] of this.#tables) {
      if (this.#bytes <= this.#most || oldest === episode) break;
      this.#tables.delete(oldest);
      this.#bytes -= old.bytes;
    }
  }
}
