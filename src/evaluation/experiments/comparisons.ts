// The comparisons that the ablation makes: the progressive strategy against every other one, each judged in its own way on
// the same pairs, paired by seed and episode, with Holm's correction, because asking often enough always finds something.
import { compareStrategies, holm, type PairedTables } from '../comparison';
import { lastEvaluation, mainJudging, type Ends } from './rows';
import type { ExperimentRun } from './runFile';

/** Which strategy is compared with all others. */
export const MAIN_STRATEGY = 'cot-tag';

export interface ComparisonLine {
  /** The main strategy minus this one. */
  readonly against: string;
  readonly figure: 'bothRight' | 'average' | 'gap';
  readonly seeds: readonly number[];
  /** Points, mean over seeds; null where the two cannot be paired. */
  readonly difference: number | null;
  /** Would it hold on other episodes? */
  readonly overEpisodes: Ends;
  /** Would it hold for other training runs? Null below three seeds. */
  readonly overSeeds: Ends;
  /** For the strategies: the larger of both tests' p values; null where either is missing. */
  readonly p: number | null;
  /** Corrected over all lines of the figure. */
  readonly holm: number | null;
  /** Why there is no p value, or no comparison. */
  readonly reason: string | null;
}

export function comparisonLines(runs: readonly ExperimentRun[], strategies: readonly string[]): ComparisonLine[] {
  return (['bothRight', 'average', 'gap'] as const).flatMap((figure) => {
    const lines = strategies
      .filter((strategy) => strategy !== MAIN_STRATEGY)
      .flatMap((strategy) => compared(runs, strategy, figure));
    const corrected = holm(lines.map(({ p }) => p));
    return lines.map((line, i) => ({ ...line, holm: corrected[i] ?? null }));
  });
}

function compared(runs: readonly ExperimentRun[], against: string, figure: ComparisonLine['figure']): ComparisonLine[] {
  const tableOf = (strategy: string, seed: number) => {
    const run = runs.find((each) => each.strategy === strategy && each.seed === seed);
    return run && lastEvaluation(run, mainJudging(strategy))?.episodes;
  };
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const pairs: PairedTables[] = seeds.flatMap((seed) => {
    const [first, second] = [tableOf(MAIN_STRATEGY, seed), tableOf(against, seed)];
    return first && second ? [{ seed, first, second }] : [];
  });
  if (pairs.length === 0) return [];
  const known = { against, figure, seeds: pairs.map(({ seed }) => seed), holm: null };
  try {
    const { difference, overEpisodes, overSeeds, p } = compareStrategies(pairs, figure, 1);
    return [
      {
        ...known,
        difference,
        overEpisodes: ends(overEpisodes),
        overSeeds: ends(overSeeds),
        p,
        reason: p === null ? (overSeeds.reason ?? overEpisodes.reason) : null,
      },
    ];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const none = { difference: null, overEpisodes: null, overSeeds: null, p: null };
    return [{ ...known, ...none, reason: error.message }];
  }
}

function ends({ low, high }: { readonly low: number | null; readonly high: number | null }): Ends {
  return low === null || high === null ? null : [low, high];
}
