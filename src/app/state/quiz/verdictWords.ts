// What a person's answers allow to be said, in a sentence or two; "too few pairs" is an answer.
import { fewestEpisodes } from '../../../evaluation/clusterMean';
import type { Judgement } from '../../../evaluation/metrics';
import { verdict } from '../../../evaluation/verdict';
import * as m from '../../../words/messages';
import { percent } from '../../reading';

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
    return m.quiz_verdict_chance({ average: percent(summary.average, 1), ...ends(average) });
  }
  const found = m.quiz_verdict_measured({
    share: percent(summary.bothRight, 1),
    pairs: summary.pairs,
    ...ends(bothRight),
  });
  if (kind === 'ceiling') return `${found} ${m.quiz_verdict_ceiling()}`;
  if (lean.p === null || lean.p >= 0.05) return `${found} ${m.quiz_verdict_no_lean()}`;
  const points = Math.abs(lean.difference).toFixed(1);
  const leans = lean.difference > 0 ? m.quiz_verdict_lean_second({ points }) : m.quiz_verdict_lean_first({ points });
  return `${found} ${leans}`;
}

function ends({ low, high }: { low: number | null; high: number | null }): { low: string; high: string } {
  return { low: percent(low, 1), high: percent(high, 1) };
}
