// The recipe that the next run will follow. It starts as a preset or from the address bar, is edited in Data and
// Train, and is replaced as a whole at each change, so that it can be sent to the workers as it is.
import { preset, type PresetName } from '../../training/presets';
import { parseRecipe, type Recipe, totalSteps } from '../../training/recipe';
import type { Strategy } from '../../training/strategies';
import { comparisonPreset } from '../recipes/comparisonPresets';
import { decodeRecipe, encodeRecipe } from '../recipes/recipeLink';
import * as m from '../../words/messages';
import type { Edits } from './edits.svelte';
import { sentenceOf } from './notices.svelte';

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
    const { source, sampling } = this.#recipe;
    // Own videos stay chosen: a preset says how to train, not on whose data.
    this.use(source.kind === 'library' ? { ...preset(name), source, sampling } : preset(name));
  }

  /** A strategy of the comparison; own videos stay chosen here too. */
  useStrategy(strategy: Strategy): void {
    const { source, sampling, seed } = this.#recipe;
    const recipe = comparisonPreset(strategy, seed);
    this.use(source.kind === 'library' ? { ...recipe, source, sampling } : recipe);
  }

  /** @param sentence shown with an undo button; changes that show where they are made need none */
  use(recipe: Recipe, sentence: string | null = null): void {
    const before = this.#recipe;
    this.#put(recipe);
    if (encodeRecipe(before) === encodeRecipe(recipe)) return;
    const edit = { name: m.runs_edit_recipe(), undo: () => this.#put(before), redo: () => this.#put(recipe) };
    this.#edits?.did(edit, sentence);
  }

  #put(recipe: Recipe): void {
    this.#recipe = recipe;
    this.#complaint = null;
  }

  /** Applies a change to a copy; a change that breaks the recipe is refused and becomes the complaint. */
  change(edit: (recipe: Recipe) => void): void {
    const copy = structuredClone(this.#recipe);
    edit(copy);
    try {
      this.use(parseRecipe(copy));
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
