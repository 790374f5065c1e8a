// Whether one strategy beats another. Seeds and episodes both vary, and each alone answers half of the question: the
// sign-flip test over episodes (of the difference averaged over seeds) says whether it would hold on other episodes for
// these trained models; Student's t over seeds says whether it would hold for other training runs on these episodes. A
// claim about the strategies needs both, so the p value of a comparison is the larger of the two.
import { jackknifeError, spread, twoSided, type ClusterMean } from './clusterMean';
import { countedFigure, hitsOf, type CountedFigure, type EpisodeTable } from './episodeCounts';
import { acrossSeeds, type SeedSpread } from './seeds';
import { flipTest } from './signFlips';
import * as m from '../words/messages';

/** Two models on the same pairs, or at least the same episodes: of one seed where strategies are compared. */
export interface PairedTables {
  readonly seed: number;
  readonly first: EpisodeTable;
  readonly second: EpisodeTable;
}

/** A difference in points with the interval and test that generalise to other episodes. */
export interface EpisodeDifference extends ClusterMean {
  /** Two-sided, by flips of whole episodes' signs; null with too few episodes. */
  readonly p: number | null;
}

/** First minus second strategy, in points (for `gap`: negative is the smaller gap). */
export interface Comparison {
  readonly figure: CountedFigure;
  /**
   * `pairs`: both judged the same pairs. `episodes`: only the same episodes, so that shares of those both judged are
   * compared, with Student's t for the flips of signs; what the pairs differ in (windows) is then not taken out.
   */
  readonly pairedBy: 'pairs' | 'episodes';
  /** Mean over seeds. */
  readonly difference: number;
  /** Of the trained models that were measured: generalises to other episodes. */
  readonly overEpisodes: EpisodeDifference;
  /** On the episodes that were measured: generalises to other training runs. */
  readonly overSeeds: SeedSpread & { readonly p: number | null };
  /** For a claim about the strategies: the larger of both p values; null where either is missing. */
  readonly p: number | null;
}

/**
 * Compares two strategies that were judged on the same episodes with the same seeds.
 * @param key fixes the permutations
 * @throws RangeError without seeds, or where the two share no episode
 */
export function compareStrategies(
  runs: readonly PairedTables[],
  figure: CountedFigure,
  key: number,
  confidence = 0.95,
): Comparison {
  if (runs.length === 0) throw new RangeError(m.engine_nothing_to_compare());
  const both = runs.map(shared);
  const seeds = acrossSeeds(
    both.map((run) => ({
      seed: run.seed,
      value: countedFigure(run.first, figure) - countedFigure(run.second, figure),
    })),
    confidence,
  );
  const overEpisodes = episodeDifference(both, figure, key, confidence);
  const overSeeds = { ...seeds, p: seedTest(seeds) };
  const p = overEpisodes.p === null || overSeeds.p === null ? null : Math.max(overEpisodes.p, overSeeds.p);
  const pairedBy = both.every(arePaired) && runs.every(arePaired) ? 'pairs' : 'episodes';
  return { figure, pairedBy, difference: seeds.mean, overEpisodes, overSeeds, p };
}

/** The difference of two sets of judgements of the same pairs, by episodes alone. @throws RangeError as above */
export function compareEpisodes(
  first: EpisodeTable,
  second: EpisodeTable,
  figure: CountedFigure,
  key: number,
): EpisodeDifference {
  return episodeDifference([shared({ seed: 0, first, second })], figure, key, 0.95);
}

/**
 * p values corrected for asking several questions (Holm): each, in rising order, times the number of those not yet
 * rejected. Questions without a p value stay null and are not counted.
 */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const known = ps.flatMap((p, i) => (p === null ? [] : [{ p, i }])).sort((a, b) => a.p - b.p);
  const corrected: (number | null)[] = ps.map(() => null);
  let largest = 0;
  known.forEach(({ p, i }, rank) => {
    largest = Math.min(1, Math.max(largest, p * (known.length - rank)));
    corrected[i] = largest;
  });
  return corrected;
}

