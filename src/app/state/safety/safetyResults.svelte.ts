// What the safety experiment measured, as far as it is written down; read when the view first asks.
import { readTrade, type SafetyMeasurement } from './trade';

/** Empty where the file does not exist when the page is built. */
const files = import.meta.glob<unknown>('/docs/experiments/safety.json', { import: 'default' });

export class SafetyResults {
  #measured = $state.raw<SafetyMeasurement | null>(null);
  #looked = $state(false);
  #reading = false;

  /** Null where nothing has been measured yet. */
  get measured(): SafetyMeasurement | null {
    return this.#measured;
  }

  /** Whether it is known if there is anything. */
  get looked(): boolean {
    return this.#looked;
  }

  async load(): Promise<void> {
    const [read] = Object.values(files);
    if (this.#reading || this.#measured) return;
    this.#reading = true;
    try {
      if (read) this.#measured = readTrade(await read());
    } catch {
      // Without the network before the first look: the next look tries again.
    } finally {
      this.#reading = false;
      this.#looked = true;
    }
  }
}
