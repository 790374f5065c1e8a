// A scrubber over ticks, and playing: it begins anew at the end, and stops where somebody moves it.

export abstract class Player {
  readonly #pace: number;
  #tick = $state(0);
  #playing = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param pace ticks in a second */
  constructor(pace: number) {
    this.#pace = pace;
  }

  /** The last tick there is. */
  abstract get last(): number;

  get tick(): number {
    return this.#tick;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Moves the scrubber; it plays no longer. */
  seek(tick: number): void {
    this.pause();
    this.move(tick);
  }

  play(): void {
    if (this.#playing || this.last === 0) return;
    if (this.#tick >= this.last) this.move(0);
    this.#playing = true;
    this.#timer = setInterval(() => this.#turn(), 1000 / this.#pace);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#playing = false;
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** Shows another tick, or the one that is nearest to it. */
  protected move(tick: number): void {
    this.#tick = Math.min(Math.max(0, tick), this.last);
  }

  #turn(): void {
    this.move(this.#tick + 1);
    if (this.#tick >= this.last) this.pause();
  }
}
