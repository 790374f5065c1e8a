// The CoT sample of the pair that is looked at, made anew while words are typed: one question at a time, and of those
// asked meanwhile only the last.
import type { Segment } from '../../../episodes/episode';
import type { Recipe } from '../../../training/recipe';
import type { DescribedPair, RenderedSample } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';

interface Question {
  recipe: Recipe;
  pair: DescribedPair;
  segments: Segment[];
}

export class AnnotationSample {
  readonly #engine: Engine;
  #sample = $state.raw<RenderedSample | null>(null);
  #trouble = $state<string | null>(null);
  #next: Question | null = null;
  #asking = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Null where a moment has no words yet. */
  get sample(): RenderedSample | null {
    return this.#sample;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  ask(recipe: Recipe, pair: DescribedPair, segments: readonly Segment[]): void {
    this.#next = { recipe, pair, segments: [...segments] };
    if (!this.#asking) void this.#answer();
  }

  close(): void {
    this.#next = null;
    this.#show(null);
  }

  async #answer(): Promise<void> {
    this.#asking = true;
    while (this.#next) {
      const { recipe, pair, segments } = this.#next;
      this.#next = null;
      try {
        this.#show(await this.#engine.data.composedSample(recipe, pair, segments));
        this.#trouble = null;
      } catch (error) {
        this.#show(null);
        this.#trouble = error instanceof Error ? error.message : String(error);
      }
    }
    this.#asking = false;
  }

  #show(sample: RenderedSample | null): void {
    const old = this.#sample;
    this.#sample = sample;
    old?.pictures.forEach(({ bitmap }) => bitmap.close());
  }
}
