// What the policies do: a try of each one's latest rollout, all under one scrubber.
import { REWARD_KINDS } from '../../plots/policyCurves';
import { picturesIn, type Reel } from './pictureOf';

/** Pictures in a second. */
const PACE = 6;

export class LessonFilm {
  #reels = $state.raw<readonly Reel[]>([]);
  #tick = $state(0);
  #playing = $state(false);
  readonly #last = $derived(Math.max(0, ...this.#reels.map((reel) => picturesIn(reel) - 1)));
  /** What came while it played: nobody wants another film half-way. */
  #newest: readonly Reel[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  /** In the order of the rewards. */
  get reels(): readonly Reel[] {
    return this.#reels;
  }

  get tick(): number {
    return this.#tick;
  }

  get last(): number {
    return this.#last;
  }

  get playing(): boolean {
    return this.#playing;
  }

  clear(): void {
    this.pause();
    this.#newest = this.#reels = [];
    this.#tick = 0;
  }

  /** Takes the place of the one of its kind. */
  take(reel: Reel): void {
    const both = [...this.#newest.filter(({ kind }) => kind !== reel.kind), reel];
    this.#newest = both.toSorted((a, b) => REWARD_KINDS.indexOf(a.kind) - REWARD_KINDS.indexOf(b.kind));
    if (!this.#playing) this.#show();
  }

  /** Moves the scrubber; it plays no longer. */
  seek(tick: number): void {
    this.pause();
    this.#tick = Math.min(Math.max(0, tick), this.#last);
  }

  play(): void {
    if (this.#playing || this.#last === 0) return;
    if (this.#tick >= this.#last) this.#tick = 0;
    this.#playing = true;
    this.#timer = setInterval(() => this.#turn(), 1000 / PACE);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#playing = false;
    this.#show();
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  #turn(): void {
    this.#tick = Math.min(this.#last, this.#tick + 1);
    if (this.#tick >= this.#last) this.pause();
  }

  #show(): void {
    if (this.#reels !== this.#newest) this.#reels = this.#newest;
    this.#tick = Math.min(this.#tick, this.#last);
  }
}
