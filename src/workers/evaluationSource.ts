// Where an evaluation in the GPU worker gets its batches and has its answers read: the data worker.
import type { EvaluationSource } from '../evaluation/evaluate';
import type { Recipe } from '../training/recipe';
import type { BatchApi, DatasetFacts } from './api';
import { received } from './receivedBatch';

/** Batches and answers of an evaluation, asked of the data worker. */
export async function evaluationSource(
  data: BatchApi,
  recipe: Recipe,
  facts: DatasetFacts,
  selection: { split: 'validation' | 'test'; pairs: { total: number } | { perWindow: number } },
): Promise<EvaluationSource> {
  return {
    pairs: await data.evaluationPairs(recipe, selection),
    batch: (from, count, form) => received(data.evaluationBatch(recipe, selection, from, count, form)),
    read: async (written) => data.readAnswers(written),
    most: (kind) => (kind === 'cot' ? facts.lengths.answer : facts.cue.length + 4),
  };
}
