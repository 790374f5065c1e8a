// The stream of pairs of a source. A pair is a pure function of (seed, position): nothing is enumerated, any position
// can be drawn at any time, and a resumed run sees what an uninterrupted one would have seen.
//
// Drawing is synchronous once it is known which pairs of an episode can be used (usablePairs.ts); that is found out when
// the episode has its first turn.
import type { Episode, Split } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { Easing } from './curriculum';
import { keptFrames, keptRange } from './keptFrames';
import { isChosen, type PairChoice } from './pairChoice';
import { PairPool, type Pair, type Wanted } from './pairPool';
import type { Sampling } from './sampling';
import { splitEpisodes } from './splitEpisodes';
import { mayKnowProgress, RecentTables, UsablePairs } from './usablePairs';
import * as m from '../words/messages';
import { splitName } from '../episodes/names';

export type { Pair, Wanted } from './pairPool';

/** Different uses of the same seed never share draws. */
export const STREAMS = { train: 1, validation: 2, test: 3, details: 4, labels: 5, doubt: 6, format: 7 } as const;

/** Where there is no pair of what is asked for. The name survives the way from one worker to another. */
export class NothingToDraw extends Error {
  override readonly name = 'NothingToDraw';
}

/** Room for what is known of the episodes drawn last: 12,500 half-minute clips. */
const TABLE_BYTES = 48 * 2 ** 20;

export class PairStream {
  readonly splits: Map<string, Split>;
  readonly #sampling: Sampling;
  readonly #seed: number;
  readonly #splitSeed: number;
  readonly #source: FrameSource;
  readonly #bySplit: Record<Split, Episode[]> = { train: [], validation: [], test: [] };
  readonly #pools = new Map<string, PairPool>();
  readonly #wantedPools = new Map<Wanted, PairPool>();
  readonly #tables = new RecentTables(TABLE_BYTES);
  readonly #reading = new Map<string, Promise<void>>();
  readonly #least: number;

