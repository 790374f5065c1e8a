// Whether the data has what the recipe needs, found out shortly after each change, so that a training that cannot work is
// not begun.
import type { Recipe } from '../../training/recipe';
import type { DataCheck } from '../../workers/checkData';
import type { Engine } from '../clients/engine';

const patience = 300;

export class RecipeCheck {
  readonly #engine: Engine;
  #found = $state.raw<DataCheck | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Null while nothing is known. */
  get found(): DataCheck | null {
    return this.#found;
  }

  /** Checks the recipe once it has rested for a moment. */
  look(recipe: Recipe): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.canTrain(recipe), patience);
  }

  /** False where a run would end for want of data; where that cannot be found out, the run itself says why. */
  async canTrain(recipe: Recipe): Promise<boolean> {
    const question = ++this.#question;
    try {
      await this.#engine.connected;
      const found = await this.#engine.data.checkData(recipe);
      if (question === this.#question) this.#found = found;
      return found.lacks === null;
    } catch {
      if (question === this.#question) this.#found = null;
      return true;
    }
  }
}
