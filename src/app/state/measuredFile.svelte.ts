// What an experiment measured, as far as it is written down; read when a view first asks.

export class MeasuredFile<T> {
  readonly #read: (() => Promise<unknown>) | undefined;
  readonly #parse: (written: unknown) => T | null;
  #measured = $state.raw<T | null>(null);
  #looked = $state(false);
  #reading = false;

  /** @param files of Vite's `import.meta.glob`: empty where the file does not exist when the page is built */
  constructor(files: Readonly<Record<string, () => Promise<unknown>>>, parse: (written: unknown) => T | null) {
    [this.#read] = Object.values(files);
    this.#parse = parse;
  }

  /** Null where nothing has been measured yet. */
  get measured(): T | null {
    return this.#measured;
  }

  /** Whether it is known if there is anything. */
  get looked(): boolean {
    return this.#looked;
  }

  async load(): Promise<void> {
    if (this.#reading || this.#measured) return;
    this.#reading = true;
    try {
      if (this.#read) this.#measured = this.#parse(await this.#read());
    } catch {
      // Without the network before the first look: the next look tries again.
    } finally {
      this.#reading = false;
      this.#looked = true;
    }
  }
}
