// Measures the model of a run: on the fixed validation subset during training, and on the test split after a stage, in every
// way that its head and its training allow.
import { judgePairs, reportOf, type Judged, type Judging } from '../evaluation/evaluate';
import type { Judge } from '../evaluation/judge';
import { summarise, type Judgement, type Summary } from '../evaluation/metrics';
import { withRepeats } from '../evaluation/repeats';
import type { EvaluationReport } from '../evaluation/report';
import { describes, type Recipe } from '../training/recipe';
import type { BatchApi, DatasetFacts, EvaluationSelection } from './batchApi';
import { evaluationSource } from './evaluationSource';

export interface MeasuredRun {
  recipe: Recipe;
  facts: DatasetFacts;
  data: BatchApi;
  /** The model as it is now. */
  judge: () => Judge;
  /** Asked between batches; a true answer ends the measurement, and its figures are null. */
  isOver: () => boolean;
}

type Pairs = EvaluationSelection['pairs'];

/** What is measured on a split; whatever is held out has questions of its own and would blur what was learnt of the rest. */
export function measured(recipe: Recipe, split: 'validation' | 'test', pairs: Pairs): EvaluationSelection {
  const holdsOut = Object.values(recipe.sampling.holdOut).some((values) => values.length > 0);
  return split === 'test' && holdsOut ? { split, pairs, choice: { tasks: 'trained' } } : { split, pairs };
}

/** Written answers are drawn again, this often, to the first of the pairs. */
const REPEATS = { repeats: 4, pairs: 24, temperature: 1 };

export class RunMeasurement {
  readonly #run: MeasuredRun;
  /** The last look at the validation subset. */
  #validation: { step: number; rows: readonly Judgement[] } | null = null;
  /** What stood written when descriptions were judged by last: the same answers need not be written twice. */
  #described: { step: number; rows: Judged } | null = null;

  constructor(run: MeasuredRun) {
    this.#run = run;
  }

  /** The fixed validation subset, by forced choice, in both orders; null where there is none or the run is over. */
  async validate(step: number): Promise<Summary | null> {
    const rows = await this.#validationRows(step);
    return rows.length > 0 ? summarise(rows) : null;
  }

  /** How the test split is judged after a stage. */
  plans(stageIndex: number): [Judging, Pairs][] {
    const { evaluation, head, stages, sampling } = this.#run.recipe;
    const { testPairsPerWindow: perWindow, generatedPairs } = evaluation;
    if (this.#run.facts.summary.episodes.test === 0) return [];
    const plans: [Judging, Pairs][] = perWindow > 0 ? [['tag', { perWindow }]] : [];
    if (generatedPairs === 0) return plans;
    // Wide windows are easier: figures of as many pairs must be of the same pairs. Fewer are drawn as training draws them.
    const windows = sampling.windows.filter(({ weight }) => weight > 0).length;
    const generated = generatedPairs === perWindow * windows ? { perWindow } : { total: generatedPairs };
    const hasWords = stages.slice(0, stageIndex + 1).some(describes);
    // Only the language head has words for its judgement.
    const writes = head === 'language';
    if (writes) plans.push(['tag-generated', generated]);
    if (hasWords) plans.push(['cot', generated]);
    if (hasWords && writes) plans.push(['cot-generated', generated]);
    return plans;
  }

  /** The test split judged in one way; null where it has no pairs or the run is over. */
  async test([judging, pairs]: [Judging, Pairs], after: string, step: number): Promise<EvaluationReport | null> {
    // What a constant of recalibration is chosen on was judged in the same way.
    const validation = judging === 'tag' ? await this.#validationRows(step) : [];
    const known = judging === 'cot-generated' && this.#described?.step === step ? this.#described.rows : null;
    const first = known ?? (await this.#judged('test', pairs, judging));
    this.#described = first?.asWritten ? { step, rows: { ...first, rows: first.asWritten } } : null;
    const judged = judging === 'cot-generated' && first ? await this.#repeated(pairs, judging, first) : first;
    return judged && reportOf(judged, { after, step, split: 'test', judging }, this.#run.recipe.seed, validation);
  }

  /** With answers drawn again, for how often they repeat; null where the run is over. */
  async #repeated(pairs: Pairs, judging: 'cot-generated', judged: Judged): Promise<Judged | null> {
    const { data, recipe, facts, judge, isOver } = this.#run;
    const source = await evaluationSource(data, recipe, facts, measured(recipe, 'test', pairs));
    const drawing = { ...REPEATS, seed: recipe.seed };
    const repeated = await withRepeats(judge(), source, judging, judged, drawing, isOver);
    return isOver() ? null : repeated;
  }

  /** Judged once a step; none where there is no such subset or the run is over. */
  async #validationRows(step: number): Promise<readonly Judgement[]> {
    if (this.#validation?.step === step) return this.#validation.rows;
    const total = this.#run.recipe.evaluation.validationPairs;
    if (total === 0 || this.#run.facts.summary.episodes.validation === 0) return [];
    const judged = await this.#judged('validation', { total }, 'tag');
    if (judged) this.#validation = { step, rows: judged.rows };
    return judged?.rows ?? [];
  }

  async #judged(split: 'validation' | 'test', pairs: Pairs, judging: Judging): Promise<Judged | null> {
    const { data, recipe, facts, judge, isOver } = this.#run;
    const source = await evaluationSource(data, recipe, facts, measured(recipe, split, pairs));
    const judged = await judgePairs(judge(), source, judging, () => undefined, isOver);
    return isOver() ? null : judged;
  }
}
