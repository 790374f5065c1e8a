// One sentence that says what an evaluation found, and no more than it found. "Too few episodes" and "at chance, no
// verdict" are answers; a model that names one position nearly always gets its own sentence, because then every other
// figure is about the position. The word "understands" does not occur.
import { fewestEpisodes } from './clusterMean';
import { signFlipTest, summaryIntervals, type SignFlip, type SummaryIntervals } from './intervals';
import { summarise, type Judgement, type Summary } from './metrics';
import { bracket, count, percent, points } from './words';
import * as m from '../words/messages';

export type VerdictKind = 'empty' | 'collapse' | 'too-few' | 'at-chance' | 'ceiling' | 'measured';

export interface Verdict {
  readonly kind: VerdictKind;
  /** The finding in one or a few plain sentences. */
  readonly sentence: string;
  readonly summary: Summary | null;
  readonly intervals: SummaryIntervals | null;
  readonly lean: SignFlip | null;
}

/** Share of answers for one position, in percent, from which on a model is said to have collapsed. */
export const collapseShare = 90;

/** Above this average accuracy a lean would show in too few pairs to be denied. */
const ceilingAccuracy = 97.5;

/** Verdict on judgements of one model; `seed` fixes the permutation test. */
export function verdict(rows: readonly Judgement[], seed: number): Verdict {
  const summary = summarise(rows);
  if (summary === null) {
    const sentence = m.engine_verdict_empty();
    return { kind: 'empty', sentence, summary, intervals: null, lean: null };
  }
  const intervals = summaryIntervals(rows);
  const lean = signFlipTest(rows, seed);
  const known = { summary, intervals, lean };
  const collapse = collapseSentence(summary);
  if (collapse !== null) {
    const scope = m.engine_verdict_scope(scopeOf(summary));
    return { kind: 'collapse', sentence: `${collapse} ${scope}`, ...known };
  }
  if (summary.episodes < fewestEpisodes) return { kind: 'too-few', sentence: tooFewSentence(summary), ...known };
  if (isAtChance(intervals)) return { kind: 'at-chance', sentence: chanceSentence(summary, intervals, lean), ...known };
  const main = mainSentence(summary, intervals, lean);
  if (summary.average < ceilingAccuracy) return { kind: 'measured', sentence: main, ...known };
  return { kind: 'ceiling', sentence: `${main} ${m.engine_verdict_ceiling()}`, ...known };
}

/** What a collapse looks like, or null where the model names both positions. Usable while training runs. */
export function collapseSentence(summary: Summary): string | null {
  if (summary.pSecond === null) {
    return m.engine_collapse_unreadable();
  }
  const toSecond = summary.pSecond > collapseShare;
  if (!toSecond && summary.pSecond >= 100 - collapseShare) return null;
  const share = toSecond ? summary.pSecond : 100 - summary.pSecond;
  if (share === 100) return toSecond ? m.engine_collapse_second_always() : m.engine_collapse_first_always();
  const known = { share: percent(share) };
  return toSecond ? m.engine_collapse_second(known) : m.engine_collapse_first(known);
}

/** On how much it was found. */
function scopeOf({ episodes, pairs }: Summary): { episodes: string; pairs: string } {
  return { episodes: m.engine_count_episodes(count(episodes)), pairs: m.engine_count_pairs(count(pairs)) };
}

function mainSentence(summary: Summary, { bothRight, flipRate }: SummaryIntervals, lean: SignFlip): string {
  return m.engine_verdict_measured({
    ...scopeOf(summary),
    bothRight: `${percent(summary.bothRight)}${bracket(bothRight.low, bothRight.high)}`,
    flipRate: `${percent(summary.flipRate)}${bracket(flipRate.low, flipRate.high)}`,
    lean: leanWords(lean),
    unreadable: unreadableWords(summary),
  });
}

function tooFewSentence(summary: Summary): string {
  return m.engine_verdict_too_few({
    ...scopeOf(summary),
    bothRight: percent(summary.bothRight),
    flipRate: percent(summary.flipRate),
    unreadable: unreadableWords(summary),
    fewest: fewestEpisodes,
  });
}

function chanceSentence(summary: Summary, intervals: SummaryIntervals, lean: SignFlip): string {
  const { average } = intervals;
  const known = {
    ...scopeOf(summary),
    average: `${percent(summary.average)}${bracket(average.low, average.high)}`,
    unreadable: unreadableWords(summary),
  };
  // Whoever surely leans does not just guess.
  return isSure(lean) ? `${m.engine_verdict_place(known)} ${leanWords(lean)}` : m.engine_verdict_chance(known);
}

/** Whether a model surely names one position more often than the other. */
export const isSure = ({ p }: SignFlip): boolean => p !== null && p < 0.05;

function leanWords(lean: SignFlip): string {
  if (lean.difference === 0) return m.engine_lean_none();
  const place = lean.difference > 0 ? m.engine_place_second() : m.engine_place_first();
  const by = { points: points(Math.abs(lean.difference)), place };
  return isSure(lean) ? m.engine_lean_sure(by) : m.engine_lean_small(by);
}

function unreadableWords(summary: Summary): string {
  return summary.cells.invalid === 0 ? '' : m.engine_verdict_unreadable({ share: percent(summary.invalid) });
}

function isAtChance(intervals: SummaryIntervals): boolean {
  const { low, high } = intervals.average;
  return low !== null && high !== null && low <= 50 && high >= 50;
}
