// The recipe that the next run will follow. It starts as a preset or from the address bar, is edited in Data and
// Train, and is replaced as a whole at each change, so that it can be sent to the workers as it is.
import { LESSON, preset, type PresetName } from '../../training/presets';
import { describes, parseRecipe, type Recipe, totalSteps } from '../../training/recipe';
import type { Strategy } from '../../training/strategies';
import { comparisonPreset, strategyOf } from '../recipes/comparisonPresets';
import { decodeRecipe, encodeRecipe } from '../recipes/recipeLink';
import { removeStage, turnInto } from '../recipes/stages';
import * as m from '../../words/messages';
import type { Edits } from './edits.svelte';
import { sentenceOf } from './notices.svelte';
import { recipeTitle } from './runNames';

const usual: PresetName = 'class';

export class RecipeDraft {
  readonly #edits: Edits | null;
  #recipe = $state.raw<Recipe>(preset(usual));
  #complaint = $state<string | null>(null);

  /** @param edits where changes are noted, to be taken back */
  constructor(edits: Edits | null = null) {
    this.#edits = edits;
  }

  get recipe(): Recipe {
    return this.#recipe;
  }

  /** Why the last change was not taken, in words; null when all is well. */
  get complaint(): string | null {
    return this.#complaint;
  }

  get steps(): number {
    return totalSteps(this.#recipe);
  }

  /** The recipe for the address bar; null while it is the usual preset untouched. */
  get linkText(): string | null {
    const text = encodeRecipe(this.#recipe);
    return text === encodeRecipe(preset(usual)) ? null : text;
  }

  /** The whole address of this recipe, for "Copy link". */
  get link(): string {
    return `${location.origin}${location.pathname}#/train?r=${encodeRecipe(this.#recipe)}`;
  }

  usePreset(name: PresetName): void {
    this.#replace(preset(name));
  }

  /** A preset with a size of the model that suits this device. @param sentence shown with an undo button */
  useRecommended(name: PresetName, model: Recipe['model'], sentence: string): void {
    this.#replace({ ...preset(name), model }, sentence);
  }

  /** A strategy of the comparison. */
  useStrategy(strategy: Strategy): void {
    this.#replace(comparisonPreset(strategy, this.#recipe.seed));
  }

  /** Own videos stay chosen: a preset says how to train, not on whose data. */
  #replace(preset: Recipe, sentence: string | null = null): void {
    const { source, sampling } = this.#recipe;
    const recipe = source.kind === 'library' ? { ...preset, source, sampling } : preset;
    // Settings of one's own that go with it are not all in sight.
    const isOwn = !this.#isPreset(this.#recipe);
    this.use(recipe, sentence ?? (isOwn ? m.train_recipe_replaced({ name: recipeTitle(recipe) }) : null));
  }

  #isPreset(recipe: Recipe): boolean {
    const strategy = strategyOf(recipe);
    const given = strategy === null ? preset(recipe.name) : comparisonPreset(strategy, recipe.seed);
    if (!given) return false;
    const { source, sampling } = recipe;
    const known = source.kind === 'library' ? { ...given, source, sampling } : given;
    return encodeRecipe(known) === encodeRecipe(recipe);
  }

  /** The lesson's simulated films in place of the recipe's own. */
  useSimulator(): void {
    this.change((recipe) => (recipe.source = structuredClone(LESSON)), m.train_films_taken());
  }

  /** Descriptions come from the simulator, whatever the own episodes have. */
  borrowDescriptions(): void {
    this.change((recipe) => {
      if (recipe.source.kind === 'library') recipe.source.descriptions = 'simulator';
    }, m.train_words_borrowed());
  }

  /** Without stages that need descriptions. */
  leaveWordsOut(): void {
    this.change((recipe) => {
      for (const stage of recipe.stages.filter(describes)) {
        const isAlone = recipe.stages.length === 1 || stage.samples === 'mixed';
        if (isAlone) turnInto(stage, 'tag', recipe);
        else removeStage(recipe, recipe.stages.indexOf(stage));
      }
    }, m.train_words_left_out());
  }

  /** @param sentence shown with an undo button; changes that show where they are made need none */
  use(recipe: Recipe, sentence: string | null = null): void {
    const before = this.#recipe;
    this.#put(recipe);
    if (encodeRecipe(before) === encodeRecipe(recipe)) {
      if (sentence !== null) this.#edits?.wasSo(sentence);
      return;
    }
    const edit = { name: m.runs_edit_recipe(), undo: () => this.#put(before), redo: () => this.#put(recipe) };
    this.#edits?.did(edit, sentence);
  }

  #put(recipe: Recipe): void {
    this.#recipe = recipe;
    this.#complaint = null;
  }

  /**
   * Applies a change to a copy; a change that breaks the recipe is refused and becomes the complaint.
   * @param sentence shown with an undo button
   */
  change(edit: (recipe: Recipe) => void, sentence: string | null = null): void {
    const copy = structuredClone(this.#recipe);
    edit(copy);
    try {
      this.use(parseRecipe(copy), sentence);
    } catch (error) {
      this.#complaint = sentenceOf(error);
    }
  }

  /**
   * Takes the recipe of an address; a broken one becomes the complaint and changes nothing.
   * @param sentence shown with an undo button; without one there is nothing to undo
   */
  read(text: string, sentence: string | null = null): void {
    try {
      const recipe = decodeRecipe(text);
      if (sentence === null) this.#put(recipe);
      else this.use(recipe, sentence);
    } catch (error) {
      this.#complaint = sentenceOf(error);
    }
  }
}
