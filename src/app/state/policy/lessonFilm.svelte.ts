// What the policies do: a try of each one's latest rollout, all under one scrubber.
import { REWARD_KINDS } from '../../plots/policyCurves';
import { Player } from '../player.svelte';
import { picturesIn, type Reel } from './pictureOf';

/** Pictures in a second. */
const PACE = 6;

export class LessonFilm extends Player {
  #reels = $state.raw<readonly Reel[]>([]);
  readonly #last = $derived(Math.max(0, ...this.#reels.map((reel) => picturesIn(reel) - 1)));
  /** What came while it played: nobody wants another film half-way. */
  #newest: readonly Reel[] = [];

  constructor() {
    super(PACE);
  }

  /** In the order of the rewards. */
  get reels(): readonly Reel[] {
    return this.#reels;
  }

  get last(): number {
    return this.#last;
  }

  clear(): void {
    this.#newest = [];
    this.seek(0);
  }

  /** Takes the place of the one of its kind. */
  take(reel: Reel): void {
    const both = [...this.#newest.filter(({ kind }) => kind !== reel.kind), reel];
    this.#newest = both.toSorted((a, b) => REWARD_KINDS.indexOf(a.kind) - REWARD_KINDS.indexOf(b.kind));
    if (!this.playing) this.#show();
  }

  override pause(): void {
    super.pause();
    this.#show();
  }

  #show(): void {
    if (this.#reels !== this.#newest) this.#reels = this.#newest;
    this.move(this.tick);
  }
}
