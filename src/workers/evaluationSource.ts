// Where an evaluation in the GPU worker gets its batches and has its answers read: the data worker.
import type { EvaluationSource } from '../evaluation/evaluate';
import type { Question } from '../evaluation/questions';
import type { Recipe } from '../training/recipe';
import type { BatchApi, DatasetFacts, EvaluationSelection } from './batchApi';
import { received } from './receivedBatch';

/** Batches and answers of an evaluation, asked of the data worker. */
export async function evaluationSource(
  data: BatchApi,
  recipe: Recipe,
  facts: DatasetFacts,
  selection: EvaluationSelection,
): Promise<EvaluationSource> {
  return {
    pairs: await data.evaluationPairs(recipe, selection),
    batch: (from, count, form) => received(data.evaluationBatch(recipe, selection, from, count, form)),
    read: async (written) => data.readAnswers(written),
    most: (kind) => (kind === 'cot' ? facts.lengths.answer : facts.cue.length + 4),
  };
}

/** What questions are asked of. */
export type QuestionData = Pick<BatchApi, 'wording' | 'evaluationPairs' | 'evaluationBatch' | 'readAnswers'>;

/** The same for a question, on the test split. @param pairs to judge at most; fewer where there are not so many */
export async function questionSource(
  data: QuestionData,
  recipe: Recipe,
  question: Pick<Question, 'pairs' | 'show' | 'format'>,
  pairs: number,
): Promise<EvaluationSource> {
  const { show, format } = question;
  const selection: EvaluationSelection = { split: 'test', pairs: { total: pairs }, choice: question.pairs };
  const { cue, alsoCue, deciding, most } = await data.wording(recipe, format);
  return {
    pairs: await data.evaluationPairs(recipe, selection),
    batch: (from, count, form) =>
      received(data.evaluationBatch(recipe, selection, from, count, { ...form, show, format })),
    read: async (written) => data.readAnswers(written, format),
    most: (kind) => most[kind],
    wording: { cue, alsoCue, answers: deciding },
  };
}
