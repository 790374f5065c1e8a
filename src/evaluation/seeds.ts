// What several training seeds say together. Two kinds of doubt stand side by side and are never mixed: how much the
// figure varies between training runs (mean, standard deviation and Student's t interval over seeds), and how sure it is
// given the episodes that were judged (all seeds pooled, the episode as the cluster). Every seed stays visible.
import { spread } from './clusterMean';
import { countedFigure, hitsOf, type CountedFigure, type EpisodeTable } from './episodeCounts';
import { tQuantile } from './distributions';
import { countedShareInterval } from './intervals';
import * as m from '../words/messages';

export interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

export interface SeedSpread {
  readonly seeds: readonly SeedValue[];
  readonly mean: number;
  /** Standard deviation between seeds; null for one. */
  readonly sd: number | null;
  /** Student's t interval of the mean; null, with the reason, for too few seeds. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
}

/** Fewer seeds than this carry no interval. */
export const fewestSeeds = 3;

/** Mean and spread of a figure over seeds. @throws RangeError without any */
export function acrossSeeds(seeds: readonly SeedValue[], confidence = 0.95): SeedSpread {
  const count = seeds.length;
  if (count === 0) throw new RangeError('There is no seed to take a mean of.');
  const mean = seeds.reduce((sum, { value }) => sum + value, 0) / count;
  const squares = seeds.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  const sd = count > 1 ? Math.sqrt(squares / (count - 1)) : null;
  if (sd === null || count < fewestSeeds) {
    const reason = m.engine_few_seeds({ count, fewest: fewestSeeds });
    return { seeds, mean, sd, low: null, high: null, reason };
  }
  const half = (tQuantile((1 + confidence) / 2, count - 1) * sd) / Math.sqrt(count);
  return { seeds, mean, sd, low: mean - half, high: mean + half, reason: null };
}

/** A figure over seeds, and its interval over episodes with all seeds pooled. */
export interface SeededFigure {
  readonly overSeeds: SeedSpread;
  readonly overEpisodes: PooledInterval;
}

/** In percent or points; `low` and `high` are null, with the reason, with too few episodes. */
export interface PooledInterval {
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
  readonly episodes: number;
}

/** One figure of several seeds that were judged on the same episodes. @throws RangeError without any seed */
export function seededFigure(
  runs: readonly { readonly seed: number; readonly episodes: EpisodeTable }[],
  figure: CountedFigure,
  confidence = 0.95,
): SeededFigure {
  const values = runs.map(({ seed, episodes }) => ({ seed, value: countedFigure(episodes, figure) }));
  const overSeeds = acrossSeeds(values, confidence);
  const tables = runs.map(({ episodes }) => episodes);
  const overEpisodes =
    figure === 'gap' || figure === 'lean'
      ? pooledMean(tables, figure, confidence)
      : pooledShare(tables, figure, confidence);
  return { overSeeds, overEpisodes };
}

function pooledShare(
  tables: readonly EpisodeTable[],
  figure: Exclude<CountedFigure, 'gap' | 'lean'>,
  confidence: number,
): PooledInterval {
  const clusters = new Map<string, { size: number; hits: number }>();
  // An average counts two answers a pair, so that hits stay whole numbers.
  const answers = figure === 'average' ? 2 : 1;
  for (const [episode, counts] of tables.flatMap((table) => Object.entries(table))) {
    const cluster = clusters.get(episode) ?? { size: 0, hits: 0 };
    cluster.size += answers * counts[0];
    cluster.hits += answers * hitsOf(counts, figure);
    clusters.set(episode, cluster);
  }
  const { low, high, reason, episodes } = countedShareInterval([...clusters.values()], confidence);
  return { low, high, reason, episodes };
}

/** By leaving out each episode from all seeds; a gap is not below 0. */
function pooledMean(tables: readonly EpisodeTable[], figure: 'gap' | 'lean', confidence: number): PooledInterval {
  const episodes = [...new Set(tables.flatMap((table) => Object.keys(table)))];
  const all = tables.map((table) => ({ table, ...sums(table) }));
  const mean = (without: string | null): number =>
    all.reduce((total, { table, lean, pairs }) => {
      const counts = without === null ? undefined : table[without];
      const left = counts === undefined ? lean : lean - hitsOf(counts, 'lean');
      const share = (100 * left) / (pairs - (counts?.[0] ?? 0));
      return total + (figure === 'gap' ? Math.abs(share) : share) / all.length;
    }, 0);
  const found = spread(
    mean(null),
    episodes.map((episode) => mean(episode)),
    confidence,
  );
  const low = figure === 'gap' && found.low !== null ? Math.max(0, found.low) : found.low;
  return { low, high: found.high, reason: found.reason, episodes: found.episodes };
}

function sums(table: EpisodeTable): { lean: number; pairs: number } {
  const counts = Object.values(table);
  return {
    lean: counts.reduce((sum, each) => sum + hitsOf(each, 'lean'), 0),
    pairs: counts.reduce((sum, each) => sum + each[0], 0),
  };
}