  /**
   * @param episodes all episodes of the source; failures take part where their true progress may be known
   * @param source reads signatures, by which pauses are found, and true progress
   */
  constructor(episodes: readonly Episode[], sampling: Sampling, seed: number, source: FrameSource) {
    this.#sampling = sampling;
    this.#seed = seed;
    this.#source = source;
    this.#splitSeed = sampling.splitSeed ?? seed;
    this.splits = splitEpisodes(episodes, sampling, this.#splitSeed);
    this.#least = Math.min(...sampling.windows.filter((w) => w.weight > 0).map((w) => w.window));
    for (const episode of episodes) {
      if (this.#canGivePairs(episode)) this.#bySplit[this.splits.get(episode.id) ?? 'train'].push(episode);
    }
  }

  /** Episodes of a split that can give pairs. */
  episodes(split: Split): readonly Episode[] {
    return this.#bySplit[split];
  }

  /** Episodes of a split that can give pairs of a choice. */
  chosen(split: Split, choice: PairChoice): readonly Episode[] {
    return this.#bySplit[split].filter((episode) => isChosen(episode, choice, this.#sampling.holdOut));
  }

  /** Kept raw frames of an episode; empty where it cannot give pairs. */
  kept(episode: Episode): readonly number[] {
    return this.#canGivePairs(episode) ? keptFrames(episode, this.#sampling) : [];
  }

  /** Which pairs of an episode can be used. */
  async usable(episode: Episode): Promise<UsablePairs> {
    for (;;) {
      const known = this.#tables.get(episode.id);
      if (known) return known;
      await this.#learn(episode);
    }
  }

  /**
   * The training pair at a position.
   * @param easing what the curriculum asks at this step
   * @throws Error where the training split has no pair to draw
   */
  async trainingPair(position: number, easing: Easing | null, wanted: Wanted | null = null): Promise<Pair> {
    return this.#draw(this.#trainingPool(wanted), position, easing);
  }

  /** The same pair at once, or null where an episode's usable pairs have yet to be found out. */
  trainingPairNow(position: number, easing: Easing | null, wanted: Wanted | null = null): Pair | null {
    const drawn = this.#trainingPool(wanted).draw(position, easing, this.#tables, 0);
    return drawn && 'pair' in drawn ? drawn.pair : null;
  }

  /**
   * The evaluation pair at a position: episodes take turns, so that every episode counts about the same.
   * @param window a fixed window, or null for the choice's or the sampling's
   * @throws NothingToDraw where there is no such pair
   */
  async evaluationPair(
    split: 'validation' | 'test',
    position: number,
    window: number | null,
    choice: PairChoice = {},
  ): Promise<Pair> {
    // Both instructions are asked about the same pairs.
    const key = `${split} ${window} ${JSON.stringify({ ...choice, instruction: choice.instruction !== undefined })}`;
    let pool = this.#pools.get(key);
    if (!pool) {
      const windows = (window === null ? choice.windows : [window])?.map((w) => ({ window: w, weight: 1 }));
      const stream = STREAMS[split] * 1000 + (window ?? 0);
      const falling = choice.progress === 'falling';
      pool = this.#pool(split, this.chosen(split, choice), windows ?? this.#sampling.windows, stream, null, falling);
      this.#pools.set(key, pool);
    }
    return this.#draw(pool, position, null);
  }

  #trainingPool(wanted: Wanted | null): PairPool {
    let pool = wanted ? this.#wantedPools.get(wanted) : this.#pools.get('train');
    if (pool) return pool;
    const all = this.#bySplit.train;
    const episodes = wanted ? all.filter((e) => wanted.episode(e)) : all;
    pool = this.#pool('train', episodes, this.#sampling.windows, STREAMS.train, wanted);
    if (wanted) this.#wantedPools.set(wanted, pool);
    else this.#pools.set('train', pool);
    return pool;
  }

  #pool(
    split: Split,
    episodes: readonly Episode[],
    windows: Sampling['windows'],
    stream: number,
    wanted: Wanted | null,
    falling = false,
  ): PairPool {
    if (episodes.length === 0) throw new NothingToDraw(nothingToDraw(split));
    const keys = [split === 'train' ? this.#seed : this.#splitSeed, stream] as const;
    const pool = new PairPool(episodes, this.#sampling, windows, keys, wanted, split !== 'train', falling);
    if (pool.block === 0) throw new NothingToDraw(nothingToDraw(split));
    return pool;
  }

  async #draw(pool: PairPool, position: number, easing: Easing | null): Promise<Pair> {
    let miss = 0;
    for (;;) {
      const drawn = pool.draw(position, easing, this.#tables, miss);
      // A curriculum says what comes first, not what there must be.
      if (!drawn && easing) return this.#draw(pool, position, null);
      if (!drawn) throw new NothingToDraw(pool.wanted ? m.engine_no_described_pair() : m.engine_no_pair());
      if ('pair' in drawn) return drawn.pair;
      miss = drawn.miss;
      await this.#learn(drawn.unknown);
    }
  }

  #learn(episode: Episode): Promise<void> {
    let reading = this.#reading.get(episode.id);
    if (!reading) {
      reading = this.#read(episode).finally(() => this.#reading.delete(episode.id));
      this.#reading.set(episode.id, reading);
    }
    return reading;
  }

  async #read(episode: Episode): Promise<void> {
    const kept = this.kept(episode);
    const [signatures, progress] = await Promise.all([
      this.#source.signatures(episode, kept),
      this.#source.progress(episode, kept),
    ]);
    const failed = episode.outcome === 'failure';
    this.#tables.set(episode.id, new UsablePairs(signatures, progress, failed, this.#sampling));
  }

  #canGivePairs(episode: Episode): boolean {
    if (episode.outcome === 'failure' && !mayKnowProgress(episode)) return false;
    return keptRange(episode, this.#sampling).count > this.#least;
  }
}

function nothingToDraw(split: Split): string {
  if (split === 'train') return m.engine_nothing_to_train();
  return m.engine_nothing_to_measure({ split: splitName(split) });
}
