// The episodes of which a moment can be taken: recordings of one's own, and simulated ones.
import type { Episode } from '../../../episodes/episode';
import type { Recipe } from '../../../training/recipe';
import type { Engine } from '../../clients/engine';
import { searchTexts } from '../data/episodeFilter';
import { sentenceOf } from '../notices.svelte';

/** Of each source; who wants another one searches. */
const MOST = 40;

export interface MomentGroup {
  source: 'own' | 'simulator';
  episodes: readonly Episode[];
  /** How many more there are. */
  more: number;
}

export class Moments {
  readonly #engine: Engine;
  #groups = $state.raw<readonly Pick<MomentGroup, 'source' | 'episodes'>[] | null>(null);
  #trouble = $state<string | null>(null);
  #last = $state.raw<Episode | null>(null);
  #texts: readonly (readonly string[])[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Why they could not be fetched, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** The one that a moment was taken of last. */
  get last(): Episode | null {
    return this.#last;
  }

  took(episode: Episode): void {
    this.#last = episode;
  }

  /** @param simulator what to draw the simulated ones from */
  async load(simulator: Recipe['source']): Promise<void> {
    try {
      await this.#engine.connected;
      const [own, drawn] = await Promise.all([
        // Where the browser keeps nothing there is no library; the simulator needs none.
        this.#engine.data.episodes({ kind: 'library' }).catch(() => []),
        this.#engine.data.episodes(simulator),
      ]);
      this.#texts = [searchTexts(own), searchTexts(drawn)];
      this.#groups = [
        { source: 'own', episodes: own },
        { source: 'simulator', episodes: drawn },
      ];
      this.#trouble = null;
    } catch (error) {
      this.#trouble = sentenceOf(error);
    }
  }

  /** Those in which every one of the words occurs; null while they are being fetched. */
  found(words: string): MomentGroup[] | null {
    if (!this.#groups) return null;
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#groups.flatMap(({ source, episodes }, i) => {
      const texts = this.#texts[i] ?? [];
      const all = episodes.filter((_, place) => wanted.every((word) => texts[place]?.includes(word)));
      return all.length === 0 ? [] : [{ source, episodes: all.slice(0, MOST), more: Math.max(0, all.length - MOST) }];
    });
  }
}