/** Of one seed: what each episode adds to the first and to the second share. */
interface Series {
  terms: Map<string, readonly [first: number, firstPairs: number, second: number, secondPairs: number]>;
  /** Sums of the terms. */
  sums: readonly [number, number, number, number];
}

function episodeDifference(
  runs: readonly PairedTables[],
  figure: CountedFigure,
  key: number,
  confidence: number,
): EpisodeDifference {
  const series = runs.map((run) => seriesOf(run, figure));
  const episodes = [...new Set(series.flatMap(({ terms }) => [...terms.keys()]))].sort();
  const difference = (without: string | null): number =>
    average(
      series.map(({ terms, sums }) => {
        const [a, b, c, d] = (without === null ? undefined : terms.get(without)) ?? [0, 0, 0, 0];
        return 100 * ((sums[0] - a) / (sums[1] - b) - (sums[2] - c) / (sums[3] - d));
      }),
    );
  const mean = difference(null);
  const without = episodes.map((episode) => difference(episode));
  const found = spread(mean, without, confidence);
  if (found.low === null) return { ...found, p: null };
  if (!runs.every(arePaired)) {
    const error = jackknifeError(mean, without);
    return { ...found, p: error === 0 ? Number(mean === 0) : twoSided(mean / error, episodes.length - 1) };
  }
  const parts = episodes.map((episode) =>
    average(
      series.map(({ terms, sums }) => {
        const [first, , second] = terms.get(episode) ?? [0, 0, 0];
        return (100 * (first - second)) / sums[1];
      }),
    ),
  );
  return { ...found, p: flipTest(parts, key).p };
}

/** The gap counts each model's lean in the direction in which it leans. */
function seriesOf({ first, second }: PairedTables, figure: CountedFigure): Series {
  const terms: Series['terms'] = new Map();
  const value = figure === 'gap' ? 'lean' : figure;
  const direction = (table: EpisodeTable): number => (figure === 'gap' && countedFigure(table, 'lean') < 0 ? -1 : 1);
  const [ofFirst, ofSecond] = [direction(first), direction(second)];
  let sums: Series['sums'] = [0, 0, 0, 0];
  for (const [episode, counts] of Object.entries(first)) {
    const other = second[episode];
    if (other === undefined) continue;
    const term = [ofFirst * hitsOf(counts, value), counts[0], ofSecond * hitsOf(other, value), other[0]] as const;
    terms.set(episode, term);
    sums = [sums[0] + term[0], sums[1] + term[1], sums[2] + term[2], sums[3] + term[3]];
  }
  return { terms, sums };
}

/** Whether as many pairs of each episode were judged by both. */
function arePaired({ first, second }: PairedTables): boolean {
  const episodes = Object.keys(first);
  return (
    episodes.length === Object.keys(second).length && episodes.every((each) => first[each]?.[0] === second[each]?.[0])
  );
}

/** Both tables with the episodes they share. @throws RangeError where there are none */
function shared(run: PairedTables): PairedTables {
  const keep = (table: EpisodeTable, other: EpisodeTable): EpisodeTable =>
    Object.fromEntries(
      Object.entries(table).filter(([episode, [pairs]]) => pairs > 0 && (other[episode]?.[0] ?? 0) > 0),
    );
  const [first, second] = [keep(run.first, run.second), keep(run.second, run.first)];
  if (Object.keys(first).length > 0) return { seed: run.seed, first, second };
  throw new RangeError(m.engine_other_episodes({ seed: run.seed }));
}

function seedTest({ mean, sd, seeds, low }: SeedSpread): number | null {
  if (low === null || sd === null) return null;
  if (sd === 0) return mean === 0 ? 1 : 0;
  return twoSided((mean * Math.sqrt(seeds.length)) / sd, seeds.length - 1);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
