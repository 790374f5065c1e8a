// Interval of the lean (forward minus reverse accuracy) and of its size, the gap. Both orders are answers to the same
// pair, so this is a difference of paired shares: Bonett and Price's interval (a Wald interval after one pair is added to
// either kind of disagreement, which keeps it honest where a model never or always leans), on the effective number of
// pairs with the episode as the cluster and Student's quantile at episodes − 1.
import { fewestEpisodes, jackknifeError, tooFewEpisodes } from './clusterMean';
import { tQuantile } from './distributions';
import type { Interval } from './intervals';
import type { Judgement } from './metrics';
import * as m from '../words/messages';

/** Interval of forward minus reverse accuracy in points; positive leans to the second image. */
export function leanInterval(rows: readonly Judgement[], confidence = 0.95): Interval {
  const clusters = new Map<string, { second: number; first: number; size: number }>();
  for (const row of rows) {
    const cluster = clusters.get(row.episode) ?? { second: 0, first: 0, size: 0 };
    const difference = Number(row.forward === 'img2') - Number(row.reverse === 'img1');
    cluster.second += Number(difference > 0);
    cluster.first += Number(difference < 0);
    cluster.size += 1;
    clusters.set(row.episode, cluster);
  }
  return leanOfCounts([...clusters.values()], confidence);
}

/** Of one episode: pairs right forward alone (`second`), right in reverse alone (`first`), and all pairs. */
interface LeanCounts {
  second: number;
  first: number;
  size: number;
}

function leanOfCounts(clusters: readonly LeanCounts[], confidence: number): Interval {
  const items = total(clusters, ({ size }) => size);
  const episodes = clusters.length;
  if (items === 0) {
    return {
      estimate: null,
      low: null,
      high: null,
      reason: m.engine_no_pairs(),
      episodes,
      items,
      icc: 0,
      designEffect: 1,
    };
  }
  const [second, first] = [total(clusters, (c) => c.second) / items, total(clusters, (c) => c.first) / items];
  const typicalSize = total(clusters, ({ size }) => size ** 2) / items;
  const designEffect = Math.min(typicalSize, designEffectOf(clusters, items, second, first));
  const icc = typicalSize > 1 ? (designEffect - 1) / (typicalSize - 1) : 0;
  const known = { estimate: 100 * (second - first), episodes, items, icc, designEffect };
  if (episodes < fewestEpisodes) return { ...known, low: null, high: null, reason: tooFewEpisodes(episodes) };
  const size = items / designEffect;
  const [toSecond, toFirst] = [(second * size + 1) / (size + 2), (first * size + 1) / (size + 2)];
  const centre = toSecond - toFirst;
  const error = Math.sqrt((toSecond + toFirst - centre ** 2) / (size + 2));
  const half = tQuantile((1 + confidence) / 2, episodes - 1) * error;
  // The added pairs move the centre towards none; a figure that was measured still lies in its interval.
  const low = Math.min(second - first, Math.max(-1, centre - half));
  const high = Math.max(second - first, Math.min(1, centre + half));
  return { ...known, low: 100 * low, high: 100 * high, reason: null };
}

/** How much more the lean varies than with as many unrelated pairs; all of it where every pair says the same. */
function designEffectOf(clusters: readonly LeanCounts[], items: number, second: number, first: number): number {
  const simple = (second + first - (second - first) ** 2) / items;
  if (simple <= 0 || clusters.length < 2) return Infinity;
  const sum = (second - first) * items;
  const without = clusters.map((c) => (sum - (c.second - c.first)) / (items - c.size));
  return Math.max(1, jackknifeError(second - first, without) ** 2 / simple);
}

/** Interval of the gap, given that of the lean: it covers the gap wherever the other covers the lean. */
export function gapInterval(lean: Interval): Interval {
  const estimate = lean.estimate === null ? null : Math.abs(lean.estimate);
  if (lean.low === null || lean.high === null) return { ...lean, estimate };
  const ends = [Math.abs(lean.low), Math.abs(lean.high)] as const;
  const low = lean.low <= 0 && lean.high >= 0 ? 0 : Math.min(...ends);
  return { ...lean, estimate, low, high: Math.max(...ends) };
}

function total<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
