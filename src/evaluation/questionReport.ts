// The report of a question. Where nothing that is shown could tell which picture is closer, no answer is right, and
// the report says how the answers lean and nothing of accuracy.
import { clusterMean, type ClusterMean } from './clusterMean';
import { reportOf, type Judged } from './evaluate';
import type { CrossedInstructions } from './instructions';
import type { Answer, Judgement } from './metrics';
import type { Question } from './questions';
import type { EvaluationReport } from './report';
import { sigmoid } from './stability';
import { bracket, count, percent, trimmed } from './words';
import * as m from '../words/messages';

/** How answers lean where none is right. */
export interface Lean {
  /** Readable answers to all pairs in both orders. */
  answers: number;
  /** Percentage of them that name the second image; a tie of the logits counts as half. One half is right. */
  pSecond: ClusterMean;
  /** Mean probability of the second image in percent, before an answer is chosen; null without logits. */
  probability: ClusterMean | null;
  /** Mean logit of img2 minus img1; null without logits. */
  offset: number | null;
}

export interface QuestionReport extends EvaluationReport {
  question: string;
  /** Where no answer is right; then nothing else here but `overall`'s P(second) and offset means anything. */
  answerLean?: Lean;
  /** On a counter-task: crossed with the answers under the own instruction. */
  instructions?: CrossedInstructions;
}

/** Null without rows. @param seed fixes the permutation tests */
export function questionReport(
  judged: Judged,
  question: Question,
  facts: Pick<EvaluationReport, 'after' | 'step' | 'split' | 'judging'>,
  seed: number,
): QuestionReport | null {
  const report = reportOf(judged, { ...facts, question: question.name }, seed);
  if (!report) return null;
  const named = { ...report, question: question.name };
  if (question.hasRightAnswer) return named;
  const answerLean = leanOf(judged.rows);
  const { after, step, split, judging, described, overall, intervals } = named;
  const verdict = answerLean
    ? leanSentence(question, answerLean)
    : m.engine_question_unreadable({ title: question.title });
  const empty = { byWindow: {}, byTemplate: {} };
  const kept = {
    after,
    step,
    split,
    judging,
    question: question.name,
    described,
    overall,
    ...empty,
    intervals,
    verdict,
  };
  return answerLean ? { ...kept, answerLean } : kept;
}

/** Null without readable answers. */
export function leanOf(rows: readonly Judgement[]): Lean | null {
  const answers = rows.flatMap((row) => [
    { episode: row.episode, second: secondOf(row.forward, row.scoreForward), score: row.scoreForward },
    { episode: row.episode, second: secondOf(row.reverse, row.scoreReverse), score: row.scoreReverse },
  ]);
  const readable = answers.flatMap(({ episode, second }) => (second === null ? [] : [[episode, second] as const]));
  const scored = answers.filter(({ score }) => Number.isFinite(score));
  const pSecond = clusterMean(readable);
  return (
    pSecond && {
      answers: readable.length,
      pSecond,
      probability: clusterMean(scored.map(({ episode, score }) => [episode, 100 * sigmoid(score)] as const)),
      offset: scored.length === 0 ? null : scored.reduce((sum, { score }) => sum + score, 0) / scored.length,
    }
  );
}

function secondOf(answer: Answer, score: number): number | null {
  if (answer === 'invalid') return null;
  if (score === 0) return 50;
  return answer === 'img2' ? 100 : 0;
}

function leanSentence({ title }: Question, { answers, pSecond, offset }: Lean): string {
  const { mean, low, high } = pSecond;
  const ends = low === null || high === null ? '' : bracket(Math.max(0, low), Math.min(100, high));
  const logits = offset === null ? '' : m.engine_question_logits({ offset: trimmed(offset, 2) });
  const few = pSecond.reason === null ? '' : ` (${pSecond.reason})`;
  return m.engine_question_lean({ ...count(answers), title, share: `${percent(mean)}${ends}`, few, logits });
}
