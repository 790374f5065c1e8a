// What the recipe's sampling makes of the episodes: the summary and a look at the samples, shortly after each change.
import type { Recipe } from '../../../training/recipe';
import type { RenderedSample, SamplingSummary } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';

const samplesShown = 2;
const patience = 300;

export class SamplingEffect {
  readonly #engine: Engine;
  #summary = $state.raw<SamplingSummary | null>(null);
  #summaryTrouble = $state<string | null>(null);
  #samples = $state.raw<readonly RenderedSample[]>([]);
  #samplesTrouble = $state<string | null>(null);
  #working = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = 0;
  #samplesQuestion = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get summary(): SamplingSummary | null {
    return this.#summary;
  }

  get summaryTrouble(): string | null {
    return this.#summaryTrouble;
  }

  get samples(): readonly RenderedSample[] {
    return this.#samples;
  }

  get samplesTrouble(): string | null {
    return this.#samplesTrouble;
  }

  get samplesShown(): number {
    return samplesShown;
  }

  /** The figures shown belong to an older recipe; new ones are on their way. */
  get working(): boolean {
    return this.#working;
  }

  /** Measures the recipe once it has rested for a moment. */
  measure(recipe: Recipe): void {
    clearTimeout(this.#timer);
    this.#working = true;
    this.#timer = setTimeout(() => void this.#measureNow(recipe), patience);
  }

  async look(recipe: Recipe, stage: number, position: number): Promise<void> {
    const question = ++this.#samplesQuestion;
    try {
      await this.#engine.connected;
      const samples = await this.#engine.data.renderedSamples(recipe, stage, position, samplesShown);
      if (question !== this.#samplesQuestion) return closeAll(samples);
      const old = this.#samples;
      this.#samples = samples;
      this.#samplesTrouble = null;
      closeAll(old);
    } catch (error) {
      if (question === this.#samplesQuestion) this.#samplesTrouble = textOf(error);
    }
  }

  async #measureNow(recipe: Recipe): Promise<void> {
    const question = ++this.#question;
    try {
      await this.#engine.connected;
      const summary = await this.#engine.data.samplingSummary(recipe);
      if (question !== this.#question) return;
      this.#summary = summary;
      this.#summaryTrouble = null;
    } catch (error) {
      if (question === this.#question) this.#summaryTrouble = textOf(error);
    } finally {
      if (question === this.#question) this.#working = false;
    }
  }
}

function closeAll(samples: readonly RenderedSample[]): void {
  for (const sample of samples) sample.pictures.forEach((picture) => picture.bitmap.close());
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
