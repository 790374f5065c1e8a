// The recipe that the next run will follow. It starts as a preset or from the address bar, is edited in Data and
// Train, and is replaced as a whole at each change, so that it can be sent to the workers as it is, and so that every change
// can be taken back.
import { preset, type PresetName } from '../../training/presets';
import { parseRecipe, type Recipe, totalSteps } from '../../training/recipe';
import type { Strategy } from '../../training/strategies';
import { comparisonPreset } from '../recipes/comparisonPresets';
import { decodeRecipe, encodeRecipe } from '../recipes/recipeLink';
import { sentenceOf } from './notices.svelte';

const usual: PresetName = 'class';
/** Changes that can be taken back. */
const mostPast = 100;

export class RecipeDraft {
  #recipe = $state.raw<Recipe>(known(usual));
  #complaint = $state<string | null>(null);
  #past = $state.raw<readonly Recipe[]>([]);
  #future = $state.raw<readonly Recipe[]>([]);

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

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** The recipe for the address bar; null while it is the usual preset untouched. */
  get linkText(): string | null {
    const text = encodeRecipe(this.#recipe);
    return text === encodeRecipe(known(usual)) ? null : text;
  }

  /** The whole address of this recipe, for "Copy link". */
  get link(): string {
    return `${location.origin}${location.pathname}#/train?r=${encodeRecipe(this.#recipe)}`;
  }

  usePreset(name: PresetName): void {
    const { source, sampling } = this.#recipe;
    // Own videos stay chosen: a preset says how to train, not on whose data.
    this.use(source.kind === 'library' ? { ...known(name), source, sampling } : known(name));
  }

  /** A strategy of the comparison; own videos stay chosen here too. */
  useStrategy(strategy: Strategy): void {
    const { source, sampling, seed } = this.#recipe;
    const recipe = comparisonPreset(strategy, seed);
    this.use(source.kind === 'library' ? { ...recipe, source, sampling } : recipe);
  }

  use(recipe: Recipe): void {
    this.#complaint = null;
    if (JSON.stringify(recipe) === JSON.stringify(this.#recipe)) return;
    this.#past = [...this.#past, this.#recipe].slice(-mostPast);
    this.#future = [];
    this.#recipe = recipe;
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

  /** Takes the last change back. */
  undo(): void {
    this.#step(this.#past.at(-1), this.#past.slice(0, -1), [...this.#future, this.#recipe]);
  }

  /** Makes the change again that was taken back last. */
  redo(): void {
    this.#step(this.#future.at(-1), [...this.#past, this.#recipe], this.#future.slice(0, -1));
  }

  #step(recipe: Recipe | undefined, past: readonly Recipe[], future: readonly Recipe[]): void {
    if (recipe === undefined) return;
    this.#complaint = null;
    this.#recipe = recipe;
    this.#past = past;
    this.#future = future;
  }

  /** Takes the recipe of an address; a broken one becomes the complaint and changes nothing. */
  read(text: string): void {
    try {
      this.use(decodeRecipe(text));
    } catch (error) {
      this.#complaint = sentenceOf(error);
    }
  }
}

function known(name: PresetName): Recipe {
  const recipe = preset(name);
  if (!recipe) throw new Error(`There is no preset called ${name}.`);
  return recipe;
}
