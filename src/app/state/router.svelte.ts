// Which view is open and what its address carries.
import { type Address, parseAddress, type ViewName } from './address';

export class Router {
  #address = $state.raw<Address>(parseAddress(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.#address = parseAddress(location.hash)));
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
    history.replaceState(history.state, '', `#/${view}${query === '' ? '' : `?${query}`}`);
    // The address is not told: what was noted came from the state, and telling would go in a circle.
  }
}
