// The strategies of the comparison as presets: the same recipes that the experiments run, on the lesson's few tasks and
// with as many steps as a processor makes in about four minutes.
import { COT_SETTINGS } from '../../training/comparison';
import { PRESETS } from '../../training/presets';
import type { Recipe } from '../../training/recipe';
import { STAGE_SETTINGS, STRATEGIES, strategyRecipe, strategyTitle, type Strategy } from '../../training/strategies';

/** The progressive strategy's: 2.8 minutes of training on two cores (wasm), and 4.3 where all steps write descriptions. */
const COT_STEPS = 450;
const TAG_STEPS = 1350;

export interface ComparisonPreset {
  strategy: Strategy;
  title: string;
  /** One sentence: what it is. */
  about: string;
}

const ABOUT: Readonly<Record<Strategy, string>> = {
  biased: 'Films running forwards only, from an empty model: it makes the backbone that all others cure.',
  classifier: 'Bare labels, read by a small classifier beside the words.',
  'cot-classifier': 'First descriptions, then bare labels, read by a small classifier beside the words.',
  tag: 'Bare labels alone, in both orders.',
  mixed: 'Steps with descriptions and steps with bare labels take turns.',
  cot: 'Descriptions alone; the model judges after it has described both pictures.',
  'cot-tag': 'The paper’s way: first descriptions, then bare labels from there.',
  antisymmetric:
    'A head that compares both orders and can only answer the opposite when they are swapped: its gap is nil by construction, not learnt, so look at the average.',
  'tag-long': 'Bare labels alone, for as much arithmetic as descriptions and labels together take.',
};

/** In the order of the tables. */
export const COMPARISON_PRESETS: readonly ComparisonPreset[] = STRATEGIES.map((strategy) => ({
  strategy,
  get title() {
    return strategyTitle(strategy);
  },
  about: ABOUT[strategy],
}));

/** The recipe of a strategy at a lesson's size. */
export function comparisonPreset(strategy: Strategy, seed = 1): Recipe {
  const recipe = strategyRecipe(strategy, {
    base: PRESETS.class,
    seed,
    cotSteps: COT_STEPS,
    tagSteps: TAG_STEPS,
    cot: COT_SETTINGS,
    tag: STAGE_SETTINGS,
  });
  // Runs are numbered by the page.
  return { ...recipe, name: strategy };
}

/** Which strategy a recipe is, whatever its seed, name and data; null where it is none of them. */
export function strategyOf(recipe: Recipe): Strategy | null {
  const traits = ({ initial, head, stages }: Recipe) => JSON.stringify([initial, head, stages]);
  const found = COMPARISON_PRESETS.find(({ strategy }) => traits(comparisonPreset(strategy)) === traits(recipe));
  return found?.strategy ?? null;
}

const SHORT: Readonly<Record<Strategy, string>> = {
  biased: 'biased backbone',
  classifier: 'classifier',
  'cot-classifier': 'CoT, classifier',
  tag: 'tags',
  mixed: 'mixed',
  cot: 'CoT',
  'cot-tag': 'CoT, then tags',
  antisymmetric: 'antisymmetric head',
  'tag-long': 'tags, longer',
};

/** A strategy's name beside a point; the fixed name itself where it is another. */
export function shortNameOf(strategy: string): string {
  return Object.hasOwn(SHORT, strategy) ? SHORT[strategy as Strategy] : strategy;
}
