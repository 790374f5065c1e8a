// Which pictures the GPU already holds: the data worker's side of the frame store. It alone decides which picture lies in
// which slot, so that a batch names slots and brings the bytes of new pictures only; those it need not even read again.
import { nextTurn } from '../base/turns';

/** What a batch says of its pictures. */
export interface PlacedPictures {
  /** [n, S, S, 3] bytes of the pictures that are new to the store. */
  images: Uint8Array<ArrayBuffer>;
  /** [U] slot of every picture of the batch. */
  pictures: Int32Array<ArrayBuffer>;
  /** [n] slots that the new pictures go to. */
  slots: Int32Array<ArrayBuffer>;
}

/** Bytes of pictures that a store holds: 4,096 of 64 pixels, 1,024 of 128. */
const STORE_BYTES = 48 * 1024 * 1024;

/** Pictures of a size that a store holds; both sides of it count on this. */
export function storeCapacity(imageSize: number): number {
  return Math.floor(STORE_BYTES / (imageSize * imageSize * 3));
}

export class PictureSlots {
  readonly #capacity: number;
  /** Slots by picture, the least recently used first. */
  readonly #slots = new Map<string, number>();
  #generation = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Forgets all: the store on the other side is empty, or may be. */
  reset(): void {
    this.#slots.clear();
    this.#generation++;
  }

  /**
   * Places a batch's pictures. Batches must be sent in the order in which this resolves.
   * @param keys what each picture is; equal keys are equal pictures
   * @param read gives the bytes of some of them, by their places in `keys`
   * @throws RangeError where the batch alone is larger than the store; whatever `read` throws
   */
  async place(
    keys: readonly string[],
    read: (places: readonly number[]) => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<PlacedPictures> {
    const generation = this.#generation;
    const { pictures, fresh } = this.#assign(keys);
    const before = this.#last;
    const work = (async () => {
      const images = await read(fresh);
      // A batch may count on pictures that the one before it brings, so that one must be on its way.
      await before.catch(() => undefined);
      await nextTurn();
      return images;
    })();
    this.#last = work;
    let images: Uint8Array<ArrayBuffer>;
    try {
      images = await work;
    } catch (error) {
      // What later batches took for present will never come.
      this.reset();
      throw error;
    }
    if (generation !== this.#generation) return this.place(keys, read);
    return { images, pictures, slots: Int32Array.from(fresh, (place) => pictures[place] ?? 0) };
  }

  #assign(keys: readonly string[]): { pictures: Int32Array<ArrayBuffer>; fresh: number[] } {
    if (new Set(keys).size > this.#capacity) {
      throw new RangeError(`a batch of ${keys.length} pictures does not fit into ${this.#capacity} slots`);
    }
    const fresh: number[] = [];
    // Those that are there are marked as used first, so that none of them makes room for another.
    for (const key of keys) {
      const slot = this.#slots.get(key);
      if (slot === undefined) continue;
      this.#slots.delete(key);
      this.#slots.set(key, slot);
    }
    const pictures = Int32Array.from(keys, (key, place) => {
      const known = this.#slots.get(key);
      if (known !== undefined) return known;
      const slot = this.#slots.size < this.#capacity ? this.#slots.size : this.#evict();
      this.#slots.set(key, slot);
      fresh.push(place);
      return slot;
    });
    return { pictures, fresh };
  }

  #evict(): number {
    const [oldest, slot] = this.#slots.entries().next().value as [string, number];
    this.#slots.delete(oldest);
    return slot;
  }
}
