// Pictures on disk: one file of the origin's private file system, cut into regions of a few MB. A region holds pictures
// of one size, found by a table at its head. New pictures fill up the newest region; when the budget is spent the region
// that was used longest ago is filled anew. Reading one picture costs some 0.03 ms, because a worker may read such a file
// synchronously and at any place; the same makes the file this worker's alone.
//
// What is read is trusted only if its checksum is right, so that neither a half-written picture nor a foreign file can be
// taken for one: damaged entries are as good as absent.

export const REGION = 4 * 2 ** 20;
const HEAD = 16 * 1024;
/** Words of a region's description, then of each picture's. */
const ENTRY = 4;
const MOST = HEAD / 4 / ENTRY - 1;
const MAGIC = 0x50_49_43_31;

/** A file that a worker reads and writes at once; pages have none, and their types do not know it. */
interface SyncFile {
  read(into: ArrayBufferView<ArrayBuffer>, options: { at: number }): number;
  write(from: ArrayBufferView<ArrayBuffer>, options: { at: number }): number;
  getSize(): number;
  truncate(bytes: number): void;
  close(): void;
}
type FileHandle = FileSystemFileHandle & { createSyncAccessHandle?: () => Promise<SyncFile> };

/** Which picture: two words that stand for the episode and how it is drawn, the side in pixels, the raw frame. */
export interface PictureKey {
  words: readonly [number, number];
  size: number;
  frame: number;
}

interface Region {
  number: number;
  /** Side of its pictures in pixels; 0 while it is free. */
  size: number;
  pictures: number;
  names: string[];
  /** The visit in which it was used last, and the moment within this visit. */
  visit: number;
  used: number;
}

export class PictureSlab {
  readonly #file: SyncFile;
  readonly #most: number;
  readonly #regions: Region[] = [];
  readonly #index = new Map<string, { region: Region; slot: number }>();
  readonly #visit: number;
  readonly #newest = new Map<number, Region>();
  #moment = 0;
  #isFull = false;

