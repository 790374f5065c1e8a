// What the answer to a control means, in plain words: compared with the plain question (or the question it turns round),
// with chance, and with a lean to a position. Nothing is said that the intervals do not carry.
import * as m from '../../words/messages';
import type { Interval } from '../../evaluation/intervals';
import type { QuestionReport } from '../../evaluation/questionReport';
import type { Question } from '../../evaluation/questions';
import { percent, whole } from '../reading';

/** Share of answers for one position, in percent, from which on nothing else can be read from them. */
const nearlyAlways = 90;

/** Points within which an average that may be one half is called so. */
const nearChance = 5;

/**
 * @param reference the report that this one is compared with: on the plain question, or, for the counter-task, on the same
 *   tasks under their own instruction; null where it was not measured
 */
export function readingOf(question: Question, report: QuestionReport, reference: QuestionReport | null): string {
  if (!question.hasRightAnswer) return leanReading(report);
  const { overall, intervals } = report;
  if (overall.invalid > 50) return m.evaluate_unreadable_share({ share: percent(overall.invalid) });
  const { pSecond } = overall;
  if (pSecond !== null && pSecond >= nearlyAlways) return m.evaluate_nearly_second();
  if (pSecond !== null && pSecond <= 100 - nearlyAlways) return m.evaluate_nearly_first();
  const { low, high } = intervals.average;
  if (low === null || high === null) return m.evaluate_too_few({ count: overall.episodes });
  if (high < 50) return wrongReading(question);
  if (low <= 50) return chanceReading(question, overall.average, reference);
  if (question.name === 'counter-task') return counterReading(report);
  if (question.name === 'one-only') return m.evaluate_one_picture({ share: percent(overall.average) });
  if (question.group === 'reference') return m.evaluate_reference();
  return comparedReading(intervals.bothRight, reference);
}

function leanReading({ answerLean, overall }: QuestionReport): string {
  if (!answerLean) return m.evaluate_no_answer();
  const { mean, low, high } = answerLean.pSecond;
  if (mean >= nearlyAlways) return m.evaluate_nearly_second();
  if (mean <= 100 - nearlyAlways) return m.evaluate_nearly_first();
  if (low === null || high === null) return m.evaluate_too_few({ count: overall.episodes });
  if (low > 50) return m.evaluate_leans_second();
  if (high < 50) return m.evaluate_leans_first();
  return m.evaluate_no_lean();
}

function wrongReading({ name }: Question): string {
  if (name === 'counter-task') return m.evaluate_wrong_counter();
  if (name === 'undone') return m.evaluate_wrong_undone();
  return m.evaluate_wrong();
}

function chanceReading({ name }: Question, average: number, reference: QuestionReport | null): string {
  if (Math.abs(average - 50) > nearChance) return m.evaluate_not_surely();
  if (name === 'one-only') return m.evaluate_chance_one();
  const before = reference?.intervals.average.low ?? null;
  return before !== null && before > 50 ? m.evaluate_falls() : m.evaluate_at_chance();
}

function counterReading({ instructions, overall }: QuestionReport): string {
  if (!instructions) return m.evaluate_follows({ share: percent(overall.average) });
  return m.evaluate_follows_both({ share: percent(instructions.rightUnderBoth) });
}

function comparedReading(own: Interval, reference: QuestionReport | null): string {
  const other = reference?.intervals.bothRight;
  if (!other) return m.evaluate_no_reference();
  if (own.low === null || own.high === null || other.low === null || other.high === null) {
    return m.evaluate_few_to_compare();
  }
  // Taken as independent, half widths add as squares; on shared episodes the difference is surer than that.
  const [a, b] = [own.estimate ?? 0, other.estimate ?? 0];
  const difference = a - b;
  const low = difference - Math.hypot(a - own.low, other.high - b);
  const high = difference + Math.hypot(own.high - a, b - other.low);
  const points = Math.abs(difference).toFixed(0);
  if (high < 0) return m.evaluate_worse_by({ points });
  if (low > 0) return m.evaluate_better_by({ points });
  return m.evaluate_as_good();
}

const TRY: Partial<Record<Question['group'], () => string>> = {
  'held out': m.evaluate_empty_held_out,
  windows: m.evaluate_empty_windows,
  mishaps: m.evaluate_empty_mishaps,
  instruction: m.evaluate_empty_instruction,
};

/** Why a question has no answer: the data have no pair for it. */
export function emptyReading({ group }: Question): string {
  return m.evaluate_empty({ why: (TRY[group] ?? m.evaluate_empty_other)() });
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
