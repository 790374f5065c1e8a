// The backend that the worker computes on. There is one at a time, and one is started after the other: while a backend is
// checked against its reference, tfjs's current one changes to and fro.
import { DeviceLost, onTrouble } from '../gpu/health';
import type { Recipe } from '../training/recipe';
import type { BackendInfo } from './gpuApi';
import { startEngine, type Precision } from './startEngine';

type Choice = Recipe['backend'];

/** What is told to the owner, and asked of it. */
export interface BackendOwner {
  /** Why the backend must not change now, in words; null where it may. */
  refusal: () => string | null;
  /** The one before is given up: what lives on it goes first. */
  starting: () => void;
  started: (backend: BackendInfo) => void;
  /** Its device is lost, and all that lived on it. */
  lost: () => void;
}

type Begin = typeof startEngine;

interface Wish {
  choice: Choice;
  info: Promise<BackendInfo>;
}

export class RunningBackend {
  precision: Precision = 'f32';
  /** Most threads of the processor path; as many as pay unless said. */
  threads: number | undefined;
  /** Goes before what a recipe asks for. */
  forced: Choice | null = null;
  readonly #owner: BackendOwner;
  readonly #begin: Begin;
  #wanted: Wish | null = null;
  /** What runs, and the wish that it met; null from the next start on. */
  #running: { wish: Wish; backend: BackendInfo } | null = null;
  /** Settles when none is being started. */
  #starting: Promise<unknown> = Promise.resolve();
  /** Ends the start that is on. */
  #giveUp: (why: Error) => void = () => undefined;

  constructor(owner: BackendOwner, begin: Begin = startEngine) {
    this.#owner = owner;
    this.#begin = begin;
    onTrouble((trouble) => {
      if (!(trouble instanceof DeviceLost)) return;
      this.#wanted = this.#running = null;
      this.#giveUp(trouble);
      owner.lost();
    });
  }

  /** Null while none runs: before the first start, during each, where one failed, and after a device was lost. */
  get current(): BackendInfo | null {
    return this.#running?.backend ?? null;
  }

  /** Starts what is asked for, unless it runs already. @throws Error in words where it may not or cannot be started */
  async start(choice: Choice): Promise<BackendInfo> {
    if (this.#wanted?.choice === choice) return this.#wanted.info;
    this.#refuse();
    const wanted: Wish = { choice, info: this.#starting.then(() => this.#startNow(wanted)) };
    this.#wanted = wanted;
    this.#starting = wanted.info.catch(() => {
      if (this.#wanted === wanted) this.#wanted = this.#running?.wish ?? null;
    });
    return wanted.info;
  }

  /** The one that runs or is being started; else what this machine has. */
  async any(): Promise<BackendInfo> {
    for (;;) {
      const wanted = this.#wanted;
      if (wanted === null) return this.start(this.forced ?? 'auto');
      const info = await wanted.info;
      // Another one may have been asked for meanwhile.
      if (this.#wanted === wanted) return info;
    }
  }

  async #startNow(wish: Wish): Promise<BackendInfo> {
    // What was asked when it was wished for may have changed since.
    this.#refuse();
    this.#running = null;
    this.#owner.starting();
    // A lost device may leave a read waiting for ever, and every later start behind it.
    const given = new Promise<never>((_, reject) => (this.#giveUp = reject));
    const started = await Promise.race([this.#begin(wish.choice, this.precision, this.threads), given]);
    this.#running = { wish, backend: started };
    this.#owner.started(started);
    return started;
  }

  #refuse(): void {
    const refusal = this.#owner.refusal();
    if (refusal !== null) throw new Error(refusal);
  }
}
