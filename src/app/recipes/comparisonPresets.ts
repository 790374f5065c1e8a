// The strategies of the comparison as presets: the same recipes that the experiments run, on the lesson's few tasks and
// with as many steps as a processor makes in about four minutes.
import * as m from '../../words/messages';
import { COT_SETTINGS } from '../../training/comparison';
import { PRESETS } from '../../training/presets';
import type { Recipe } from '../../training/recipe';
import { STAGE_SETTINGS, STRATEGIES, strategyRecipe, type Strategy } from '../../training/strategies';

/** The progressive strategy's: 2.8 minutes of training on two cores (wasm), and 4.3 where all steps write descriptions. */
const COT_STEPS = 450;
const TAG_STEPS = 1350;

export interface ComparisonPreset {
  readonly strategy: Strategy;
  readonly title: string;
  /** One sentence: what it is. */
  readonly about: string;
}

interface StrategyWords {
  title: () => string;
  about: () => string;
  /** Beside a point. */
  short: () => string;
}

const WORDS: Readonly<Record<Strategy, StrategyWords>> = {
  biased: { title: m.train_strategy_biased, about: m.train_about_biased, short: m.train_short_biased },
  classifier: { title: m.train_strategy_classifier, about: m.train_about_classifier, short: m.train_short_classifier },
  'cot-classifier': {
    title: m.train_strategy_cot_classifier,
    about: m.train_about_cot_classifier,
    short: m.train_short_cot_classifier,
  },
  tag: { title: m.train_strategy_tag, about: m.train_about_tag, short: m.train_short_tag },
  mixed: { title: m.train_strategy_mixed, about: m.train_about_mixed, short: m.train_short_mixed },
  cot: { title: m.train_strategy_cot, about: m.train_about_cot, short: m.train_short_cot },
  'cot-tag': { title: m.train_strategy_cot_tag, about: m.train_about_cot_tag, short: m.train_short_cot_tag },
  antisymmetric: {
    title: m.train_strategy_antisymmetric,
    about: m.train_about_antisymmetric,
    short: m.train_short_antisymmetric,
  },
  'tag-long': { title: m.train_strategy_tag_long, about: m.train_about_tag_long, short: m.train_short_tag_long },
};

/** In the order of the tables. */
export const COMPARISON_PRESETS: readonly ComparisonPreset[] = STRATEGIES.map((strategy) => ({
  strategy,
  get title() {
    return WORDS[strategy].title();
  },
  get about() {
    return WORDS[strategy].about();
  },
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

/** A strategy's name beside a point; the fixed name itself where it is another. */
export function shortNameOf(strategy: string): string {
  return Object.hasOwn(WORDS, strategy) ? WORDS[strategy as Strategy].short() : strategy;
}
