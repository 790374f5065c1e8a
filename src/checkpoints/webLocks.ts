// Exclusive run locks over the Web Locks API. The browser gives a lock back when its tab closes, crashes or is killed,
// so no stale lock ever blocks a run. A held lock also keeps the browser from freezing a hidden tab.

import type { LockPort } from './storage';

/** Long enough for another tab's sweep to pass, short enough not to be felt. */
const PATIENCE_MS = 500;

export class WebLocks implements LockPort {
  readonly #prefix: string;

  /** @param prefix keeps the locks of different databases apart. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  async held(): Promise<string[]> {
    const { held = [] } = await navigator.locks.query();
    const start = `${this.#prefix}:`;
    return held.flatMap(({ name }) => (name?.startsWith(start) ? [name.slice(start.length)] : []));
  }

  acquire(name: string, how: 'try' | 'wait briefly' | 'steal', onLost: () => void): Promise<(() => void) | null> {
    return new Promise((resolve, reject) => {
      let held = false;
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        held = true;
        return new Promise((release) => resolve(() => release()));
      };
      const options: LockOptions =
        how === 'steal'
          ? { steal: true }
          : how === 'try'
            ? { ifAvailable: true }
            : { signal: AbortSignal.timeout(PATIENCE_MS) };
      navigator.locks.request(`${this.#prefix}:${name}`, options, hold).catch((error: unknown) => {
        // A held lock's request rejects when it is stolen; a waiting one's when the patience is over.
        if (held) onLost();
        else if (options.signal?.aborted) resolve(null);
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }
}
