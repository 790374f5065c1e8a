// Where the studio's own files (tokenizer, shipped checkpoints) lie, as seen from a worker.

/** The folder the page was served from; worker scripts lie in its assets folder once built. */
export function pageBase(): URL {
  const here = new URL(self.location.href);
  return here.pathname.includes('/assets/') ? new URL('../', here) : new URL('/', here);
}
