// Whether one strategy beats another. Seeds and episodes both vary, and each alone answers half of the question: the
// sign-flip test over episodes (of the difference averaged over seeds) says whether it would hold on other episodes for
// these trained models; Student's t over seeds says whether it would hold for other training runs on these episodes. A
// claim about the strategies needs both, so the p value of a comparison is the larger of the two.
import { spread, twoSided, type ClusterMean } from './clusterMean';
import { countedFigure, hitsOf, type CountedFigure, type EpisodeTable } from './episodeCounts';
import { acrossSeeds, type SeedSpread } from './seeds';
import { flipTest } from './signFlips';

/** Two models on the same pairs: of one seed where strategies are compared. */
export interface PairedTables {
  readonly seed: number;
  readonly first: EpisodeTable;
  readonly second: EpisodeTable;
}

/** A difference in points with the interval and test that generalise to other episodes. */
export interface EpisodeDifference extends ClusterMean {
  /** Two-sided sign-flip p value; null with too few episodes. */
  readonly p: number | null;
}

/** First minus second strategy, in points (for `gap`: negative is the smaller gap). */
export interface Comparison {
  readonly figure: CountedFigure;
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
 * Compares two strategies that were judged on the same pairs with the same seeds.
 * @param key fixes the permutations
 * @throws RangeError without seeds, or where the two were not judged on the same pairs
 */
export function compareStrategies(
  runs: readonly PairedTables[],
  figure: CountedFigure,
  key: number,
  confidence = 0.95,
): Comparison {
  if (runs.length === 0) throw new RangeError('There is nothing to compare: no seed was measured for both strategies.');
  const seeds = acrossSeeds(
    runs.map((run) => ({
      seed: run.seed,
      value: countedFigure(run.first, figure) - countedFigure(run.second, figure),
    })),
    confidence,
  );
  const overEpisodes = episodeDifference(runs, figure, key, confidence);
  const overSeeds = { ...seeds, p: seedTest(seeds) };
  const p = overEpisodes.p === null || overSeeds.p === null ? null : Math.max(overEpisodes.p, overSeeds.p);
  return { figure, difference: seeds.mean, overEpisodes, overSeeds, p };
}

/** The difference of two sets of judgements of the same pairs, by episodes alone. @throws RangeError as above */
export function compareEpisodes(
  first: EpisodeTable,
  second: EpisodeTable,
  figure: CountedFigure,
  key: number,
): EpisodeDifference {
  return episodeDifference([{ seed: 0, first, second }], figure, key, 0.95);
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

function episodeDifference(
  runs: readonly PairedTables[],
  figure: CountedFigure,
  key: number,
  confidence: number,
): EpisodeDifference {
  const series = runs.map((run) => contributions(run, figure));
  const episodes = [...new Set(series.flatMap(({ terms }) => [...terms.keys()]))].sort();
  const mean = average(series.map(({ sum, pairs }) => (100 * sum) / pairs));
  const without = episodes.map((episode) =>
    average(
      series.map(({ sum, pairs, terms }) => {
        const { difference, size } = terms.get(episode) ?? { difference: 0, size: 0 };
        return (100 * (sum - difference)) / (pairs - size);
      }),
    ),
  );
  const parts = episodes.map((episode) =>
    average(series.map(({ pairs, terms }) => (100 * (terms.get(episode)?.difference ?? 0)) / pairs)),
  );
  return { ...spread(mean, without, confidence), p: flipTest(parts, key).p };
}

interface Contributions {
  terms: Map<string, { difference: number; size: number }>;
  sum: number;
  pairs: number;
}

/** What each episode adds to the difference of one seed. The gap counts each model's lean in the direction it leans. */
function contributions({ seed, first, second }: PairedTables, figure: CountedFigure): Contributions {
  const terms: Contributions['terms'] = new Map();
  let [sum, pairs] = [0, 0];
  const value = figure === 'gap' ? 'lean' : figure;
  const direction = (table: EpisodeTable): number => (figure === 'gap' && countedFigure(table, 'lean') < 0 ? -1 : 1);
  const [ofFirst, ofSecond] = [direction(first), direction(second)];
  for (const [episode, counts] of Object.entries(first)) {
    const other = second[episode];
    if (other === undefined || other[0] !== counts[0]) throw notTheSame(seed);
    const difference = ofFirst * hitsOf(counts, value) - ofSecond * hitsOf(other, value);
    terms.set(episode, { difference, size: counts[0] });
    sum += difference;
    pairs += counts[0];
  }
  if (pairs === 0 || Object.keys(second).length !== terms.size) throw notTheSame(seed);
  return { terms, sum, pairs };
}

function notTheSame(seed: number): RangeError {
  return new RangeError(
    `The two were not judged on the same pairs (seed ${seed}), so they cannot be compared pair by pair. ` +
      'Measure both on the same episodes with the same number of pairs.',
  );
}

function seedTest({ mean, sd, seeds, low }: SeedSpread): number | null {
  if (low === null || sd === null) return null;
  if (sd === 0) return mean === 0 ? 1 : 0;
  return twoSided((mean * Math.sqrt(seeds.length)) / sd, seeds.length - 1);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
