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

export class RunningBackend {
  precision: Precision = 'f32';
  /** Most threads of the processor path; as many as pay unless said. */
  threads: number | undefined;
  /** Goes before what a recipe asks for. */
  forced: Choice | null = null;
  readonly #owner: BackendOwner;
  #wanted: { choice: Choice; info: Promise<BackendInfo> } | null = null;
  /** Settles when none is being started. */
  #starting: Promise<unknown> = Promise.resolve();
  #current: BackendInfo | null = null;

  constructor(owner: BackendOwner) {
    this.#owner = owner;
    onTrouble((trouble) => {
      if (!(trouble instanceof DeviceLost)) return;
      this.#wanted = null;
      this.#current = null;
      owner.lost();
    });
  }

  /** Null until one was started, and after its device was lost. */
  get current(): BackendInfo | null {
    return this.#current;
  }

  /** Starts what is asked for, unless it runs already. @throws Error in words where it may not or cannot be started */
  start(choice: Choice): Promise<BackendInfo> {
    if (this.#wanted?.choice === choice) return this.#wanted.info;
    const refusal = this.#owner.refusal();
    if (refusal !== null) return Promise.reject(new Error(refusal));
    const info = this.#starting.then(() => this.#startNow(choice));
    const wanted = { choice, info };
    this.#wanted = wanted;
    this.#starting = info.catch(() => {
      if (this.#wanted === wanted) this.#wanted = null;
    });
    return info;
  }

  /** The one that runs or is being started; else what this machine has. */
  async any(): Promise<BackendInfo> {
    if (this.#wanted) await this.#wanted.info;
    return this.#current ?? this.start(this.forced ?? 'auto');
  }

  async #startNow(choice: Choice): Promise<BackendInfo> {
    this.#owner.starting();
    this.#current = await startEngine(choice, this.precision, this.threads);
    this.#owner.started(this.#current);
    return this.#current;
  }
}
