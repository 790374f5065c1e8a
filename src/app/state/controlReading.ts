// What the answer to a control means, in plain words: compared with the plain question (or the question it turns round),
// with chance, and with a lean to a position. Nothing is said that the intervals do not carry.
import type { Interval } from '../../evaluation/intervals';
import type { QuestionReport } from '../../evaluation/questionReport';
import type { Question } from '../../evaluation/questions';
import { counted, percent } from '../reading';

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
  if (overall.invalid > 50) return `Gives no readable answer to ${percent(overall.invalid)} of the pairs.`;
  const { pSecond } = overall;
  if (pSecond !== null && pSecond >= nearlyAlways) return 'Names the second picture nearly always.';
  if (pSecond !== null && pSecond <= 100 - nearlyAlways) return 'Names the first picture nearly always.';
  const { low, high } = intervals.average;
  if (low === null || high === null) return `Too few episodes to tell (${overall.episodes}).`;
  if (high < 50) return wrongReading(question);
  if (low <= 50) return chanceReading(question, overall.average, reference);
  if (question.name === 'counter-task') return counterReading(report);
  if (question.name === 'one-only') return `${percent(overall.average)} can be guessed from one picture alone.`;
  if (question.group === 'reference') return 'What the others are compared with.';
  return comparedReading(intervals.bothRight, reference);
}

function leanReading({ answerLean, overall }: QuestionReport): string {
  if (!answerLean) return 'No readable answer.';
  const { mean, low, high } = answerLean.pSecond;
  if (mean >= nearlyAlways) return 'Names the second picture nearly always.';
  if (mean <= 100 - nearlyAlways) return 'Names the first picture nearly always.';
  if (low === null || high === null) return `Too few episodes to tell (${overall.episodes}).`;
  if (low > 50) return 'Leans to the second picture.';
  if (high < 50) return 'Leans to the first picture.';
  return 'No lean to be seen, as it should be.';
}

function wrongReading({ name }: Question): string {
  if (name === 'counter-task') return 'Wrong more often than right: it does not follow the instruction.';
  if (name === 'undone') return 'Wrong more often than right: it follows the order of time, not the goal.';
  return 'Wrong more often than right.';
}

function chanceReading({ name }: Question, average: number, reference: QuestionReport | null): string {
  if (Math.abs(average - 50) > nearChance) return 'Not surely better or worse than guessing; more pairs would tell.';
  if (name === 'one-only') return 'At chance, as it should be: one picture alone does not tell.';
  const before = reference?.intervals.average.low ?? null;
  return before !== null && before > 50 ? 'Falls to chance.' : 'At chance: no better than guessing.';
}

function counterReading({ instructions, overall }: QuestionReport): string {
  if (!instructions) return `Follows the instruction: ${percent(overall.average)} right.`;
  return `Follows the instruction: right under both for ${percent(instructions.rightUnderBoth)} of the showings.`;
}

function comparedReading(own: Interval, reference: QuestionReport | null): string {
  const other = reference?.intervals.bothRight;
  if (!other) return 'Better than chance; there is no plain question to compare with.';
  if (own.low === null || own.high === null || other.low === null || other.high === null) {
    return 'Better than chance; too few episodes to compare with the plain question.';
  }
  // Taken as independent, half widths add as squares; on shared episodes the difference is surer than that.
  const [a, b] = [own.estimate ?? 0, other.estimate ?? 0];
  const difference = a - b;
  const low = difference - Math.hypot(a - own.low, other.high - b);
  const high = difference + Math.hypot(own.high - a, b - other.low);
  const by = `${Math.abs(difference).toFixed(0)} points`;
  if (high < 0) return `Better than chance, but worse than the plain question by ${by}.`;
  if (low > 0) return `Better than the plain question by ${by}.`;
  return 'As good as the plain question, as far as this can tell.';
}

const TRY: Partial<Record<Question['group'], string>> = {
  'held out': 'nothing of this kind was held out of its training (Data, Held out)',
  windows: 'no episode of the final test is long enough',
  mishaps: 'no episode of its data can go wrong in this way; only the simulator draws such episodes',
  instruction: 'none of its tasks has an opposite; tasks that can be turned round are a choice under Data',
};

/** Why a question has no answer: the data have no pair for it. */
export function emptyReading({ group }: Question): string {
  return `Nothing to ask: ${TRY[group] ?? 'the final test has no pair for it'}.`;
}

/** "78 % [70, 84]", or the share alone where there is no interval. */
export function shareText({ estimate, low, high }: Pick<Interval, 'estimate' | 'low' | 'high'>): string {
  const end = (value: number) => Math.min(100, Math.max(0, value)).toFixed(0);
  return low === null || high === null ? percent(estimate) : `${percent(estimate)} [${end(low)}, ${end(high)}]`;
}

/** "60 pairs of 22 episodes". */
export function restsOn({ overall }: QuestionReport): string {
  return `${counted(overall.pairs, 'pair')} of ${counted(overall.episodes, 'episode')}`;
}
