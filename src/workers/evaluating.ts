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

/** Judging a pair in both orders takes as long as playing so many lessons. */
const LESSONS_A_PAIR = 10;
const ASKED_EVERY_MS = 100;

interface Made {
  facts: DatasetFacts;
  /** Share of the whole measurement that making the data took. */
  share: number;
}

/**
 * Facts of the data, which may have to be made first: thousands of lessons are played. Null where somebody cancels
 * meanwhile; the data are made to their end, for the next time.
 * @param pairs that are judged afterwards, about
 */
async function factsOf({ data, onProgress, cancelled }: Measured, recipe: Recipe, pairs: number): Promise<Made | null> {
  const { source } = recipe;
  const lessons = source.kind === 'simulator' ? (source.lessons?.count ?? 0) : 0;
  const playing = lessons / Math.max(1, lessons + LESSONS_A_PAIR * pairs);
  let share = 0;
  let isOver = false;
  const tell = (made: number) => {
    if (isOver) return;
    share = playing;
    onProgress(made * playing);
  };
  let asking: ReturnType<typeof setInterval> | undefined;
  const stop = new Promise<null>((resolve) => {
    asking = setInterval(() => cancelled?.() && resolve(null), ASKED_EVERY_MS);
  });
  try {
    const facts = await Promise.race([data.facts(recipe, proxy(tell)), stop]);
    return facts && { facts, share };
  } finally {
    isOver = true;
    clearInterval(asking);
  }
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
  const windows = recipe.sampling.windows.filter(({ weight }) => weight > 0).length;
  const made = await factsOf(wish, recipe, split === 'test' ? testPairsPerWindow * windows : validationPairs);
  if (made === null) return null;
  const { facts, share: played } = made;
  const source = (selection: EvaluationSelection) => evaluationSource(data, recipe, facts, selection);
  const pairs = split === 'test' ? { perWindow: testPairsPerWindow } : { total: validationPairs };
  const whole = await source(measured(recipe, split, pairs));
  const isRecalibrated = split === 'test' && judging === 'tag' && validationPairs > 0;
  const hasSubset = isRecalibrated && facts.summary.episodes.validation > 0;
  const subset = hasSubset ? await source({ split: 'validation', pairs: { total: validationPairs } }) : null;
  const before = subset?.pairs.length ?? 0;
  const all = Math.max(1, before + whole.pairs.length);
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
  const made = await factsOf(wish, recipe, asking.questions.length * asking.pairsPerQuestion);
  if (made === null) return [];
  const { hash } = made.facts;
  const { after, step } = model;
  const played = made.share;
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
