// What the experiment with policies measured, as far as it is written down; read when the panel first asks.
import { readPolicyExperiment, type PolicyExperiment } from './experiment';

/** Empty where the file does not exist when the page is built. */
const files = import.meta.glob<unknown>('/docs/experiments/policy.json', { import: 'default' });

export class PolicyResults {
  #measured = $state.raw<PolicyExperiment | null>(null);
  #looked = $state(false);
  #reading = false;

  /** Null where nothing has been measured yet. */
  get measured(): PolicyExperiment | null {
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
      if (read) this.#measured = readPolicyExperiment(await read());
    } catch {
      // Without the network before the first look: the next look tries again.
    }
    this.#reading = false;
    this.#looked = true;
  }
}
