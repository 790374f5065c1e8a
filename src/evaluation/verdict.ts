// One sentence that says what an evaluation found, and no more than it found. "Too few episodes" and "at chance, no
// verdict" are answers; a model that names one position nearly always gets its own sentence, because then every other
// figure is about the position. The word "understands" does not occur.
import { swapAveraged } from './baselines';
import { fewestEpisodes } from './clusterMean';
import { signFlipTest, summaryIntervals, type SignFlip, type SummaryIntervals } from './intervals';
import { summarise, type Judgement, type Summary } from './metrics';
import { bracket, counted, percent, points, probability } from './words';

export type VerdictKind = 'empty' | 'collapse' | 'too-few' | 'at-chance' | 'ceiling' | 'measured';

export interface Verdict {
  readonly kind: VerdictKind;
  /** The finding in one or a few plain sentences. */
  readonly sentence: string;
  readonly summary: Summary | null;
  readonly intervals: SummaryIntervals | null;
  readonly lean: SignFlip | null;
  /** Average accuracy that swap-averaging the same answers reaches, in percent; null without logits. */
  readonly swapAverage: number | null;
}

/** Share of answers for one position, in percent, from which on a model is said to have collapsed. */
export const collapseShare = 90;

/** Above this average accuracy a lean would show in too few pairs to be denied. */
const ceilingAccuracy = 97.5;

/** Verdict on judgements of one model; `seed` fixes the permutation test. */
export function verdict(rows: readonly Judgement[], seed: number): Verdict {
  const summary = summarise(rows);
  if (summary === null) {
    const sentence = 'No pair was judged, so there is nothing to say.';
    return { kind: 'empty', sentence, summary, intervals: null, lean: null, swapAverage: null };
  }
  const intervals = summaryIntervals(rows);
  const lean = signFlipTest(rows, seed);
  const swapAverage = swapAverageOf(rows);
  const known = { summary, intervals, lean, swapAverage };
  const collapse = collapseSentence(summary);
  if (collapse !== null) {
    const scope = ` That is on ${counted(summary.episodes, 'episode')} (${counted(summary.pairs, 'pair')}).`;
    return { kind: 'collapse', sentence: `${collapse}${scope}${swapWords(swapAverage)}`, ...known };
  }
  if (summary.episodes < fewestEpisodes) return { kind: 'too-few', sentence: tooFewSentence(summary), ...known };
  if (isAtChance(intervals)) return { kind: 'at-chance', sentence: chanceSentence(summary, intervals, lean), ...known };
  const main = mainSentence(summary, intervals, lean, swapAverage);
  if (summary.average < ceilingAccuracy) return { kind: 'measured', sentence: main, ...known };
  return { kind: 'ceiling', sentence: `${main} So near the ceiling a small lean would not show.`, ...known };
}

/** What a collapse looks like, or null where the model names both positions. Usable while training runs. */
export function collapseSentence(summary: Summary): string | null {
  if (summary.pSecond === null) {
    return 'None of its answers could be read as "img1" or "img2".';
  }
  const toSecond = summary.pSecond > collapseShare;
  if (!toSecond && summary.pSecond >= 100 - collapseShare) return null;
  const share = toSecond ? summary.pSecond : 100 - summary.pSecond;
  const [position, other] = toSecond ? ['second', 'first'] : ['first', 'second'];
  const extent = share === 100 ? 'always' : `in ${percent(share)} of its answers`;
  return `It answers by position: it names the ${position} picture ${extent}, even when the ${other} one is closer to done.`;
}

function mainSentence(
  summary: Summary,
  intervals: SummaryIntervals,
  lean: SignFlip,
  swapAverage: number | null,
): string {
  const { bothRight, flipRate } = intervals;
  return (
    `On ${counted(summary.episodes, 'episode')} (${counted(summary.pairs, 'pair')}), right in both orders ` +
    `${percent(summary.bothRight)}${bracket(bothRight.low, bothRight.high)}; answers flip for ` +
    `${percent(summary.flipRate)}${bracket(flipRate.low, flipRate.high)}; ${leanWords(lean)}` +
    `${unreadableWords(summary)}.${swapWords(swapAverage)}`
  );
}

function tooFewSentence(summary: Summary): string {
  return (
    `Only ${counted(summary.episodes, 'episode')} (${counted(summary.pairs, 'pair')}): right in both orders ` +
    `${percent(summary.bothRight)}, answers flip for ${percent(summary.flipRate)}${unreadableWords(summary)}. ` +
    `That is too few episodes for an interval or a verdict; judge at least ${fewestEpisodes}.`
  );
}

function chanceSentence(summary: Summary, intervals: SummaryIntervals, lean: SignFlip): string {
  const { average } = intervals;
  const leans = lean.p !== null && lean.p < 0.05 ? ` It ${leanWords(lean)}.` : '';
  return (
    `On ${counted(summary.episodes, 'episode')} (${counted(summary.pairs, 'pair')}), ${percent(summary.average)}` +
    `${bracket(average.low, average.high)} of the answers are right${unreadableWords(summary)}: no better than guessing ` +
    `can be ruled out, so there is no verdict on what it sees.${leans}`
  );
}

function leanWords(lean: SignFlip): string {
  const p = lean.p === null ? '' : ` (sign-flip ${probability(lean.p)})`;
  if (lean.difference === 0) return `leans to neither image${p}`;
  const position = lean.difference > 0 ? 'second' : 'first';
  return `leans to the ${position} image by ${points(Math.abs(lean.difference))}${p}`;
}

function unreadableWords(summary: Summary): string {
  return summary.cells.invalid === 0 ? '' : `; unreadable answers in ${percent(summary.invalid)} of the pairs`;
}

function swapWords(swapAverage: number | null): string {
  return swapAverage === null ? '' : ` Swap-averaging alone reaches ${percent(swapAverage)}.`;
}

function isAtChance(intervals: SummaryIntervals): boolean {
  const { low, high } = intervals.average;
  return low !== null && high !== null && low <= 50 && high >= 50;
}

function swapAverageOf(rows: readonly Judgement[]): number | null {
  const scored = rows.filter((row) => Number.isFinite(row.scoreForward) && Number.isFinite(row.scoreReverse));
  return summarise(swapAveraged(scored))?.average ?? null;
}
