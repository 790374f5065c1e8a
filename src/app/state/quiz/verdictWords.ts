// What a person's answers allow to be said, in plain sentences and exactly; "too few pairs" is an answer.
import { fewestEpisodes } from '../../../evaluation/clusterMean';
import type { SignFlip } from '../../../evaluation/intervals';
import type { Judgement } from '../../../evaluation/metrics';
import { isSure, verdict } from '../../../evaluation/verdict';
import * as m from '../../../words/messages';
import { percent } from '../../reading';
import { fixed } from '../../reading';

/** Of so many pairs guessing gets this many right in both orders, on average. */
export const guessedRight = (pairs: number): number => Math.round(pairs / 4);

/** What it means, without figures that need an explanation. @param seed fixes the permutation test */
export function meaningWords(rows: readonly Judgement[], seed: number): string {
  const { kind, summary, lean } = verdict(rows, seed);
  if (!summary) return m.quiz_verdict_none();
  if (summary.pSecond === null) return m.quiz_verdict_silent();
  const { pairs, cells, average } = summary;
  if (kind === 'collapse') return summary.pSecond > 50 ? m.quiz_means_second() : m.quiz_means_first();
  if (kind === 'at-chance' && lean && isSure(lean)) {
    const [count, words] =
      lean.difference > 0
        ? [cells.alwaysSecond, m.quiz_means_lean_second]
        : [cells.alwaysFirst, m.quiz_means_lean_first];
    return words({ count, pairs });
  }
  const same = cells.alwaysFirst + cells.alwaysSecond;
  const place = same === 0 ? '' : ` ${m.quiz_means_same({ count: same })}`;
  if (kind === 'too-few') return `${m.quiz_means_few()}${place}`;
  const guess = m.quiz_means_guess({ guessed: guessedRight(pairs), pairs });
  if (kind === 'at-chance') return `${m.quiz_means_chance()} ${guess}${place}`;
  return average < 50 ? `${m.quiz_means_below()} ${guess}` : `${m.quiz_means_looked()} ${guess}${place}`;
}

/** With intervals. @param seed fixes the permutation test of the lean */
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
    return isSure(lean) ? `${chance} ${leanWords(lean)}` : chance;
  }
  const found = m.quiz_verdict_measured({
    share: percent(summary.bothRight, 1),
    pairs: summary.pairs,
    ...ends(bothRight),
  });
  if (kind === 'ceiling') return `${found} ${m.quiz_verdict_ceiling()}`;
  return `${found} ${isSure(lean) ? leanWords(lean) : m.quiz_verdict_no_lean()}`;
}

function leanWords({ difference }: SignFlip): string {
  const points = fixed(Math.abs(difference), 1);
  return difference > 0 ? m.quiz_verdict_lean_second({ points }) : m.quiz_verdict_lean_first({ points });
}

function ends({ low, high }: { low: number | null; high: number | null }): { low: string; high: string } {
  return { low: percent(low, 1), high: percent(high, 1) };
}
