// Pictures of the pairs at hand and of those to come, so that nobody waits between two questions. Both pictures of a pair
// come together: how long one takes says nothing about which is the later.
import type { Picture } from '../../../workers/dataApi';
import * as m from '../../../words/messages';
import type { Engine } from '../../clients/engine';
import type { QuizPair } from './attempt';

/** Pixels, for a person's eyes. */
const SIZE = 384;

export type BothPictures = readonly [earlier: Picture, later: Picture];

export class PairPictures {
  readonly #engine: Engine;
  readonly #fetched = new Map<QuizPair, Promise<BothPictures>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws Error in words where they cannot be had; the next call tries again */
  of(pair: QuizPair): Promise<BothPictures> {
    let pictures = this.#fetched.get(pair);
    if (!pictures) {
      pictures = this.#fetch(pair);
      pictures.catch(() => this.#fetched.delete(pair));
      this.#fetched.set(pair, pictures);
    }
    return pictures;
  }

  /** Fetches these and lets go of all others. */
  keep(pairs: readonly QuizPair[]): void {
    for (const [pair, pictures] of this.#fetched) {
      if (pairs.includes(pair)) continue;
      this.#fetched.delete(pair);
      pictures.then(
        (both) => both.forEach(({ bitmap }) => bitmap.close()),
        () => undefined,
      );
    }
    // A failure shows when the pair's turn has come.
    for (const pair of pairs) void this.of(pair).catch(() => undefined);
  }

  async #fetch({ episode, frames }: QuizPair): Promise<BothPictures> {
    await this.#engine.connected;
    const [earlier, later] = await this.#engine.data.pictures(episode, [...frames], SIZE);
    if (!earlier || !later) throw new Error(m.quiz_picture_missing());
    return [earlier, later];
  }
}
