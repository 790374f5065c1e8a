// The studio without a network: a service worker keeps its files, a newer version waits until it is asked for, and the
// browser may offer to install the studio like a program.
import {
  OFFLINE_CACHE,
  type FilePart,
  type OfflineNews,
  type OfflineOrder,
  type OfflineTrouble,
} from '../../workers/offlineApi';
import * as m from '../../words/messages';

/**
 * `impossible` where the browser has no service workers (or the address is not secure), `off` where the visitor removed
 * the copy, `early` until the page has time for it.
 */
export type OfflineState = 'impossible' | 'off' | 'early' | 'filling' | 'ready' | 'failed';

/** What Chromium offers where a page can be installed. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

const key = 'palindrome.offline';
/** Long-open tabs ask so often whether there is a newer version. */
const LOOK_EVERY_MS = 3_600_000;

export class Offline {
  #state = $state<OfflineState>('early');
  #share = $state(0);
  #why = $state.raw<OfflineTrouble>({ said: '' });
  #parts = $state.raw<Record<FilePart, number> | null>(null);
  #newer = $state<'waits' | 'taken elsewhere' | null>(null);
  #offer = $state.raw<InstallOffer | null>(null);
  #registration: ServiceWorkerRegistration | null = null;
  #asked = false;
  #looked = Date.now();

  constructor() {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#offer = event as InstallOffer;
    });
    addEventListener('appinstalled', () => (this.#offer = null));
  }

  get state(): OfflineState {
    return this.#state;
  }

  /** Of what is being fetched, 0 to 1. */
  get share(): number {
    return this.#share;
  }

  /** Why keeping failed, in words. */
  get why(): string {
    return 'said' in this.#why ? this.#why.said : m.page_offline_not_given(this.#why);
  }

  /** Bytes kept by part; null until known. */
  get parts(): Record<FilePart, number> | null {
    return this.#parts;
  }

  get bytes(): number {
    return Object.values(this.#parts ?? {}).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** A newer version was fetched and waits, or another tab has taken it while this one shows the one before. */
  get newer(): 'waits' | 'taken elsewhere' | null {
    return this.#newer;
  }

  get canInstall(): boolean {
    return this.#offer !== null;
  }

  /** Keeps the studio, unless the visitor has removed it or the page is served while it is being written. */
  async open(): Promise<void> {
    // Served plainly from another computer, `serviceWorker` is missing.
    if (import.meta.env.MODE !== 'production' || !('serviceWorker' in navigator)) this.#state = 'impossible';
    else if (isOff()) this.#state = 'off';
    else await this.keep();
  }

  async keep(): Promise<void> {
    setOff(false);
    this.#state = 'filling';
    this.#share = 0;
    try {
      this.#listen();
      const options = { scope: './', updateViaCache: 'none' } as const;
      const registration = await navigator.serviceWorker.register('service.worker.js', options);
      // A browser that is driven may do nothing instead.
      if (!(registration as ServiceWorkerRegistration | undefined)) this.#state = 'impossible';
      else this.#watch(registration);
    } catch (error) {
      this.#fail({ said: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Deletes the copy; the studio then needs the network again. */
  async remove(): Promise<void> {
    setOff(true);
    await this.#registration?.unregister();
    await caches.delete(OFFLINE_CACHE);
    this.#registration = null;
    this.#parts = null;
    this.#newer = null;
    this.#state = 'off';
  }

  /** Has the newer version take over, and reloads the page. @returns false while a run is on in another tab */
  async useNewer(): Promise<boolean> {
    const { waiting } = this.#registration ?? {};
    if (this.#newer !== 'waits' || !waiting) {
      location.reload();
      return true;
    }
    const { held } = await navigator.locks.query();
    // Every run that trains holds a lock under its name (checkpoints/webLocks.ts).
    if (held?.some(({ name }) => name?.includes(':run:'))) return false;
    this.#asked = true;
    waiting.postMessage({ kind: 'take over' } satisfies OfflineOrder);
    return true;
  }

  async install(): Promise<void> {
    await this.#offer?.prompt();
    // An offer is good for one answer.
    this.#offer = null;
  }

  #isListening = false;

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    let before = navigator.serviceWorker.controller;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // The first worker takes the page it was fetched by.
      const wasFirst = before === null;
      before = navigator.serviceWorker.controller;
      if (this.#asked) location.reload();
      else if (!wasFirst) this.#newer = 'taken elsewhere';
    });
    navigator.serviceWorker.addEventListener('message', (event) => this.#take(event.data as OfflineNews));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - this.#looked < LOOK_EVERY_MS) return;
      this.#looked = Date.now();
      void this.#registration?.update().catch(() => undefined);
    });
  }

  #watch(registration: ServiceWorkerRegistration): void {
    this.#registration = registration;
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    this.#follow(registration.installing);
    if (registration.active) this.#isKept(registration.active);
    if (registration.waiting && registration.active) this.#newer = 'waits';
  }

  /** Follows a version that is being fetched. */
  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      const { active } = this.#registration ?? {};
      if (worker.state === 'installed' && active && active !== worker) this.#newer = 'waits';
      if (worker.state === 'activated') this.#isKept(worker);
      if (worker.state === 'redundant' && !active) this.#fail(this.#why);
    });
  }

  #isKept(worker: ServiceWorker): void {
    this.#state = 'ready';
    worker.postMessage({ kind: 'tell' } satisfies OfflineOrder);
  }

  #take(news: OfflineNews): void {
    if (news.kind === 'filling') this.#share = news.of === 0 ? 1 : news.bytes / news.of;
    else if (news.kind === 'kept') this.#parts = news.parts;
    // What is kept already stays good when a newer version cannot be had.
    else if (this.#state !== 'ready') this.#fail(news.why);
  }

  #fail(why: OfflineTrouble): void {
    this.#why = why;
    this.#state = 'failed';
  }
}

function isOff(): boolean {
  try {
    return localStorage.getItem(key) === 'off';
  } catch {
    return false;
  }
}

function setOff(off: boolean): void {
  try {
    if (off) localStorage.setItem(key, 'off');
    else localStorage.removeItem(key);
  } catch {
    // Storage is switched off, and with it the cache.
  }
}
