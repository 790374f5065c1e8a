// What models were trained on: the source, how many of its episodes, and which words their tasks had. Found out for a
// model when somebody is about to ask it.
import { wordsUnread } from '../../../samples/taskWords';
import type { Recipe } from '../../../training/recipe';
import type { TrainingFacts } from '../../../workers/explainApi';
import type { ModelChoice } from '../../../workers/gpuApi';
import type { Engine } from '../../clients/engine';
import type { ShippedModels } from '../shippedModels.svelte';
import type { Training } from '../training.svelte';

export interface Knowledge {
  source: Recipe['source']['kind'];
  /** Null where the library does not hold what it was trained on: it has changed since, or is that of another computer. */
  facts: Omit<TrainingFacts, 'hash'> | null;
}

export class ModelKnowledge {
  readonly #engine: Engine;
  readonly #shipped: ShippedModels;
  readonly #training: Training;
  #known = $state.raw<Readonly<Record<string, Knowledge>>>({});
  readonly #asked: Record<string, boolean> = {};

  constructor(engine: Engine, shipped: ShippedModels, training: Training) {
    this.#engine = engine;
    this.#shipped = shipped;
    this.#training = training;
  }

  /** Null until it is found out, and where it cannot be: the episodes may be gone. */
  of(choice: ModelChoice): Knowledge | null {
    return this.#known[this.#key(choice)] ?? null;
  }

  /** Words of a task that a model never read; none as long as nothing is known of it. */
  unread(choice: ModelChoice, task: string): string[] {
    const facts = this.of(choice)?.facts;
    return facts ? wordsUnread(task, facts.words) : [];
  }

  /** Finds out, once; again where the library did not hold the episodes, since they may come back. */
  async look(choice: ModelChoice): Promise<void> {
    const key = this.#key(choice);
    if (this.#asked[key]) return;
    this.#asked[key] = true;
    try {
      const known = (await this.#written(choice)) ?? (await this.#asking(choice));
      this.#known = { ...this.#known, [key]: known };
      this.#asked[key] = known.facts !== null;
    } catch {
      // The model may not be there yet, or no longer: asking it says why, in words.
      this.#asked[key] = false;
    }
  }

  /** The model in training is that of another run by and by. */
  #key(choice: ModelChoice): string {
    return choice.kind === 'live' ? `live ${this.#training.runId}` : JSON.stringify(choice);
  }

  /** As the card of a model that comes with the studio has it, at once and without its weights. */
  async #written(choice: ModelChoice): Promise<Knowledge | null> {
    const card = choice.kind === 'shipped' ? await this.#shipped.card(choice.name) : null;
    if (!card) return null;
    const { episodes, all, words } = card.training;
    return { source: 'simulator', facts: { episodes, all, words: words.split(' ') } };
  }

  async #asking(choice: ModelChoice): Promise<Knowledge> {
    await this.#engine.connected;
    const { recipe, dataHash } = await this.#engine.gpu.trainingOf(choice);
    const source = recipe.source.kind;
    const facts = this.#engine.data.trainingFacts(recipe);
    if (source !== 'library') return { source, facts: await facts };
    // It may be another one by now, or empty.
    const found = await facts.catch(() => null);
    return { source, facts: found?.hash === dataHash ? found : null };
  }
}
