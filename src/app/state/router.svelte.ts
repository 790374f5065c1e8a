// Which view is open and what its address carries.
import { type Address, parseAddress, type ViewName } from './address';

/** The state of a step in the history that the page has seen. */
const ours = { seen: true };

export class Router {
  #address = $state.raw<Address>(parseAddress(location.hash));

  #opened = $state.raw<string | null>(null);

  constructor() {
    history.replaceState(ours, '');
    addEventListener('hashchange', () => this.#follow());
  }

  /** The recipe of a link that was opened while the page was here; null where the address came from the page itself. */
  get opened(): string | null {
    return this.#opened;
  }

  #follow(): void {
    this.#address = parseAddress(location.hash);
    // What the page writes into the history is marked: coming back to it must not bring the recipe of then back.
    this.#opened = history.state === null ? this.#address.parameters.get('r') : null;
    history.replaceState(ours, '');
  }

  get view(): ViewName {
    return this.#address.view;
  }

  get parameters(): URLSearchParams {
    return this.#address.parameters;
  }

  go(view: ViewName, parameters: Record<string, string> = {}): void {
    const query = new URLSearchParams(parameters).toString();
    location.hash = `#/${view}${query === '' ? '' : `?${query}`}`;
  }

  /** Puts a parameter into the address bar without a step in the history. */
  note(key: string, value: string | null): void {
    const { view, parameters } = parseAddress(location.hash);
    if (parameters.get(key) === value) return;
    if (value === null) parameters.delete(key);
    else parameters.set(key, value);
    const query = parameters.toString();
    history.replaceState(ours, '', `#/${view}${query === '' ? '' : `?${query}`}`);
    // The address is not told: what was noted came from the state, and telling would go in a circle.
  }
}
