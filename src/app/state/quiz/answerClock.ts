// How long an answer takes, without the time in which the pictures were hidden. Moments in milliseconds of one clock.

export class AnswerClock {
  #before = 0;
  #since: number | null = null;

  /** At nothing, and still. */
  reset(): void {
    this.#before = 0;
    this.#since = null;
  }

  start(now: number): void {
    this.#before = 0;
    this.#since = now;
  }

  pause(now: number): void {
    this.#before = this.elapsed(now);
    this.#since = null;
  }

  resume(now: number): void {
    this.#since ??= now;
  }

  get running(): boolean {
    return this.#since !== null;
  }

  elapsed(now: number): number {
    return this.#before + (this.#since === null ? 0 : now - this.#since);
  }
}
