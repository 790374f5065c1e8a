// Mean of a value over pairs with the episode as the cluster: the standard error comes from leaving out one episode after
// the other (the delete-one jackknife, which errs on the wide side with few clusters), the quantile from Student's t at
// episodes − 1. For values that are no shares (a Brier score, a divergence, a difference of shares).
import { tCdf, tQuantile } from './distributions';
import * as m from '../words/messages';

/** Fewer episodes than this carry no interval: simulated coverage falls below what the label promises. */
export const fewestEpisodes = 8;

/** Why there is no interval for this many episodes. */
export function tooFewEpisodes(episodes: number): string {
  return m.engine_few_episodes({ episodes, fewest: fewestEpisodes });
}

export interface ClusterMean {
  readonly mean: number;
  /** Null, with the reason, where no interval is honest. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
  readonly episodes: number;
}

/** One episode's sum of a value and the number of pairs (or answers) it was summed over. */
export interface ClusterSum {
  readonly sum: number;
  readonly size: number;
}

/** Mean of a value of items that belong to episodes, with its interval; null without items. */
export function clusterMean(
  items: Iterable<readonly [episode: string, value: number]>,
  confidence = 0.95,
): ClusterMean | null {
  const clusters = new Map<string, { sum: number; size: number }>();
  for (const [episode, value] of items) {
    const cluster = clusters.get(episode) ?? { sum: 0, size: 0 };
    cluster.sum += value;
    cluster.size += 1;
    clusters.set(episode, cluster);
  }
  return clusters.size === 0 ? null : meanOfSums([...clusters.values()], confidence);
}

/** The same from sums by episode. */
export function meanOfSums(clusters: readonly ClusterSum[], confidence = 0.95): ClusterMean {
  const sum = clusters.reduce((total, cluster) => total + cluster.sum, 0);
  const size = clusters.reduce((total, cluster) => total + cluster.size, 0);
  const mean = sum / size;
  const without = clusters.map((cluster) => (sum - cluster.sum) / (size - cluster.size));
  return spread(mean, without, confidence);
}

/** Interval about an estimate, given what it would be without each episode in turn. */
export function spread(mean: number, without: readonly number[], confidence = 0.95): ClusterMean {
  const episodes = without.length;
  if (episodes < fewestEpisodes) return { mean, low: null, high: null, reason: tooFewEpisodes(episodes), episodes };
  const half = tQuantile((1 + confidence) / 2, episodes - 1) * jackknifeError(mean, without);
  return { mean, low: mean - half, high: mean + half, reason: null, episodes };
}

/** Standard error of an estimate from what it would be without each episode in turn. */
export function jackknifeError(estimate: number, without: readonly number[]): number {
  const count = without.length;
  const squares = without.reduce((total, other) => total + (other - estimate) ** 2, 0);
  return Math.sqrt(((count - 1) / count) * squares);
}

/** Two-sided p value of Student's t. */
export function twoSided(t: number, freedom: number): number {
  return 2 * tCdf(-Math.abs(t), freedom);
}
