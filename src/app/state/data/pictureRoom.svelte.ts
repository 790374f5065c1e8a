// How much room the simulator's drawn pictures take that are kept for later, and removing them.
import type { PictureCacheUsage } from '../../../episodes/pictureCache';
import type { Engine } from '../../clients/engine';
import { sentenceOf } from '../notices.svelte';

export class PictureRoom {
  readonly #engine: Engine;
  #usage = $state.raw<PictureCacheUsage | null>(null);
  #trouble = $state<string | null>(null);
  #removing = $state(false);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Null until it is known, or where the data worker does not answer. */
  get usage(): PictureCacheUsage | null {
    return this.#usage;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  get removing(): boolean {
    return this.#removing;
  }

  async look(): Promise<void> {
    await this.#engine.connected.catch(() => undefined);
    this.#usage = await this.#engine.data.pictureCache().catch(() => this.#usage);
  }

  async remove(): Promise<void> {
    this.#removing = true;
    this.#trouble = null;
    try {
      this.#usage = await this.#engine.data.dropPictureCache();
    } catch (error) {
      this.#trouble = sentenceOf(error);
    } finally {
      this.#removing = false;
    }
  }
}
