// Which view is open and what its address carries. Addresses are hashes (`#/train?r=…`), so that the studio runs from
// any folder of any static host and a link never sends the recipe to a server.

export const VIEWS = ['start', 'data', 'train', 'evaluate', 'judge', 'runs'] as const;

export type ViewName = (typeof VIEWS)[number];

export interface Address {
  view: ViewName;
  parameters: URLSearchParams;
}

/** Reads `#/view?key=value`; anything unknown is the start page. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const view = VIEWS.find((name) => name === path) ?? 'start';
  return { view, parameters: new URLSearchParams(query) };
}

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
