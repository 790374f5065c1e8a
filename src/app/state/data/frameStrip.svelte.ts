// The pictures of a filmstrip that are on screen. Only missing ones are asked for, a few at a time, and what scrolled
// out of sight meanwhile is never asked for; pictures seen before stay until there are too many of them.
import { SvelteMap } from 'svelte/reactivity';
import type { Picture } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';

const atOnce = 6;
const mostKept = 240;
const pictureSize = 128;

export class FrameStrip {
  readonly #engine: Engine;
  readonly #pictures = new SvelteMap<number, Picture>();
  #episode: string | null = null;
  #wanted: readonly number[] = [];
  #fetching = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** By raw frame. */
  get pictures(): ReadonlyMap<number, Picture> {
    return this.#pictures;
  }

  want(episode: string, frames: readonly number[]): void {
    if (episode !== this.#episode) this.close();
    this.#episode = episode;
    this.#wanted = frames;
    if (!this.#fetching) void this.#fetch();
  }

  close(): void {
    this.#episode = null;
    this.#wanted = [];
    this.#pictures.forEach(({ bitmap }) => bitmap.close());
    this.#pictures.clear();
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    for (;;) {
      const episode = this.#episode;
      const missing = this.#wanted.filter((frame) => !this.#pictures.has(frame)).slice(0, atOnce);
      if (!episode || missing.length === 0) break;
      const found = await this.#engine.data.pictures(episode, missing, pictureSize).catch(() => null);
      // Asking again for what cannot be read would never end.
      if (!found) this.#wanted = this.#wanted.filter((frame) => !missing.includes(frame));
      else if (episode !== this.#episode) found.forEach(({ bitmap }) => bitmap.close());
      else this.#take(missing, found);
    }
    this.#fetching = false;
  }

  #take(frames: readonly number[], found: readonly Picture[]): void {
    frames.forEach((frame, i) => {
      const picture = found[i];
      if (picture) this.#pictures.set(frame, picture);
    });
    for (const [frame, picture] of [...this.#pictures]) {
      if (this.#pictures.size <= mostKept) break;
      if (this.#wanted.includes(frame)) continue;
      this.#pictures.delete(frame);
      picture.bitmap.close();
    }
  }
}
