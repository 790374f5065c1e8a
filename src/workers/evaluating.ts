// Measures a model off the shelf: on a split, or by questions. A model is never asked about episodes it was trained on.
import { proxy } from 'comlink';
import { judgePairs, reportOf } from '../evaluation/evaluate';
import { answersOf, type Provenance } from '../evaluation/provenance';
import type { QuestionReport } from '../evaluation/questionReport';
import type { EvaluationReport } from '../evaluation/report';
import { unseen } from '../evaluation/unseen';
import type { Recipe } from '../training/recipe';
import type { BatchApi, DatasetFacts, EvaluationSelection } from './batchApi';
import { askQuestions, type Asking } from './askQuestions';
import { evaluationSource } from './evaluationSource';
import { modelName } from './modelNames';
import type { ShelvedModel } from './modelShelf';
import { measured } from './runMeasurement';
import * as m from '../words/messages';
import { splitName } from '../episodes/names';

export interface Measured {
  model: ShelvedModel;
  data: BatchApi;
  /** Whose pairs are judged, as far as the model has not seen them. */
  recipe: Recipe;
  /** Progress in [0, 1]. */
  onProgress: (share: number) => void;
  /** Asked between batches; a true answer ends the measurement. */
  cancelled?: () => boolean;
}

/** Share of a measurement that playing its lessons takes, where there are any: they are thousands, and pairs are hundreds. */
const PLAYING = 0.8;

/** Facts of the data, which are made first; null where somebody cancels meanwhile. */
function factsOf({ data, onProgress, cancelled }: Measured, recipe: Recipe): Promise<DatasetFacts | null> {
  return new Promise((resolve, reject) => {
    const tell = (share: number) => {
      if (cancelled?.()) resolve(null);
      else onProgress(share * playing(recipe));
    };
    data.facts(recipe, proxy(tell)).then(resolve, reject);
  });
}

function playing({ source }: Recipe): number {
  return source.kind === 'simulator' && source.lessons ? PLAYING : 0;
}

/**
 * By forced choice on a split, of labels or of judgements after descriptions. Labels on the test split come after those on
 * the validation subset: the constant of recalibration is chosen there. Null where it was cancelled.
 * @throws Error in words where the split has no pairs
 */
export async function measureSplit(
  wish: Measured,
  split: 'validation' | 'test',
  judging: 'tag' | 'cot',
): Promise<EvaluationReport | null> {
  const { model, data, recipe: wanted, onProgress, cancelled = () => false } = wish;
  const recipe = unseen(wanted, model.recipe);
  const { testPairsPerWindow, validationPairs } = recipe.evaluation;
  const facts = await factsOf(wish, recipe);
  if (facts === null) return null;
  const source = (selection: EvaluationSelection) => evaluationSource(data, recipe, facts, selection);
  const pairs = split === 'test' ? { perWindow: testPairsPerWindow } : { total: validationPairs };
  const whole = await source(measured(recipe, split, pairs));
  const isRecalibrated = split === 'test' && judging === 'tag' && validationPairs > 0;
  const hasSubset = isRecalibrated && facts.summary.episodes.validation > 0;
  const subset = hasSubset ? await source({ split: 'validation', pairs: { total: validationPairs } }) : null;
  const before = subset?.pairs.length ?? 0;
  const all = Math.max(1, before + whole.pairs.length);
  const played = playing(recipe);
  const tell = (from: number, count: number) => (share: number) =>
    onProgress(played + ((1 - played) * (from + share * count)) / all);
  const known = subset && (await judgePairs(model.judge, subset, 'tag', tell(0, before), cancelled));
  const judged = await judgePairs(model.judge, whole, judging, tell(before, whole.pairs.length), cancelled);
  if (cancelled()) return null;
  const said = { after: model.after, step: model.step, split, judging };
  const report = reportOf(judged, said, recipe.seed, known?.rows);
  if (!report) throw new Error(m.engine_split_without_pairs({ split: splitName(split) }));
  return { ...report, about: provenance(model, recipe, facts.hash), answers: answersOf(judged) };
}

/** By questions of the registry, in their order. @throws Error in words where a name is not a question's */
export async function measureQuestions(
  wish: Measured,
  asking: Pick<Asking, 'questions' | 'pairsPerQuestion' | 'judging'>,
): Promise<QuestionReport[]> {
  const { model, data, recipe: wanted, cancelled } = wish;
  const recipe = unseen(wanted, model.recipe);
  const facts = await factsOf(wish, recipe);
  if (facts === null) return [];
  const { hash } = facts;
  const { after, step } = model;
  const played = playing(recipe);
  const onProgress = (share: number) => wish.onProgress(played + (1 - played) * share);
  const told = { after, step, onProgress, ...(cancelled && { cancelled }) };
  const reports = await askQuestions(model.judge, data, recipe, { ...asking, ...told });
  return reports.map((report) => ({ ...report, about: provenance(model, recipe, hash) }));
}

function provenance({ identity, run, checkpoint, step, weights, recipe }: ShelvedModel, by: Recipe, dataHash: string) {
  return {
    model: { label: modelName(identity), run, checkpoint, step, weights, recipe },
    recipe: by,
    dataHash,
  } satisfies Provenance;
}
