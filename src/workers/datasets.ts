// The data of recipes: made when first asked for, the last few kept, and those of the run that is on in any case.
import type { Recipe } from '../training/recipe';
import { datasetKey, type Dataset } from './dataset';

const KEPT = 3;

type Tell = (share: number) => void;

interface Made {
  data: Promise<Dataset>;
  isOfLibrary: boolean;
  /** Who hears how far it is; nobody once it is made. */
  hearers: Set<Tell> | null;
}

export class Datasets {
  readonly #make: (recipe: Recipe, tell: Tell) => Promise<Dataset>;
  readonly #made = new Map<string, Made>();
  /** Key of the data of the run that is on. */
  #held: string | null = null;
  #heldIsStale = false;

  constructor(make: (recipe: Recipe, tell: Tell) => Promise<Dataset>) {
    this.#make = make;
  }

  /** @param tell progress in [0, 1] while the data are made */
  of(recipe: Recipe, tell?: Tell): Promise<Dataset> {
    const key = datasetKey(recipe);
    const known = this.#made.get(key);
    if (known) {
      if (tell) known.hearers?.add(tell);
      return known.data;
    }
    const hearers = new Set(tell ? [tell] : []);
    const data = this.#make(recipe, (share) => hearers.forEach((hear) => hear(share)));
    const made: Made = { data, isOfLibrary: recipe.source.kind === 'library', hearers };
    data.then(
      () => (made.hearers = null),
      () => this.#made.delete(key),
    );
    this.#made.set(key, made);
    const old = [...this.#made.keys()].filter((other) => other !== key && other !== this.#held);
    for (const other of old.slice(0, Math.max(0, this.#made.size - KEPT))) this.#made.delete(other);
    return data;
  }

  /** Keeps the data of the run that is on as they were when it began; null once it has ended. */
  hold(recipe: Recipe | null): void {
    if (this.#held !== null && this.#heldIsStale) this.#made.delete(this.#held);
    this.#held = recipe && datasetKey(recipe);
    this.#heldIsStale = false;
  }

  /** Data drawn from the library are stale once an episode came, went or changed. */
  forgetLibrary(): void {
    for (const [key, { isOfLibrary }] of this.#made) {
      if (!isOfLibrary) continue;
      if (key === this.#held) this.#heldIsStale = true;
      else this.#made.delete(key);
    }
  }
}
