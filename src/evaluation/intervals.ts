// How sure the figures are. Pairs of one episode resemble each other, so an interval that counts pairs is far too narrow
// (twenty episodes of fifty pairs, intraclass correlation 0.1: a "95 %" Wilson interval covers 59 %). Here the episode is
// the cluster: Wilson's interval on the effective number of pairs with Student's quantile at episodes − 1 (or less, where few
// episodes cause the spread), and for the lean to one position a permutation test that flips the sign of whole episodes.
import { fewestEpisodes, tooFewEpisodes } from './clusterMean';
import { tQuantile } from './distributions';
import { gapInterval, leanInterval } from './leanInterval';
import { cellOf, type Judgement } from './metrics';
import { flipTest, type FlipTest } from './signFlips';
import * as m from '../words/messages';

/** One item that is right (or flips, …) or not, and the episode it belongs to. */
export interface Outcome {
  readonly episode: string;
  readonly hit: boolean;
}

/** An estimate in percent with its interval; `low` and `high` are null, and `reason` says why, where none is honest. */
export interface Interval {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
  readonly episodes: number;
  readonly items: number;
  /** Intraclass correlation: how much more two items of one episode agree than two of different ones, 0 to 1. */
  readonly icc: number;
  /** By what factor clustering shrinks the number of items that count. */
  readonly designEffect: number;
}

/**
 * Interval of a share with the episode as the cluster. Where all items agree the correlation cannot be estimated and
 * the episodes alone count: twenty perfect episodes mean "at least 82 %", however many pairs each had.
 */
export function shareInterval(outcomes: readonly Outcome[], confidence = 0.95): Interval {
  return countedShareInterval(clustersOf(outcomes), confidence);
}

/** An episode's items and how many of them hit. */
export interface Cluster {
  size: number;
  hits: number;
}

/** The same interval from counts by episode. */
export function countedShareInterval(clusters: readonly Cluster[], confidence = 0.95): Interval {
  const items = clusters.reduce((sum, cluster) => sum + cluster.size, 0);
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
  const share = clusters.reduce((sum, cluster) => sum + cluster.hits, 0) / items;
  const icc = share === 0 || share === 1 ? 1 : correlation(clusters, share);
  const typicalSize = clusters.reduce((sum, cluster) => sum + cluster.size ** 2, 0) / items;
  const designEffect = 1 + (typicalSize - 1) * icc;
  const known = { estimate: 100 * share, episodes, items, icc, designEffect };
  if (episodes < fewestEpisodes) return { ...known, low: null, high: null, reason: tooFewEpisodes(episodes) };
  const t = tQuantile((1 + confidence) / 2, freedomOf(clusters, share, typicalSize));
  const [low, high] = wilson(share, items / designEffect, t);
  return { ...known, low: 100 * low, high: 100 * high, reason: null };
}

/** Wilson's score interval for a share seen in `size` independent items, at the quantile z. */
export function wilson(share: number, size: number, z: number): [number, number] {
  const weight = (z * z) / size;
  const centre = (share + weight / 2) / (1 + weight);
  const half = (z / (1 + weight)) * Math.sqrt((share * (1 - share)) / size + (z * z) / (4 * size * size));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Intervals of the figures that a verdict names. */
export interface SummaryIntervals {
  readonly bothRight: Interval;
  readonly flipRate: Interval;
  readonly forward: Interval;
  readonly reverse: Interval;
  readonly average: Interval;
  /** Points; from 0 where the lean may be none. */
  readonly gap?: Interval;
  /** Forward minus reverse accuracy in points; positive leans to the second image. */
  readonly lean?: Interval;
  /** Of readable answers, those that name the second image. */
  readonly pSecond?: Interval;
}

/** Intervals of the shares of a set of judgements. */
export function summaryIntervals(rows: readonly Judgement[], confidence = 0.95): SummaryIntervals {
  const of = (hit: (row: Judgement) => boolean): Outcome[] =>
    rows.map((row) => ({ episode: row.episode, hit: hit(row) }));
  const flips = (row: Judgement): boolean => ['alwaysFirst', 'alwaysSecond'].includes(cellOf(row));
  const forward = of((row) => row.forward === 'img2');
  const reverse = of((row) => row.reverse === 'img1');
  const lean = leanInterval(rows, confidence);
  return {
    bothRight: shareInterval(
      of((row) => cellOf(row) === 'bothRight'),
      confidence,
    ),
    flipRate: shareInterval(of(flips), confidence),
    forward: shareInterval(forward, confidence),
    reverse: shareInterval(reverse, confidence),
    average: averageInterval(rows, confidence),
    gap: gapInterval(lean),
    lean,
    pSecond: shareInterval(secondAnswers(rows), confidence),
  };
}

export interface SignFlip extends FlipTest {
  /** Forward minus reverse accuracy in points; positive leans to the second image. */
  readonly difference: number;
  /** Why there is no p value, or null. */
  readonly reason: string | null;
}

/** Tests whether forward and reverse accuracy differ, by flipping the sign of each episode's difference. */
export function signFlipTest(rows: readonly Judgement[], seed: number, draws = 9_999): SignFlip {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const lean = Number(row.forward === 'img2') - Number(row.reverse === 'img1');
    sums.set(row.episode, (sums.get(row.episode) ?? 0) + lean);
  }
  // In order of the ids: the random patterns must not depend on the order of the rows.
  const leans = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, lean]) => lean);
  const observed = leans.reduce((sum, lean) => sum + lean, 0);
  const difference = rows.length === 0 ? 0 : (100 * observed) / rows.length;
  if (leans.length < fewestEpisodes) {
    return { difference, p: null, reason: tooFewEpisodes(leans.length), patterns: 0, exact: false };
  }
  return { difference, reason: null, ...flipTest(leans, seed, draws) };
}

