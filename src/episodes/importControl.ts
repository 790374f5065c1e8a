// Pause, resume and cancel of one import. Whoever reads asks at `gate` whether it may go on; a pause ends where it
// began, and a cancelled import leaves every gate with the refusal `cancelled`.
import { refuseIfCancelled } from './refusal';

/** What a reader may know of the control: whether to stop, and when to go on. */
export interface Gate {
  readonly paused: boolean;
  /** Waits while paused. Throws the refusal `cancelled` once the import was. */
  gate(): Promise<void>;
}

export class ImportControl implements Gate {
  readonly #abort = new AbortController();
  #paused = false;
  #resumes = 0;
  #waiting: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** How often it was resumed: who began before the last time may meet a disk that is full no longer. */
  get resumes(): number {
    return this.#resumes;
  }

  pause(): void {
    if (!this.signal.aborted) this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#resumes++;
    this.#letGo();
  }

  cancel(): void {
    this.#abort.abort();
    this.resume();
  }

  async gate(): Promise<void> {
    while (this.#paused) await new Promise<void>((go) => this.#waiting.push(go));
    refuseIfCancelled(this.signal);
  }

  #letGo(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
