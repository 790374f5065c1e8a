// What a sampling gives, counted: pairs by window and by category, and what is left out and why.
import type { Episode } from '../episodes/episode';
import { keptRange } from './keptFrames';
import type { PairStream } from './pairStream';
import type { Sampling } from './sampling';
import { BEHIND, NOT_AHEAD, PAUSE } from './usablePairs';

export interface WindowCount {
  window: number;
  /** Percent of the pairs drawn in training that have this window, by its weight. */
  drawn: number;
  pairs: number;
  /** Pairs left out because nothing visible changes between the two frames. */
  pauses: number;
  /** Pairs left out because true progress stands still or falls. */
  notAhead: number;
  /** Pairs of failed episodes whose true progress is not known. */
  failures: number;
  /** Episodes that are too short for the window. */
  tooShort: number;
}

/** Pairs of an episode that can be used, of those that its length allows. */
export interface UsedPairs {
  pairs: number;
  possible: number;
}

/** Counting looks at no more episodes than this; larger sources are scaled up from them. */
export const COUNTED_EPISODES = 200;

/**
 * Pairs by window over the episodes given, with what is left out and why.
 * @param used takes what each episode gives
 */
export async function countPairs(
  stream: PairStream,
  sampling: Sampling,
  episodes: readonly Episode[],
  used = new Map<string, UsedPairs>(),
): Promise<WindowCount[]> {
  const weights = sampling.windows.reduce((sum, { weight }) => sum + weight, 0);
  const counts = sampling.windows
    .filter((w) => w.weight > 0)
    .map(({ window, weight }) => ({
      window,
      drawn: (100 * weight) / weights,
      pairs: 0,
      pauses: 0,
      notAhead: 0,
      failures: 0,
      tooShort: 0,
    }))
    .sort((a, b) => a.window - b.window);
  for (const episode of episodes) {
    const length = keptRange(episode, sampling).count;
    for (const count of counts) if (length <= count.window) count.tooShort++;
    if (episode.outcome === 'failure' && stream.kept(episode).length === 0) {
      for (const count of counts) count.failures += Math.max(0, length - count.window);
      continue;
    }
    if (length <= (counts[0]?.window ?? 0)) continue;
    const usable = await stream.usable(episode);
    const own = { pairs: 0, possible: 0 };
    used.set(episode.id, own);
    for (const count of counts) {
      for (const byte of usable.row(count.window)) {
        own.possible++;
        if (byte !== PAUSE && byte !== NOT_AHEAD && byte !== BEHIND) own.pairs++;
        if (byte === PAUSE) count.pauses++;
        else if (byte === NOT_AHEAD || byte === BEHIND) count.notAhead++;
        else count.pairs++;
      }
    }
  }
  return counts;
}

/** Training episodes and their pairs by category, in step with the pairs by window: they sum to the same. */
export function countByCategory(
  stream: PairStream,
  sampling: Sampling,
  pairs: number,
  usedOf: (episode: Episode) => UsedPairs | null,
): { category: string; episodes: number; pairs: number }[] {
  const windows = sampling.windows.filter((w) => w.weight > 0);
  const groups = new Map<string, { episodes: number; possible: number; seen: UsedPairs }>();
  for (const episode of stream.episodes('train')) {
    const group = groups.get(episode.category) ?? { episodes: 0, possible: 0, seen: { pairs: 0, possible: 0 } };
    const length = stream.kept(episode).length;
    const seen = usedOf(episode);
    group.episodes++;
    group.possible += windows.reduce((sum, { window }) => sum + Math.max(0, length - window), 0);
    group.seen.pairs += seen?.pairs ?? 0;
    group.seen.possible += seen?.possible ?? 0;
    groups.set(episode.category, group);
  }
  // Where not all were looked at, those that were speak for the others of their kind.
  const weightOf = ({ possible, seen }: { possible: number; seen: UsedPairs }) =>
    seen.possible > 0 ? (possible * seen.pairs) / seen.possible : possible;
  const all = [...groups.values()].reduce((sum, group) => sum + weightOf(group), 0);
  let before = 0;
  return [...groups].map(([category, group]) => {
    const from = before;
    before += weightOf(group);
    const upTo = (place: number) => Math.round((place * pairs) / Math.max(all, 1));
    return { category, episodes: group.episodes, pairs: upTo(before) - upTo(from) };
  });
}
