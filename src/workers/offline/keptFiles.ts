// The studio's own files in the browser's cache: fetched once a version, those that did not change not again, and handed
// out as they came, with the headers that isolate the page. All versions share one cache: a file's key holds its content's
// mark, so a tab of the version before finds its parts until nobody needs them any more.
import { securityHeaders } from '../../../scripts/headers.mjs';
import { OFFLINE_CACHE, type FilePart, type StudioFile } from '../offlineApi';

/** Fetched side by side; more would starve what the visitor waits for. */
const SIDE_BY_SIDE = 3;

/** The server does not give a file of the studio. */
export class NotGiven extends Error {
  readonly file: string;
  readonly status: number;

  constructor(file: string, status: number) {
    super(`${file}: ${status}`);
    this.file = file;
    this.status = status;
  }
}

export class KeptFiles {
  readonly #base: URL;
  readonly #files: ReadonlyMap<string, StudioFile>;

  /**
   * @param files of this version of the studio
   * @param base folder of the page, with a slash at its end
   */
  constructor(files: readonly StudioFile[], base: string) {
    this.#base = new URL(base);
    this.#files = new Map(files.map((file) => [this.#address(file).pathname, file]));
  }

  /** Bytes by part. */
  get parts(): Record<FilePart, number> {
    const parts: Record<FilePart, number> = { page: 0, engine: 0, models: 0, recorded: 0 };
    for (const file of this.#files.values()) parts[partOf(file.url)] += file.bytes;
    return parts;
  }

  /** Fetches what is not there yet. @throws NotGiven, or what the browser throws where a file cannot be had or kept */
  async fill(tell: (bytes: number, of: number) => void): Promise<void> {
    const cache = await caches.open(OFFLINE_CACHE);
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    const missing = [...this.#files.values()].filter((file) => !kept.has(this.#key(file)));
    const of = missing.reduce((sum, { bytes }) => sum + bytes, 0);
    let bytes = 0;
    const queue = missing.values();
    const work = async () => {
      for (const file of queue) {
        await cache.put(this.#key(file), await this.#fetch(file));
        tell((bytes += file.bytes), of);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  }

  /** Whether a request is for a file of the studio, of this version or of an earlier one that a tab still shows. */
  has(request: Request): boolean {
    const url = new URL(request.url);
    if (url.origin !== this.#base.origin || !['GET', 'HEAD'].includes(request.method)) return false;
    return this.#files.has(pageless(url.pathname)) || this.#isBuilt(url);
  }

  /** The kept file, or the network's answer where it was lost. */
  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const file = this.#files.get(pageless(url.pathname));
    const cache = await caches.open(OFFLINE_CACHE);
    const kept = await cache.match(file ? this.#key(file) : `${url.origin}${url.pathname}`, { ignoreVary: true });
    if (!kept) return fetch(request);
    return request.method === 'HEAD' ? new Response(null, kept) : kept;
  }

  /** Forgets files of other versions. */
  async tidy(): Promise<void> {
    const cache = await caches.open(OFFLINE_CACHE);
    const needed = new Set([...this.#files.values()].map((file) => this.#key(file)));
    for (const request of await cache.keys()) if (!needed.has(request.url)) await cache.delete(request);
  }

  async #fetch(file: StudioFile): Promise<Response> {
    const url = this.#address(file);
    const response = await fetch(url, { cache: file.revision === null ? 'default' : 'no-cache' });
    const isPage = url.pathname === this.#base.pathname;
    // Some servers answer every address with the page: during an update on the server, say.
    const isOther = !isPage && (response.headers.get('content-type') ?? '').includes('text/html');
    if (!response.ok || isOther) throw new NotGiven(file.url, response.status);
    // A copy, since a page may not be answered by what a server had sent on from elsewhere.
    const headers = new Headers(response.headers);
    // The body is unpacked by now.
    if (headers.has('content-encoding'))
      for (const name of ['content-encoding', 'content-length']) headers.delete(name);
    for (const [name, value] of Object.entries(securityHeaders)) if (!headers.has(name)) headers.set(name, value);
    return new Response(response.body, { status: 200, headers });
  }

  #key(file: StudioFile): string {
    return `${this.#address(file).href}${file.revision === null ? '' : `?${file.revision}`}`;
  }

  /** Hosts send those who ask for index.html on to its folder, or not; the folder does everywhere. */
  #address(file: StudioFile): URL {
    return new URL(pageless(file.url) || './', this.#base);
  }

  /** Whether the name holds a mark of the content, so that one of an earlier version cannot be mistaken. */
  #isBuilt(url: URL): boolean {
    return url.pathname.startsWith(`${this.#base.pathname}assets/`);
  }
}

const pageless = (path: string): string => path.replace(/(^|\/)index\.html$/, '$1');

function partOf(url: string): FilePart {
  if (url.startsWith('models/')) return 'models';
  if (url.startsWith('recorded/')) return 'recorded';
  return /\.wasm$|worker-|tokenizer\//i.test(url) ? 'engine' : 'page';
}
