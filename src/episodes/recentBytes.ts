// Bytes that were used last, up to a limit: a map in the order of use, from which the oldest entries fall out.

export class RecentBytes {
  readonly #limit: number;
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Uint8Array | undefined {
    const entry = this.#entries.get(key);
    if (entry) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  set(key: string, entry: Uint8Array): void {
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit || oldest === key) break;
      this.#drop(oldest);
    }
  }

  /** Drops all entries whose key begins with `prefix`. */
  forget(prefix: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) this.#drop(key);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#bytes -= entry.byteLength;
    this.#entries.delete(key);
  }
}
