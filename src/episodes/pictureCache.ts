// Pictures that were drawn once are kept: the last ones in memory, more of them on disk for later visits. Nothing waits
// for the disk to be written, and nothing depends on it: without storage, with a full one or with a damaged file, pictures
// are simply drawn again.
import { RecentBytes } from './recentBytes';
import { PictureSlab, REGION, nameOf } from './pictureSlab';
import type { PictureKey } from './pictureSlab';
import * as m from '../words/messages';

const FILE = 'palindrome-pictures';
const MEMORY = 64 * 2 ** 20;
const DISK = 256 * 2 ** 20;
/** Share of the room left on disk that may be used. */
const SHARE = 0.2;
/** Larger pictures are for people, who look at few; pixels each way. */
const LARGEST = 128;
/** Pictures are written so many at a time, after a pause of so many milliseconds. */
const PORTION = 128;
const PAUSE = 250;
/** More unwritten pictures than this are not kept waiting for the disk. */
const WAITING = 2048;

export interface PictureCacheUsage {
  /** Of pictures kept on disk, or in memory where there is no disk. */
  bytes: number;
  budget: number;
  kept: 'on disk' | 'in memory';
}

export interface PictureCacheOptions {
  /** Name of the file. */
  file?: string;
  /** Bytes in memory and on disk at most. */
  memory?: number;
  disk?: number;
}

export class PictureCache {
  #options: Required<PictureCacheOptions>;
  readonly #memory: RecentBytes;
  /** Drawn and not yet on disk. */
  readonly #waiting = new Map<string, { key: PictureKey; bytes: Uint8Array }>();
  #slab: Promise<PictureSlab | 'busy' | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: PictureCacheOptions = {}) {
    this.#options = { file: FILE, memory: MEMORY, disk: DISK, ...options };
    this.#memory = new RecentBytes(this.#options.memory);
  }

  /**
   * Pictures of raw frames, kept ones where there are, else drawn ones, which are kept from then on.
   * @param words stand for the episode and how it is drawn
   * @param draw gives the pictures of those frames that are not kept, in their order
   * @returns [frames.length, size, size, 3] bytes
   */
  async read(
    words: PictureKey['words'],
    frames: readonly number[],
    size: number,
    draw: (frames: readonly number[]) => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (size > LARGEST) return draw(frames);
    const slab = await this.#open();
    const each = size * size * 3;
    const result = new Uint8Array(frames.length * each);
    const missing: { place: number; key: PictureKey }[] = [];
    frames.forEach((frame, place) => {
      const key = { words, size, frame };
      const name = nameOf(key);
      let bytes = this.#memory.get(name) ?? this.#waiting.get(name)?.bytes;
      if (bytes === undefined) {
        bytes = slab?.get(key) ?? undefined;
        if (bytes) this.#memory.set(name, bytes);
      }
      if (bytes) result.set(bytes, place * each);
      else missing.push({ place, key });
    });
    if (missing.length === 0) return result;
    const drawn = await draw(missing.map(({ key }) => key.frame));
    missing.forEach(({ place, key }, i) => {
      const bytes = drawn.slice(i * each, (i + 1) * each);
      result.set(bytes, place * each);
      this.#memory.set(nameOf(key), bytes);
      if (this.#waiting.size < WAITING) this.#waiting.set(nameOf(key), { key, bytes });
    });
    this.#schedule();
    return result;
  }

  async usage(): Promise<PictureCacheUsage> {
    const slab = await this.#open();
    if (slab === null) return { bytes: this.#memory.bytes, budget: this.#options.memory, kept: 'in memory' };
    return { bytes: slab.bytes, budget: slab.budget, kept: 'on disk' };
  }

  /** Forgets all pictures, also those on disk. @throws Error where another tab has the file */
  async drop(): Promise<void> {
    this.#waiting.clear();
    this.#memory.forget('');
    const slab = await this.#open();
    slab?.clear();
    if (slab === null && (await this.#slab) === 'busy') {
      throw new Error(m.engine_pictures_busy());
    }
  }

  /** Keeps up to so many bytes on disk from now on, where so much is free; for runs that draw the same pictures many times. */
  async allow(disk: number): Promise<void> {
    await this.close();
    this.#options = { ...this.#options, disk };
  }

  /** Writes what waits and lets go of the file. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const slab = await this.#open();
    if (slab) while (this.#write(slab));
    slab?.close();
    this.#slab = null;
  }

  async #open(): Promise<PictureSlab | null> {
    this.#slab ??= openSlab(this.#options.file, this.#options.disk);
    const slab = await this.#slab;
    return slab === 'busy' ? null : slab;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#flush();
    }, PAUSE);
  }

  async #flush(): Promise<void> {
    // A page that was just reloaded may hold the file a moment longer.
    if ((await this.#slab) === 'busy') this.#slab = null;
    const slab = await this.#open();
    if (slab === null) {
      if ((await this.#slab) === null) this.#waiting.clear();
      return;
    }
    if (this.#write(slab)) this.#schedule();
  }

  /** Writes a portion; whether there is more. */
  #write(slab: PictureSlab): boolean {
    const portion = [...this.#waiting].slice(0, PORTION);
    for (const [name] of portion) this.#waiting.delete(name);
    const bySize = Map.groupBy(
      portion.map(([, picture]) => picture).filter(({ key }) => !slab.has(key)),
      ({ key }) => key.size,
    );
    for (const [size, pictures] of bySize) slab.put(size, pictures);
    return this.#waiting.size > 0;
  }
}

async function openSlab(file: string, disk: number): Promise<PictureSlab | 'busy' | null> {
  try {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    // Where little is left, checkpoints and recordings need it more; even an empty file takes some.
    if ((quota - usage) * SHARE < REGION) return null;
    return await PictureSlab.open(file, (own) => Math.min(disk, (quota - usage + own) * SHARE));
  } catch {
    return null;
  }
}
