// How a measured model stands, in one of seven words: the verdict in short. Nothing is said that the intervals do not carry.
import type { EvaluationReport } from '../../evaluation/report';
import { collapseShare } from '../../evaluation/verdict';

export type Standing = 'collapse' | 'place' | 'too few' | 'chance' | 'wrong' | 'partly' | 'cured';

/** Points between the orders within which a model is called symmetric. */
const smallGap = 10;

export function standingOf({ overall, intervals }: Pick<EvaluationReport, 'overall' | 'intervals'>): Standing {
  const { pSecond, gap } = overall;
  if (pSecond === null || pSecond > collapseShare || pSecond < 100 - collapseShare) return 'collapse';
  const { low, high } = intervals.average;
  if (low === null || high === null) return 'too few';
  if (high < 50) return 'wrong';
  // Whoever guesses names the same place twice in every second pair.
  if (low <= 50) return (intervals.flipRate.low ?? 0) > 50 ? 'place' : 'chance';
  // Whoever guesses each answer for itself is right in both orders once in four; a cure must be surely above one half.
  return gap <= smallGap && (intervals.bothRight.low ?? 0) > 50 ? 'cured' : 'partly';
}