  private constructor(file: SyncFile, budget: number) {
    this.#file = file;
    this.#most = Math.floor(budget / REGION);
    const present = Math.min(this.#most, Math.ceil(file.getSize() / REGION));
    if (file.getSize() > this.#most * REGION) file.truncate(this.#most * REGION);
    for (let number = 0; number < present; number++) this.#regions.push(this.#readHead(number));
    this.#visit = 1 + this.#regions.reduce((last, { visit }) => Math.max(last, visit), 0);
  }

  /**
   * @param budgetWith bytes there may be, where the file already takes so many
   * @returns null where files cannot be kept, `busy` where another tab's worker has this one
   */
  static async open(name: string, budgetWith: (own: number) => number): Promise<PictureSlab | 'busy' | null> {
    try {
      const folder = await navigator.storage.getDirectory();
      const handle: FileHandle = await folder.getFileHandle(name, { create: true });
      const file = await handle.createSyncAccessHandle?.();
      if (file === undefined) return null;
      try {
        const slab = new PictureSlab(file, budgetWith(file.getSize()));
        if (slab.budget > 0) return slab;
        file.close();
        return null;
      } catch (error) {
        file.close();
        throw error;
      }
    } catch (error) {
      return error instanceof DOMException && error.name === 'NoModificationAllowedError' ? 'busy' : null;
    }
  }

  /** Bytes of the pictures, not of the room around them. */
  get bytes(): number {
    return this.#regions.reduce((sum, { pictures, size }) => sum + pictures * bytesOf(size), 0);
  }

  get budget(): number {
    return this.#most * REGION;
  }

  /** [size, size, 3] bytes, or null where they are not there or not as they were written. */
  get(key: PictureKey): Uint8Array<ArrayBuffer> | null {
    const name = nameOf(key);
    const place = this.#index.get(name);
    if (place === undefined) return null;
    const { region, slot } = place;
    const bytes = new Uint8Array(bytesOf(key.size));
    const entry = new Uint32Array(ENTRY);
    try {
      const start = region.number * REGION;
      const read = this.#file.read(bytes, { at: start + HEAD + slot * bytes.length });
      this.#file.read(entry, { at: start + (slot + 1) * ENTRY * 4 });
      this.#touch(region);
      if (read === bytes.length && entry[3] === checksum(key, bytes)) return bytes;
    } catch {
      // The same as damaged.
    }
    this.#index.delete(name);
    return null;
  }

  has(key: PictureKey): boolean {
    return this.#index.has(nameOf(key));
  }

  /** Writes pictures of one size; what the disk does not take is left out. */
  put(size: number, pictures: readonly { key: PictureKey; bytes: Uint8Array }[]): void {
    const room = roomFor(size);
    for (let next = 0; next < pictures.length;) {
      let region = this.#newest.get(size);
      if (region === undefined || region.pictures >= room) region = this.#fresh(size);
      if (region === undefined) return;
      const some = pictures.slice(next, next + room - region.pictures);
      if (!this.#append(region, some)) {
        this.#isFull = true;
        // What is behind the last whole region is no use.
        if (region.pictures === 0) this.#free(region);
        return;
      }
      next += some.length;
    }
  }

  clear(): void {
    this.#index.clear();
    this.#newest.clear();
    this.#regions.length = 0;
    this.#isFull = false;
    this.#file.truncate(0);
  }

  close(): void {
    this.#file.close();
  }

  #append(region: Region, pictures: readonly { key: PictureKey; bytes: Uint8Array }[]): boolean {
    const each = bytesOf(region.size);
    const data = new Uint8Array(pictures.length * each);
    const entries = new Uint32Array(pictures.length * ENTRY);
    pictures.forEach(({ key, bytes }, i) => {
      data.set(bytes, i * each);
      entries.set([...key.words, key.frame, checksum(key, bytes)], i * ENTRY);
    });
    const start = region.number * REGION;
    try {
      // First the pictures, then what says that they are there.
      const written = this.#file.write(data, { at: start + HEAD + region.pictures * each });
      if (written < data.length) return false;
      this.#file.write(entries, { at: start + (region.pictures + 1) * ENTRY * 4 });
    } catch {
      return false;
    }
    for (const { key } of pictures) {
      const name = nameOf(key);
      this.#index.set(name, { region, slot: region.pictures++ });
      region.names.push(name);
    }
    this.#touch(region);
    return true;
  }

  /** A region to fill: a new one, or the one used longest ago; undefined where there is none. */
  #fresh(size: number): Region | undefined {
    let region: Region | undefined;
    if (this.#regions.length < this.#most && !this.#isFull) {
      region = { number: this.#regions.length, size, pictures: 0, names: [], visit: 0, used: 0 };
      this.#regions.push(region);
    } else {
      region = this.#regions.toSorted((a, b) => a.visit - b.visit || a.used - b.used)[0];
      if (region === undefined) return undefined;
      this.#free(region);
    }
    try {
      const head = new Uint32Array(HEAD / 4);
      head.set([MAGIC, size, this.#visit, 0]);
      if (this.#file.write(head, { at: region.number * REGION }) < HEAD) throw new Error('full');
    } catch {
      this.#isFull = true;
      if (region === this.#regions.at(-1)) this.#regions.pop();
      return undefined;
    }
    region.size = size;
    region.visit = this.#visit;
    this.#touch(region);
    this.#newest.set(size, region);
    return region;
  }

  #free(region: Region): void {
    for (const name of region.names) if (this.#index.get(name)?.region === region) this.#index.delete(name);
    if (this.#newest.get(region.size) === region) this.#newest.delete(region.size);
    Object.assign(region, { size: 0, pictures: 0, names: [], visit: 0 });
  }

  #touch(region: Region): void {
    region.used = ++this.#moment;
    if (region.visit === this.#visit) return;
    region.visit = this.#visit;
    this.#file.write(Uint32Array.of(this.#visit), { at: region.number * REGION + 8 });
  }

  #readHead(number: number): Region {
    const head = new Uint32Array(HEAD / 4);
    this.#file.read(head, { at: number * REGION });
    const [magic, size = 0, visit = 0] = head;
    const region: Region = { number, size: 0, pictures: 0, names: [], visit: 0, used: 0 };
    if (magic !== MAGIC || size < 1 || bytesOf(size) > REGION - HEAD) return region;
    Object.assign(region, { size, visit });
    for (let slot = 0; slot < roomFor(size); slot++) {
      const [a = 0, b = 0, frame = 0, sum] = head.subarray((slot + 1) * ENTRY, (slot + 2) * ENTRY);
      // No picture has the checksum 0.
      if (sum === 0) break;
      const name = nameOf({ words: [a, b], size, frame });
      this.#index.set(name, { region, slot });
      region.names.push(name);
      region.pictures++;
    }
    if (region.pictures < roomFor(size)) this.#newest.set(size, region);
    return region;
  }
}

function bytesOf(size: number): number {
  return size * size * 3;
}

/** How many pictures of a size a region holds. */
function roomFor(size: number): number {
  return Math.min(MOST, Math.floor((REGION - HEAD) / bytesOf(size)));
}

export function nameOf({ words: [a, b], size, frame }: PictureKey): string {
  return `${a.toString(36)} ${b.toString(36)} ${size} ${frame}`;
}

/** Of the bytes and of what they are; never 0. */
function checksum({ words, size, frame }: PictureKey, bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const word of [...words, size, frame]) sum = Math.imul(sum ^ word, 0x01000193);
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  for (const word of new Uint32Array(whole.buffer, whole.byteOffset, bytes.length >> 2)) {
    sum = Math.imul(sum ^ word, 0x01000193);
    sum ^= sum >>> 15;
  }
  for (let i = bytes.length & ~3; i < bytes.length; i++) sum = Math.imul(sum ^ (bytes[i] ?? 0), 0x01000193);
  return sum >>> 0 || 1;
}
