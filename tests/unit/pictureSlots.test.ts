import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PictureSlots, storeCapacity } from '../../src/batches/pictureSlots';

/** A store as the other side keeps it: each picture is one byte that tells its key. */
class Store {
  readonly slots: number[] = [];
  readonly codes = new Map<string, number>();

  code(key: string): number {
    if (!this.codes.has(key)) this.codes.set(key, this.codes.size);
    return this.codes.get(key) ?? -1;
  }

  bytesOf(keys: readonly string[]) {
    return async (places: readonly number[]) => {
      await Promise.resolve();
      return Uint8Array.from(places, (place) => this.code(keys[place] ?? ''));
    };
  }
}

const batches = fc.array(fc.array(fc.integer({ min: 0, max: 30 }).map(String), { minLength: 1, maxLength: 8 }), {
  maxLength: 20,
});

describe('the slots of the frame store', () => {
  it('always name the right picture when batches arrive in order, however they overlap', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 8, max: 40 }), async (list, capacity) => {
        const store = new Store();
        const slots = new PictureSlots(capacity);
        // All are asked for at once, as a prefetching trainer does.
        const coming = list.map(async (keys) => {
          const placed = await slots.place(keys, store.bytesOf(keys));
          placed.slots.forEach((slot, i) => (store.slots[slot] = placed.images[i] ?? -1));
          expect([...placed.pictures].map((slot) => store.slots[slot])).toEqual(keys.map((key) => store.code(key)));
        });
        await Promise.all(coming);
      }),
      { numRuns: 40 },
    );
  });

  it('bring no picture twice while it is in use', async () => {
    const store = new Store();
    const slots = new PictureSlots(4);
    const place = async (...keys: string[]) => (await slots.place(keys, store.bytesOf(keys))).slots.length;
    expect(await place('a', 'b', 'a')).toBe(2);
    expect(await place('a', 'c')).toBe(1);
    expect(await place('d', 'e')).toBe(2);
    // b was used least recently and made room.
    expect(await place('a', 'c', 'd', 'e')).toBe(0);
    expect(await place('b')).toBe(1);
  });

  it('start again after a picture could not be read', async () => {
    const store = new Store();
    const slots = new PictureSlots(8);
    const failing = slots.place(['a'], () => Promise.reject(new Error('gone')));
    const next = slots.place(['a', 'b'], store.bytesOf(['a', 'b']));
    await expect(failing).rejects.toThrow('gone');
    expect((await next).slots.length).toBe(2);
  });

  it('refuse a batch that does not fit', async () => {
    await expect(new PictureSlots(1).place(['a', 'b'], () => Promise.resolve(new Uint8Array()))).rejects.toThrow(
      RangeError,
    );
    expect(storeCapacity(64)).toBe(4096);
  });
});
