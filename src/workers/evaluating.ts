// Measures a model off the shelf: on a split, or by questions. A model is never asked about episodes it was trained on.
import { judgePairs, reportOf } from '../evaluation/evaluate';
import type { QuestionReport } from '../evaluation/questionReport';
import type { EvaluationReport } from '../evaluation/report';
import type { Recipe } from '../training/recipe';
import type { BatchApi } from './api';
import { askQuestions, type Asking } from './askQuestions';
import { evaluationSource } from './evaluationSource';
import type { ShelvedModel } from './modelShelf';

export interface Measured {
  model: ShelvedModel;
  data: BatchApi;
  /** Whose pairs are judged, as far as the model has not seen them. */
  recipe: Recipe;
  /** Progress in [0, 1]. */
  onProgress: (share: number) => void;
}

/** By forced choice on a split. @throws Error in words where the split has no pairs */
export async function measureSplit(
  { model, data, recipe: wanted, onProgress }: Measured,
  split: 'validation' | 'test',
): Promise<EvaluationReport> {
  const recipe = unseen(wanted, model.recipe);
  const pairs =
    split === 'test'
      ? { perWindow: recipe.evaluation.testPairsPerWindow }
      : { total: recipe.evaluation.validationPairs };
  const source = await evaluationSource(data, recipe, await data.facts(recipe), { split, pairs });
  const judged = await judgePairs(model.judge, source, 'tag', onProgress);
  const facts = { after: model.after, step: model.step, split, judging: 'tag' as const };
  const report = reportOf(judged, facts, recipe.seed);
  if (!report) throw new Error(`The ${split} split has no pairs to measure on. Add episodes or change the split.`);
  return report;
}

/** By questions of the registry, in their order. @throws Error in words where a name is not a question's */
export function measureQuestions(
  { model, data, recipe, onProgress }: Measured,
  asking: Pick<Asking, 'questions' | 'pairsPerQuestion' | 'judging'>,
): Promise<QuestionReport[]> {
  const { after, step } = model;
  return askQuestions(model.judge, data, unseen(recipe, model.recipe), { ...asking, after, step, onProgress });
}

/** On the simulator a model is measured by its own split: another one could hold episodes it was trained on. */
function unseen(recipe: Recipe, trained: Recipe): Recipe {
  const own = { ...recipe, model: trained.model };
  if (recipe.source.kind !== 'simulator' || trained.source.kind !== 'simulator') return own;
  const { split, holdOut, splitSeed = trained.seed } = trained.sampling;
  const sampling = { ...recipe.sampling, split, holdOut, splitSeed };
  return { ...own, source: trained.source, seed: trained.seed, sampling };
}
