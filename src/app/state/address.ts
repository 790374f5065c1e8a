// Addresses of views are hashes (`#/train?r=…`), so that the studio runs from any folder of any static host and a link
// never sends the recipe to a server.

export const VIEWS = ['start', 'data', 'train', 'evaluate', 'judge', 'reward', 'safety', 'runs', 'quiz'] as const;

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
