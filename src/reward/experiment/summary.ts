// The figures of docs/experiments/reward.json out of the rows of episodes. The episode is what counts: each gives one number,
// and intervals come from drawing episodes anew.
import { Random } from '../../base/random';
import { tooFewEpisodes, fewestEpisodes } from '../../evaluation/clusterMean';
import { shareInterval } from '../../evaluation/intervals';
import { fitDone, type DoneRule } from '../done';
import { knownRegressions, matched, seenRegressions, type Found } from '../events';
import { ranking } from '../valueMeasures';
import { METHODS, type Method, type RewardRow } from './row';

export interface Estimate {
  estimate: number | null;
  low: number | null;
  high: number | null;
  /** Why there is no interval, or no estimate. */
  reason: string | null;
  episodes: number;
}

const DRAWS = 2000;

/** A statistic of episodes with its percentile interval over draws of episodes with replacement; 95 %. */
export function bootstrapped<T>(items: readonly T[], statistic: (items: readonly T[]) => number, seed = 1): Estimate {
  const episodes = items.length;
  const estimate = episodes === 0 ? NaN : statistic(items);
  if (!Number.isFinite(estimate))
    return { estimate: null, low: null, high: null, reason: tooFewEpisodes(episodes), episodes };
  if (episodes < fewestEpisodes) return { estimate, low: null, high: null, reason: tooFewEpisodes(episodes), episodes };
  const random = new Random(seed, episodes);
  const draws = Array.from({ length: DRAWS }, () =>
    statistic(Array.from({ length: episodes }, () => items[random.below(episodes)] as T)),
  )
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const at = (share: number) => draws[Math.round(share * (draws.length - 1))] ?? null;
  return { estimate, low: at(0.025), high: at(0.975), reason: null, episodes };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? NaN) + (sorted[Math.ceil(half)] ?? NaN)) / 2;
}

export const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Measures of one method over episodes. */
export interface MethodSummary {
  medianVoc: Estimate;
  /** Share of reversed episodes on which the value falls, percent. */
  reversedSignRight: Estimate | null;
  monotonicity: Estimate;
  /** Mean correlation with true progress over episodes, and mean absolute error of both stretched to [0, 1]. */
  progressCorrelation: Estimate | null;
  error: Estimate | null;
}

export function methodSummary(rows: readonly RewardRow[], method: Method): MethodSummary | null {
  const of = rows.flatMap(({ methods }) => methods[method] ?? []);
  if (of.length === 0) return null;
  const numbers = (pick: (row: (typeof of)[number]) => number | null) => of.flatMap((row) => pick(row) ?? []);
  const averaged = (values: number[]) => (values.length === 0 ? null : bootstrapped(values, mean));
  const turned = rows.flatMap(({ episode, methods }) => {
    const vroc = methods[method]?.vroc ?? null;
    return vroc === null ? [] : [{ episode, hit: vroc < 0 }];
  });
  return {
    medianVoc: bootstrapped(
      numbers(({ voc }) => voc),
      median,
    ),
    reversedSignRight: turned.length === 0 ? null : plain(shareInterval(turned)),
    monotonicity: bootstrapped(
      numbers(({ monotonicity }) => monotonicity),
      mean,
    ),
    progressCorrelation: averaged(numbers(({ correlation }) => correlation)),
    error: averaged(numbers(({ error }) => error)),
  };
}

const plain = ({ estimate, low, high, reason, episodes }: Estimate): Estimate => ({
  estimate,
  low,
  high,
  reason,
  episodes,
});

/** All methods over some rows. */
export function methodTable(rows: readonly RewardRow[]): Partial<Record<Method, MethodSummary>> {
  return Object.fromEntries(
    METHODS.flatMap((method) => {
      const summary = methodSummary(rows, method);
      return summary === null ? [] : [[method, summary]];
    }),
  );
}

/** Steps of a regression that is to be found: more than the smallest window. */
const REGRESSION = 6;

/** What is found of the regressions of each episode whose truth is known. @param lost as for `seenRegressions` */
function regressionsFound(rows: readonly RewardRow[], lost?: number): Found[] {
  return rows.flatMap(({ critic, truth }) => {
    if (truth === null) return [];
    const steps = critic.map((hundredths) => hundredths / 100);
    return [matched(seenRegressions(steps, lost), knownRegressions(truth, REGRESSION))];
  });
}

/** Recall and precision in percent over all episodes with known truth. */
export function regressionFigures(rows: readonly RewardRow[], lost?: number) {
  const found = regressionsFound(rows, lost);
  const sum = (items: readonly Found[], pick: (one: Found) => number) =>
    items.reduce((total, one) => total + pick(one), 0);
  const share = (top: (one: Found) => number, under: (one: Found) => number) => (items: readonly Found[]) =>
    (100 * sum(items, top)) / sum(items, under);
  return {
    known: sum(found, ({ known }) => known),
    marked: sum(found, ({ marked }) => marked),
    recall: bootstrapped(
      found,
      share(
        (one) => one.found,
        (one) => one.known,
      ),
    ),
    precision: bootstrapped(
      found,
      share(
        (one) => one.right,
        (one) => one.marked,
      ),
    ),
  };
}

/**
 * The least sum of certainties at which marks are right often enough, in halves; null where they never are.
 * @param precision percent of marks that must be right
 */
export function lostOf(rows: readonly RewardRow[], precision: number): number | null {
  for (let lost = 2; lost <= 30; lost += 0.5) {
    const all = regressionsFound(rows, lost);
    const sum = (pick: (one: Found) => number) => all.reduce((total, one) => total + pick(one), 0);
    if (100 * sum((one) => one.right) >= precision * sum((one) => one.marked) && sum((one) => one.marked) > 0)
      return lost;
  }
  return null;
}

/** Chance that a success is ranked above a failure, by the value at its end and by the chance of being done. */
export function outcomeFigures(rows: readonly RewardRow[]) {
  const known = rows.filter(({ outcome }) => outcome !== 'unknown');
  const by = (pick: (row: RewardRow) => number) =>
    bootstrapped(known, (some) =>
      ranking(
        some.filter(({ outcome }) => outcome === 'success').map(pick),
        some.filter(({ outcome }) => outcome === 'failure').map(pick),
      ),
    );
  return {
    successes: known.filter(({ outcome }) => outcome === 'success').length,
    failures: known.filter(({ outcome }) => outcome === 'failure').length,
    byDone: by(({ endLogit }) => endLogit),
    byValue: by(({ value }) => value),
    byNegativeRate: by(({ negativeRate }) => -negativeRate),
  };
}

/** The chance of being done, fitted: ends of successes against ends of failures and as many frames of the middle. */
export function doneRuleOf(rows: readonly RewardRow[]): DoneRule {
  const ends = rows.filter(({ outcome }) => outcome === 'success').map(({ endLogit }) => endLogit);
  const failed = rows.filter(({ outcome }) => outcome === 'failure').map(({ endLogit }) => endLogit);
  const middles = rows
    .flatMap(({ middleLogits }, i) => middleLogits[i % middleLogits.length] ?? [])
    .slice(0, ends.length);
  const logits = [...ends, ...failed, ...middles];
  return fitDone(
    logits,
    logits.map((_, i) => (i < ends.length ? 1 : 0)),
  );
}
