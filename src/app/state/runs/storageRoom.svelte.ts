// How much room the studio takes in this browser, how much there may be, and whether the browser has promised to keep it.
import type { Engine } from '../../clients/engine';

export interface Room {
  /** Bytes of all that this page has stored, and what the browser says it may have; null where it does not say. */
  used: number | null;
  quota: number | null;
  /** Null where the browser cannot promise. */
  kept: boolean | null;
}

/** From this share of the quota on a save may fail. */
const scarce = 0.9;

export class StorageRoom {
  readonly #engine: Engine;
  #room = $state.raw<Room | null>(null);
  #episodeBytes = $state<number | null>(null);
  #refused = $state(false);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get room(): Room | null {
    return this.#room;
  }

  /** Of imported episodes, those in the bin included; null where the library cannot be opened. */
  get episodeBytes(): number | null {
    return this.#episodeBytes;
  }

  /** The browser was asked to keep the data and did not promise it. */
  get refused(): boolean {
    return this.#refused;
  }

  get isScarce(): boolean {
    const { used, quota } = this.#room ?? { used: null, quota: null };
    return used !== null && quota !== null && quota > 0 && used / quota > scarce;
  }

  async load(): Promise<void> {
    await this.#engine.connected;
    const usage = await this.#engine.data.usage().catch(() => null);
    this.#episodeBytes = usage && usage.bytes + usage.bin.bytes;
    if (!('storage' in navigator)) return;
    const { usage: used = null, quota = null } = await navigator.storage.estimate();
    const kept = 'persisted' in navigator.storage ? await navigator.storage.persisted() : null;
    this.#room = { used, quota, kept };
  }

  /** Asks the browser to keep what is stored even when space runs short. */
  async askToKeep(): Promise<void> {
    this.#refused = !(await navigator.storage.persist());
    await this.load();
  }
}
