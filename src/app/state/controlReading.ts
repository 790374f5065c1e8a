// What the answer to a control means, in plain words: a place instead of a picture, a guess, or a judgement, and that compared
// with the plain question (or the question it turns round). Nothing is said that the intervals do not carry.
import * as m from '../../words/messages';
import type { Interval } from '../../evaluation/intervals';
import type { QuestionReport } from '../../evaluation/questionReport';
import type { Question } from '../../evaluation/questions';
import { percent, whole } from '../reading';

/** What an answer comes to. `noted` is compared with and neither good nor bad; `none` has no pairs to ask about. */
export type Outcome = 'holds' | 'weaker' | 'fails' | 'unclear' | 'noted' | 'none';

const outcomes: Readonly<Record<Outcome, () => string>> = {
  holds: m.evaluate_mark_holds,
  weaker: m.evaluate_mark_weaker,
  fails: m.evaluate_mark_fails,
  unclear: m.evaluate_mark_unclear,
  noted: m.evaluate_mark_noted,
  none: m.evaluate_mark_none,
};

export const outcomeWord = (outcome: Outcome): string => outcomes[outcome]();

export interface Reading {
  outcome: Outcome;
  /** Where a place was answered instead of a picture. */
  byPosition: boolean;
  text: string;
}

/** Share of answers for one position, in percent, from which on nothing else can be read from them. */
const nearlyAlways = 90;

/** Points within which a share that may be one half is called so. */
const nearChance = 5;

/**
 * @param reference the report that this one is compared with: on the plain question, or, for the counter-task, on the same
 *   tasks under their own instruction; null where it was not measured
 */
export function readingOf(question: Question, report: QuestionReport, reference: QuestionReport | null): Reading {
  if (!question.hasRightAnswer) return leanReading(report);
  const { overall, intervals } = report;
  if (overall.invalid > 50) return said('fails', m.evaluate_unreadable_share({ share: percent(overall.invalid) }));
  const isAlone = question.name === 'one-only';
  const position = isAlone ? null : positionReading(report, reference);
  if (position !== null) return position;
  const { low, high } = intervals.average;
  if (low === null || high === null) return said('unclear', m.evaluate_too_few({ count: overall.episodes }));
  if (high < 50) return said('fails', wrongText(question));
  if (low <= 50) return isAlone ? aloneReading(overall.average) : chanceReading(report);
  if (isAlone) return said('noted', m.evaluate_one_picture({ share: percent(overall.average) }));
  if (question.name === 'counter-task') return said('holds', counterText(report));
  if (question.group === 'reference') return said('noted', m.evaluate_reference());
  return comparedReading(intervals.bothRight, reference);
}

const said = (outcome: Outcome, text: string): Reading => ({ outcome, text, byPosition: false });

/** Where one place is named nearly always, or the same place in both orders for surely more than half of the pairs. */
function positionReading({ overall, intervals }: QuestionReport, reference: QuestionReport | null): Reading | null {
  const { pSecond, flipRate } = overall;
  const isOnePlace = pSecond !== null && (pSecond >= nearlyAlways || pSecond <= 100 - nearlyAlways);
  if (pSecond === null || !(isOnePlace || (intervals.flipRate.low ?? 0) > 50)) return null;
  const which = placeText(pSecond);
  const how = m.evaluate_position_flips({ flips: percent(flipRate), which });
  const isNew = (reference?.intervals.average.low ?? 0) > 50;
  const text = isNew ? m.evaluate_position_again({ how }) : m.evaluate_position({ how });
  return { outcome: 'fails', byPosition: true, text };
}

function placeText(pSecond: number): string {
  if (pSecond >= 50) return m.evaluate_position_second({ share: percent(pSecond) });
  return m.evaluate_position_first({ share: percent(100 - pSecond) });
}

