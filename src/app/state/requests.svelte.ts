// Every request that the page and its workers have made, as the browser's own logs tell it: the proof behind "your videos
// stay on this computer". And whether the browser forbids them to reach anyone else.
import type { Engine } from '../clients/engine';

export interface RequestNote {
  address: string;
  foreign: boolean;
}

const most = 400;

export class Requests {
  readonly #engine: Engine;
  #page = $state.raw<readonly string[]>([]);
  #workers = $state.raw<readonly string[]>([]);
  #fence = $state<'kept' | 'not sent' | 'unknown here' | null>(null);
  readonly #notes = $derived(
    [...this.#page, ...this.#workers].filter((name) => /^(https?|wss?):/.test(name)).map(noteOf),
  );

  constructor(engine: Engine) {
    this.#engine = engine;
    const observer = new PerformanceObserver((list) => {
      this.#page = [...this.#page, ...list.getEntries().map(({ name }) => name)].slice(-most);
    });
    observer.observe({ type: 'resource', buffered: true });
  }

  get own(): readonly RequestNote[] {
    return this.#notes.filter((note) => !note.foreign);
  }

  get foreign(): readonly RequestNote[] {
    return this.#notes.filter((note) => note.foreign);
  }

  /**
   * What stands between the page and every other address: `kept` where the browser enforces the host's
   * Connection-Allowlist; null until it was looked at.
   */
  get fence(): 'kept' | 'not sent' | 'unknown here' | null {
    return this.#fence;
  }

  /** Asks the workers what they have fetched so far. */
  async look(): Promise<void> {
    const asked = await Promise.allSettled([this.#engine.data.requested(), this.#engine.gpu.requested()]);
    this.#workers = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])).slice(-most);
  }

  /** Looks once whether the host sends the Connection-Allowlist, and whether this browser is one that keeps it. */
  async lookAtFence(): Promise<void> {
    if (this.#fence !== null) return;
    const response = await fetch('./', { method: 'HEAD' }).catch(() => null);
    if (!response?.headers.has('connection-allowlist')) this.#fence = 'not sent';
    else this.#fence = chromiumVersion() >= KEPT_FROM ? 'kept' : 'unknown here';
  }
}

/** The first Chromium that keeps a Connection-Allowlist. A page cannot try it: what is refused looks as if it had failed. */
const KEPT_FROM = 152;

interface Brands {
  userAgentData?: { brands: readonly { brand: string; version: string }[] };
}

function chromiumVersion(): number {
  const { brands } = (navigator as Brands).userAgentData ?? {};
  return Number(brands?.find(({ brand }) => brand === 'Chromium')?.version ?? 0);
}

function noteOf(name: string): RequestNote {
  const url = new URL(name);
  const foreign = url.origin !== location.origin;
  return { address: foreign ? url.href : url.pathname, foreign };
}
