// The pairs that a model judged worst, with their pictures, and handing one of them over to Judge.
import type { WorstPair } from '../../evaluation/worstPairs';
import type { Picture } from '../../workers/dataApi';
import type { Engine } from '../clients/engine';
import type { Judging } from './judging.svelte';
import type { Router } from './router.svelte';

/** Width in pixels. */
const pictureSize = 192;

/** Earlier and later picture; null where the episode is gone. */
export type PairPictures = readonly [Picture, Picture] | null;

export class WorstCases {
  readonly #engine: Engine;
  readonly #judging: Judging;
  readonly #router: Router;
  #pictures = $state.raw<Readonly<Record<string, PairPictures>>>({});
  #pairs: readonly WorstPair[] = [];

  constructor(engine: Engine, judging: Judging, router: Router) {
    this.#engine = engine;
    this.#judging = judging;
    this.#router = router;
  }

  /** Undefined until they are read. */
  picturesOf(pair: WorstPair): PairPictures | undefined {
    return this.#pictures[keyOf(pair)];
  }

  /** Reads the pictures of these pairs, and lets go of those of others. */
  async load(pairs: readonly WorstPair[]): Promise<void> {
    this.close();
    this.#pairs = pairs;
    for (const pair of pairs) {
      const pictures = await this.#engine.data.pictures(pair.episode, [...pair.frames], pictureSize).catch(() => null);
      const [early, late] = pictures ?? [];
      // Others were asked for meanwhile.
      if (this.#pairs !== pairs) return pictures?.forEach(({ bitmap }) => bitmap.close());
      this.#pictures = { ...this.#pictures, [keyOf(pair)]: early && late ? [early, late] : null };
    }
  }

  /** Opens a pair in Judge: its task and both frames, the earlier one first. */
  async judge({ episode, name, task, frames }: WorstPair): Promise<void> {
    this.#judging.task = task;
    await this.#judging.takeMoment(0, episode, name, frames[0]);
    await this.#judging.takeMoment(1, episode, name, frames[1]);
    this.#router.go('judge');
  }

  close(): void {
    const kept = Object.values(this.#pictures);
    this.#pictures = {};
    this.#pairs = [];
    for (const pictures of kept) pictures?.forEach(({ bitmap }) => bitmap.close());
  }
}

function keyOf({ episode, frames }: WorstPair): string {
  return `${episode} ${frames.join(' ')}`;
}
