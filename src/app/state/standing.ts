// How a measured model stands, in one of seven words: the verdict in short. Nothing is said that the intervals do not carry.
import type { EvaluationReport } from '../../evaluation/report';
import { collapseShare, isSure } from '../../evaluation/verdict';

export type Standing = 'collapse' | 'place' | 'too few' | 'chance' | 'wrong' | 'partly' | 'cured';

/** Points between the orders within which a model is called symmetric. */
const smallGap = 10;

type Found = Pick<EvaluationReport, 'overall' | 'intervals' | 'lean'>;

export function standingOf({ overall, intervals, lean }: Found): Standing {
  const { pSecond, gap } = overall;
  if (pSecond === null || pSecond > collapseShare || pSecond < 100 - collapseShare) return 'collapse';
  const { low, high } = intervals.average;
  if (low === null || high === null) return 'too few';
  if (high < 50) return 'wrong';
  // Whoever surely leans does not just guess.
  if (low <= 50) return lean && isSure(lean) ? 'place' : 'chance';
  // Whoever guesses each answer for itself is right in both orders once in four; a cure must be surely above one half.
  return gap <= smallGap && (intervals.bothRight.low ?? 0) > 50 ? 'cured' : 'partly';
}
