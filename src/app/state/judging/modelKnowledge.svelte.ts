// What models were trained on: the source, how many of its episodes, and which words their tasks had. Found out for a
// model when somebody is about to ask it.
import { wordsUnread } from '../../../samples/taskWords';
import type { Recipe } from '../../../training/recipe';
import type { ModelChoice } from '../../../workers/gpuApi';
import type { Engine } from '../../clients/engine';
import type { ShippedModels } from '../shippedModels.svelte';

export interface Knowledge {
  source: Recipe['source']['kind'];
  /** Episodes that it was trained on, of all that there were. */
  episodes: number;
  all: number;
  words: readonly string[];
}

export class ModelKnowledge {
  readonly #engine: Engine;
  readonly #shipped: ShippedModels;
  #known = $state.raw<Readonly<Record<string, Knowledge>>>({});
  readonly #asked: Record<string, boolean> = {};

  constructor(engine: Engine, shipped: ShippedModels) {
    this.#engine = engine;
    this.#shipped = shipped;
  }

  /** Null until it is found out, and where it cannot be: the episodes may be gone. */
  of(choice: ModelChoice): Knowledge | null {
    return this.#known[JSON.stringify(choice)] ?? null;
  }

  /** Words of a task that a model never read; none as long as nothing is known of it. */
  unread(choice: ModelChoice, task: string): string[] {
    const known = this.of(choice);
    return known ? wordsUnread(task, known.words) : [];
  }

  /** Finds out, once. */
  async look(choice: ModelChoice): Promise<void> {
    const key = JSON.stringify(choice);
    if (this.#asked[key]) return;
    this.#asked[key] = true;
    try {
      const known = (await this.#written(choice)) ?? (await this.#asking(choice));
      this.#known = { ...this.#known, [key]: known };
    } catch {
      // The model may not be there yet, or no longer: asking it says why, in words.
      this.#asked[key] = false;
    }
  }

  /** As the card of a model that comes with the studio has it, at once and without its weights. */
  async #written(choice: ModelChoice): Promise<Knowledge | null> {
    const card = choice.kind === 'shipped' ? await this.#shipped.card(choice.name) : null;
    if (!card) return null;
    const { episodes, all, words } = card.training;
    return { source: 'simulator', episodes, all, words: words.split(' ') };
  }

  async #asking(choice: ModelChoice): Promise<Knowledge> {
    await this.#engine.connected;
    const recipe = await this.#engine.gpu.recipeOf(choice);
    return { source: recipe.source.kind, ...(await this.#engine.data.trainingFacts(recipe)) };
  }
}
