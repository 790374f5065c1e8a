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

  /** Tries the fence with a connection object that has nobody to call: nothing is sent, whatever comes of it. */
  async tryFence(): Promise<void> {
    if (this.#fence !== null) return;
    let blocked = false;
    const observer =
      'ReportingObserver' in globalThis
        ? new ReportingObserver((reports) => (blocked ||= reports.some(isBlock)), { types: ['connection-allowlist'] })
        : null;
    observer?.observe();
    try {
      new RTCPeerConnection().close();
    } catch {
      blocked = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    blocked ||= observer?.takeRecords().some(isBlock) ?? false;
    observer?.disconnect();
    if (blocked) this.#fence = 'kept';
    else this.#fence = (await isFenceSent()) ? 'unknown here' : 'not sent';
  }
}

const isBlock = ({ type }: Report): boolean => type === 'connection-allowlist';

async function isFenceSent(): Promise<boolean> {
  const response = await fetch('./', { method: 'HEAD' }).catch(() => null);
  return response?.headers.has('connection-allowlist') ?? false;
}

function noteOf(name: string): RequestNote {
  const url = new URL(name);
  const foreign = url.origin !== location.origin;
  return { address: foreign ? url.href : url.pathname, foreign };
}
