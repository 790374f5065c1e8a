// The picture at a scrubber. Of several quick moves only the last is fetched, and what comes of a film that is no longer
// open is given back.
import type { Picture } from '../../workers/dataApi';
import { sentenceOf } from './notices.svelte';

/** Pixels in a row of the picture. */
const SIZE = 384;

export class ScrubbedPicture {
  readonly #read: (film: string, frames: number[], size: number) => Promise<Picture[]>;
  #picture = $state.raw<Picture | null>(null);
  #trouble = $state<string | null>(null);
  #film: string | null = null;
  #wanted: number | null = null;
  #fetching = false;

  /** @param read pictures of a film, by its id */
  constructor(read: (film: string, frames: number[], size: number) => Promise<Picture[]>) {
    this.#read = read;
  }

  /** The last that came; null before. */
  get picture(): Picture | null {
    return this.#picture;
  }

  /** Why the one that is wanted is not shown, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Begins anew: what could not be read before is tried again, or is another film's. */
  forgetTrouble(): void {
    this.#trouble = null;
  }

  /** Shows a raw frame as soon as it is there. */
  show(film: string, frame: number): void {
    if (film !== this.#film) this.forgetTrouble();
    this.#film = film;
    this.#wanted = frame;
    if (!this.#fetching) void this.#fetch();
  }

  /** Gives the picture back; none comes until one is asked for again. */
  close(): void {
    this.#film = null;
    this.#wanted = null;
    this.#take(null);
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    while (this.#film !== null && this.#wanted !== null) {
      const [film, frame] = [this.#film, this.#wanted];
      this.#wanted = null;
      try {
        const [picture] = await this.#read(film, [frame], SIZE);
        if (film !== this.#film) picture?.bitmap.close();
        else if (picture) this.#take(picture);
      } catch (error) {
        if (film === this.#film) this.#trouble = sentenceOf(error);
      }
    }
    this.#fetching = false;
  }

  #take(picture: Picture | null): void {
    const old = this.#picture;
    this.#picture = picture;
    this.#trouble = null;
    old?.bitmap.close();
  }
}
