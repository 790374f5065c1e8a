// What a person's answers allow to be said, in a sentence or two; "too few pairs" is an answer.
import { fewestEpisodes } from '../../../evaluation/clusterMean';
import type { SignFlip } from '../../../evaluation/intervals';
import type { Judgement } from '../../../evaluation/metrics';
import { verdict } from '../../../evaluation/verdict';
import * as m from '../../../words/messages';
import { percent } from '../../reading';
import { fixed } from '../../reading';

/** @param seed fixes the permutation test of the lean */
export function verdictWords(rows: readonly Judgement[], seed: number): string {
  const { kind, summary, intervals, lean } = verdict(rows, seed);
  if (!summary || !intervals || !lean) return m.quiz_verdict_none();
  if (summary.pSecond === null) return m.quiz_verdict_silent();
  if (summary.episodes < fewestEpisodes) {
    return m.quiz_verdict_too_few({ right: summary.cells.bothRight, pairs: summary.pairs, least: fewestEpisodes });
  }
  if (kind === 'collapse') {
    const share = percent(Math.max(summary.pSecond, 100 - summary.pSecond), 1);
    return summary.pSecond > 50 ? m.quiz_verdict_second({ share }) : m.quiz_verdict_first({ share });
  }
  const { average, bothRight } = intervals;
  if (kind === 'at-chance') {
    const chance = m.quiz_verdict_chance({ average: percent(summary.average, 1), ...ends(average) });
    return hasLean(lean) ? `${chance} ${leanWords(lean)}` : chance;
  }
  const found = m.quiz_verdict_measured({
    share: percent(summary.bothRight, 1),
    pairs: summary.pairs,
    ...ends(bothRight),
  });
  if (kind === 'ceiling') return `${found} ${m.quiz_verdict_ceiling()}`;
  return `${found} ${hasLean(lean) ? leanWords(lean) : m.quiz_verdict_no_lean()}`;
}

const hasLean = ({ p }: SignFlip) => p !== null && p < 0.05;

function leanWords({ difference }: SignFlip): string {
  const points = fixed(Math.abs(difference), 1);
  return difference > 0 ? m.quiz_verdict_lean_second({ points }) : m.quiz_verdict_lean_first({ points });
}

function ends({ low, high }: { low: number | null; high: number | null }): { low: string; high: string } {
  return { low: percent(low, 1), high: percent(high, 1) };
}