function leanReading({ answerLean, overall }: QuestionReport): Reading {
  if (!answerLean) return said('unclear', m.evaluate_no_answer());
  const { mean, low, high } = answerLean.pSecond;
  if (mean >= nearlyAlways || mean <= 100 - nearlyAlways) {
    return { outcome: 'fails', byPosition: true, text: m.evaluate_position({ how: placeText(mean) }) };
  }
  if (low === null || high === null) return said('unclear', m.evaluate_too_few({ count: overall.episodes }));
  if (low > 50) return said('fails', m.evaluate_leans_second());
  if (high < 50) return said('fails', m.evaluate_leans_first());
  return said('holds', m.evaluate_no_lean());
}

function wrongText({ name }: Question): string {
  if (name === 'counter-task') return m.evaluate_wrong_counter();
  if (name === 'undone') return m.evaluate_wrong_undone();
  return m.evaluate_wrong();
}

function aloneReading(average: number): Reading {
  if (Math.abs(average - 50) > nearChance) return said('unclear', m.evaluate_not_surely());
  return said('holds', m.evaluate_chance_one());
}

/** At one half right there are two ways: a coin for each order, or one picture held on to that is as often the wrong one. */
function chanceReading({ overall, intervals }: QuestionReport): Reading {
  if (Math.abs(overall.average - 50) > nearChance) return said('unclear', m.evaluate_not_surely());
  const { bothRight, flipRate, cells, pairs } = overall;
  if ((intervals.flipRate.high ?? 100) < 50) {
    const [right, wrong] = [percent(bothRight), percent((100 * cells.bothWrong) / pairs)];
    return said('fails', m.evaluate_wrong_as_often({ right, wrong }));
  }
  return said('fails', m.evaluate_guesses({ both: percent(bothRight), flips: percent(flipRate) }));
}

function counterText({ instructions, overall }: QuestionReport): string {
  if (!instructions) return m.evaluate_follows({ share: percent(overall.average) });
  return m.evaluate_follows_both({ share: percent(instructions.rightUnderBoth) });
}

function comparedReading(own: Interval, reference: QuestionReport | null): Reading {
  const other = reference?.intervals.bothRight;
  if (!other) return said('unclear', m.evaluate_no_reference());
  if (own.low === null || own.high === null || other.low === null || other.high === null) {
    return said('unclear', m.evaluate_few_to_compare());
  }
  // Taken as independent, half widths add as squares; on shared episodes the difference is surer than that.
  const [a, b] = [own.estimate ?? 0, other.estimate ?? 0];
  const difference = a - b;
  const low = difference - Math.hypot(a - own.low, other.high - b);
  const high = difference + Math.hypot(own.high - a, b - other.low);
  const points = Math.abs(difference).toFixed(0);
  if (high < 0) return said('weaker', m.evaluate_worse_by({ points }));
  if (low > 0) return said('holds', m.evaluate_better_by({ points }));
  return said('holds', m.evaluate_as_good());
}

const TRY: Partial<Record<Question['group'], () => string>> = {
  'held out': m.evaluate_empty_held_out,
  windows: m.evaluate_empty_windows,
  mishaps: m.evaluate_empty_mishaps,
  instruction: m.evaluate_empty_instruction,
};

/** Why a question has no answer: the data have no pair for it. */
export function emptyReading({ group }: Question): Reading {
  return said('none', m.evaluate_empty({ why: (TRY[group] ?? m.evaluate_empty_other)() }));
}

/** "78 % [70, 84]", or the share alone where there is no interval. */
export function shareText({ estimate, low, high }: Pick<Interval, 'estimate' | 'low' | 'high'>): string {
  const end = (value: number) => Math.min(100, Math.max(0, value)).toFixed(0);
  return low === null || high === null ? percent(estimate) : `${percent(estimate)} [${end(low)}, ${end(high)}]`;
}

/** "60 pairs of 22 episodes". */
export function restsOn({ overall }: QuestionReport): string {
  const pairs = m.evaluate_pair_count({ count: whole(overall.pairs) });
  return m.evaluate_rests_on({ pairs, episodes: m.evaluate_episode_count({ count: whole(overall.episodes) }) });
}