/** The answers that could be read, as items that hit where they name the second image. */
function secondAnswers(rows: readonly Judgement[]): Outcome[] {
  return rows.flatMap(({ episode, forward, reverse }) =>
    [forward, reverse].flatMap((answer) => (answer === 'invalid' ? [] : [{ episode, hit: answer === 'img2' }])),
  );
}

function clustersOf(outcomes: readonly Outcome[]): Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const outcome of outcomes) {
    const cluster = clusters.get(outcome.episode) ?? { size: 0, hits: 0 };
    cluster.size += 1;
    cluster.hits += Number(outcome.hit);
    clusters.set(outcome.episode, cluster);
  }
  return [...clusters.values()];
}

/** Intraclass correlation by the analysis of variance for clusters of unequal size, held to 0 … 1. */
function correlation(clusters: readonly Cluster[], share: number): number {
  const items = clusters.reduce((sum, cluster) => sum + cluster.size, 0);
  const groups = clusters.length;
  if (groups < 2 || items === groups) return 0;
  let between = 0;
  let within = 0;
  let squares = 0;
  for (const { size, hits } of clusters) {
    const mean = hits / size;
    between += size * (mean - share) ** 2;
    within += size * mean * (1 - mean);
    squares += size ** 2;
  }
  const meanBetween = between / (groups - 1);
  const meanWithin = within / (items - groups);
  const size = (items - squares / items) / (groups - 1);
  const icc = (meanBetween - meanWithin) / (meanBetween + (size - 1) * meanWithin);
  return Math.min(1, Math.max(0, icc));
}

/**
 * Degrees of freedom of the spread: episodes − 1, and fewer where a few of them cause most of it, by the kurtosis of what each
 * adds. With 20 episodes of 50 pairs at 97 % and correlation 0.3, coverage is 90 % with it and 84 % without. That is the
 * doubt about the spread between episodes: where each has one pair Wilson's interval knows the spread from the share, and
 * with few pairs much of it (`typicalSize`, the pairs of an episode).
 */
function freedomOf(clusters: readonly Cluster[], share: number, typicalSize: number): number {
  const parts = clusters.map(({ size, hits }) => (hits - size * share) ** 2);
  const squares = parts.reduce((sum, part) => sum + part, 0);
  const fourths = parts.reduce((sum, part) => sum + part * part, 0);
  const most = clusters.length - 1;
  if (squares < 1e-9) return most;
  const kurtosis = (clusters.length * fourths) / squares ** 2;
  const doubt = (kurtosis - 1) * (1 - 1 / typicalSize);
  return doubt <= 0 ? most : Math.min(most, (2 * most) / doubt);
}

/** The two answers to a pair are two items of one episode; their likeness goes into the correlation. */
function averageInterval(rows: readonly Judgement[], confidence: number): Interval {
  const outcomes = rows.flatMap((row) => [
    { episode: row.episode, hit: row.forward === 'img2' },
    { episode: row.episode, hit: row.reverse === 'img1' },
  ]);
  return shareInterval(outcomes, confidence);
}
