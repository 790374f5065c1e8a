// The stream of pairs of one split. A pair is a pure function of (seed, position): nothing is enumerated, any position
// can be drawn at any time, and a resumed run sees what an uninterrupted one would have seen.
import { Random } from '../base/random';
import type { Episode, Split } from '../episodes/episode';
import { type FrameSource, visibleChange } from '../episodes/frames';
import { keptFrames } from './keptFrames';
import type { Sampling } from './sampling';
import { splitEpisodes } from './splitEpisodes';
import { drawWindow, type NarrowingWindows } from './windows';

/** Two frames of one episode, `window` kept frames apart; raw frame numbers. */
export interface Pair {
  episode: Episode;
  window: number;
  early: number;
  late: number;
}

/** Narrows what may be drawn, such as to described moments for CoT samples. */
export interface Wanted {
  episode(episode: Episode): boolean;
  /** Asked for both raw frames of a pair. */
  frame(episode: Episode, frame: number): boolean;
}

/** Different uses of the same seed never share draws. */
export const STREAMS = { train: 1, validation: 2, test: 3, details: 4 } as const;

const ATTEMPTS = 24;
/** Where only some moments are wanted, most draws miss; a miss costs almost nothing. */
const WANTED_ATTEMPTS = 1000;

export class PairStream {
  readonly splits: Map<string, Split>;
  readonly #sampling: Sampling;
  readonly #seed: number;
  readonly #source: FrameSource;
  readonly #bySplit: Record<Split, Episode[]> = { train: [], validation: [], test: [] };
  readonly #kept = new Map<string, number[]>();
  readonly #signatures = new Map<string, Promise<Float32Array[]>>();

  /**
   * @param episodes all episodes of the source; failures are left out, since they need not rise in time
   * @param source reads signatures, by which pauses are found
   */
  constructor(episodes: readonly Episode[], sampling: Sampling, seed: number, source: FrameSource) {
    this.#sampling = sampling;
    this.#seed = seed;
    this.#source = source;
    this.splits = splitEpisodes(episodes, sampling, seed);
    const least = Math.min(...sampling.windows.filter((w) => w.weight > 0).map((w) => w.window));
    for (const episode of episodes) {
      if (episode.outcome === 'failure') continue;
      const kept = keptFrames(episode, sampling);
      if (kept.length <= least) continue;
      this.#kept.set(episode.id, kept);
      this.#bySplit[this.splits.get(episode.id) ?? 'train'].push(episode);
    }
  }

  /** Episodes of a split that can give pairs. */
  episodes(split: Split): readonly Episode[] {
    return this.#bySplit[split];
  }

  /** Kept raw frames of an episode; empty where it cannot give pairs. */
  kept(episode: Episode): readonly number[] {
    return this.#kept.get(episode.id) ?? [];
  }

  /** Largest visible change between two kept frames, by their indices among the kept frames. */
  async change(episode: Episode, i: number, j: number): Promise<number> {
    const signatures = await this.#signaturesOf(episode);
    const [a, b] = [signatures[i], signatures[j]];
    return a && b ? visibleChange(a, b) : 0;
  }

  /**
   * The training pair at a position. Pauses (no visible change) are drawn again, up to a bound.
   * @throws Error where the training split has no episode to draw from
   */
  async trainingPair(
    position: number,
    narrowing: NarrowingWindows | null,
    wanted: Wanted | null = null,
  ): Promise<Pair> {
    const episodes = wanted ? this.#bySplit.train.filter((e) => wanted.episode(e)) : this.#bySplit.train;
    if (episodes.length === 0) throw new Error(nothingToDraw('train'));
    const choose = (random: Random) => random.below(episodes.length);
    return this.#draw(episodes, STREAMS.train, position, choose, narrowing, this.#sampling.windows, wanted);
  }

  /**
   * The evaluation pair at a position: episodes take turns, so that every episode counts about the same.
   * @param window a fixed window, or null for the sampling's weights
   */
  async evaluationPair(split: 'validation' | 'test', position: number, window: number | null): Promise<Pair> {
    const fitting = window === null ? null : (e: Episode) => this.kept(e).length > window;
    const episodes = fitting ? this.#bySplit[split].filter(fitting) : this.#bySplit[split];
    if (episodes.length === 0) throw new Error(nothingToDraw(split));
    const turn = new Random(this.#seed, STREAMS[split], Math.floor(position / episodes.length));
    const order = turn.shuffled(episodes.map((_, i) => i));
    const windows = window === null ? this.#sampling.windows : [{ window, weight: 1 }];
    return this.#draw(
      episodes,
      STREAMS[split],
      position * 64 + (window ?? 0),
      () => order[position % episodes.length] ?? 0,
      null,
      windows,
    );
  }

  async #draw(
    episodes: readonly Episode[],
    stream: number,
    position: number,
    choose: (random: Random) => number,
    narrowing: NarrowingWindows | null,
    windows = this.#sampling.windows,
    wanted: Wanted | null = null,
  ): Promise<Pair> {
    let best: { pair: Pair; change: number } | null = null;
    for (let attempt = 0; attempt < (wanted && !best ? WANTED_ATTEMPTS : ATTEMPTS); attempt++) {
      const random = new Random(this.#seed, stream, position, attempt);
      const episode = episodes[choose(random)] as Episode;
      const kept = this.kept(episode);
      const window = drawWindow(windows, narrowing, kept.length, random);
      if (window === null) continue;
      const start = random.below(kept.length - window);
      const pair = { episode, window, early: kept[start] as number, late: kept[start + window] as number };
      if (wanted && !(wanted.frame(episode, pair.early) && wanted.frame(episode, pair.late))) continue;
      const change = await this.change(episode, start, start + window);
      if (change >= this.#sampling.minimumChange) return pair;
      if (!best || change > best.change) best = { pair, change };
    }
    if (!best) {
      throw new Error(
        wanted
          ? 'No described pair could be drawn: the descriptions cover too little of the episodes for these windows.'
          : 'No pair could be drawn: every episode is shorter than the smallest window.',
      );
    }
    return best.pair;
  }

  #signaturesOf(episode: Episode): Promise<Float32Array[]> {
    let found = this.#signatures.get(episode.id);
    if (!found) {
      found = this.#source.signatures(episode, this.kept(episode));
      found.catch(() => this.#signatures.delete(episode.id));
      this.#signatures.set(episode.id, found);
    }
    return found;
  }
}

function nothingToDraw(split: Split): string {
  return split === 'train'
    ? 'There is nothing to train on: no episode of the training split is long enough. Add episodes, lower the downsampling or use smaller windows.'
    : `There is nothing to measure on: no episode of the ${split} split is long enough. Add episodes or change the split.`;
}
