// The service worker: keeps the studio for use without a network. A newer version is fetched beside the one in use and
// waits until its page asks for it or until no tab is open: a page is never exchanged under a visitor's hands.
import { KeptFiles, NotGiven } from './offline/keptFiles';
import type { OfflineNews, OfflineOrder, OfflineTrouble, StudioFile } from './offlineApi';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: readonly StudioFile[] };

const kept = new KeptFiles(self.__WB_MANIFEST, self.registration.scope);
const TELL_EVERY_MS = 100;

const tabs = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

async function tell(news: OfflineNews): Promise<void> {
  for (const tab of await tabs()) tab.postMessage(news);
}

async function fill(): Promise<void> {
  let told = 0;
  try {
    await kept.fill((bytes, of) => {
      if (performance.now() - told < TELL_EVERY_MS) return;
      told = performance.now();
      void tell({ kind: 'filling', bytes, of });
    });
  } catch (error) {
    await tell({ kind: 'failed', why: troubleOf(error) });
    throw error;
  }
}

/** The page makes a sentence of it: nothing is said in any language here. */
function troubleOf(error: unknown): OfflineTrouble {
  if (error instanceof NotGiven) return { file: error.file, status: error.status };
  return { said: error instanceof Error ? error.message : String(error) };
}

/** A second tab may show the version before, and an update may be putting its files here. */
async function tidyWhenAlone(): Promise<void> {
  const { installing, waiting } = self.registration;
  if (!installing && !waiting && (await tabs()).length <= 1) await kept.tidy();
}

self.addEventListener('install', (event) => event.waitUntil(fill()));

self.addEventListener('activate', (event) =>
  // Claims the page of the first visit, so that it, too, goes on when the network ends.
  event.waitUntil(Promise.all([tidyWhenAlone(), self.clients.claim()])),
);

self.addEventListener('fetch', (event) => {
  if (kept.has(event.request)) event.respondWith(kept.answer(event.request));
});

self.addEventListener('message', (event) => {
  const order = event.data as OfflineOrder;
  if (order.kind === 'take over') return event.waitUntil(self.skipWaiting());
  event.source?.postMessage({ kind: 'kept', parts: kept.parts } satisfies OfflineNews);
  event.waitUntil(tidyWhenAlone());
});
