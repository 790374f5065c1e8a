// The store over the browser's own IndexedDB and Web Locks: dropped connections, other tabs, other versions, speed.

import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openIndexedDbStore } from '../../src/checkpoints/indexedDbStore';
import type { CheckpointStore } from '../../src/checkpoints/store';
import { isWhole, RUN, snapshotOf } from '../app/kill/snapshots';

const DATABASE = 'checkpoint-test';

let stores: CheckpointStore[] = [];
/** What another tab has of the same database. */
async function openStore(onUpdateNeeded?: () => void): Promise<CheckpointStore> {
  const store = await openIndexedDbStore(onUpdateNeeded ? { onUpdateNeeded } : {}, DATABASE);
  stores.push(store);
  return store;
}

beforeEach(() => deleteDB(DATABASE));
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  await deleteDB(DATABASE);
});

describe('checkpoints in IndexedDB', () => {
  it('come back bit for bit after closing and opening again', async () => {
    const store = await openStore();
    await store.createRun(RUN);
    await store.appendMetrics(RUN.id, [{ step: 1, loss: 0.5 }]);
    const begin = performance.now();
    await store.save(RUN.id, snapshotOf(1));
    const saved = performance.now();
    await store.close();
    const again = await openStore();
    await again.openRun(RUN.id);
    const opened = performance.now();
    const loaded = await again.resume(RUN.id);
    console.log(
      `12.6 MB: saved in ${(saved - begin).toFixed()} ms, loaded in ${(performance.now() - opened).toFixed()} ms`,
    );
    expect(isWhole(loaded)).toBe(true);
    expect(loaded.note).toBeNull();
    expect(await again.metrics(RUN.id)).toEqual([{ step: 1, loss: 0.5 }]);
    const usage = await again.usage();
    expect(usage.runs).toEqual([{ runId: RUN.id, checkpoints: 1, bytes: 12_600_000 }]);
    expect(usage.quota).toBeGreaterThan(0);
  });

  it('are kept from a second tab until it takes the run over', async () => {
    const here = await openStore();
    const there = await openStore();
    const onLost = vi.fn();
    await here.createRun(RUN, { onLost });
    await expect(there.openRun(RUN.id)).rejects.toMatchObject({ name: 'RunBusy' });
    const underWay = here.save(RUN.id, snapshotOf(1));
    expect(await there.sweep()).toBe(0);
    await underWay;
    await there.openRun(RUN.id, { takeOver: true });
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledOnce());
    await expect(here.save(RUN.id, snapshotOf(2))).rejects.toMatchObject({ name: 'RunTaken' });
    await there.save(RUN.id, snapshotOf(3));
    expect(isWhole(await here.load(RUN.id))).toBe(true);
    // A lock that was given back is free at once.
    await there.closeRun(RUN.id);
    await here.openRun(RUN.id);
  });

  it('survive a dropped connection by opening it anew, once', async () => {
    const store = await openStore();
    await store.createRun(RUN);
    const real = IDBDatabase.prototype.transaction;
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const opened = vi.spyOn(indexedDB, 'open');
    const drop = () => {
      throw new DOMException('The database connection is closing.', 'InvalidStateError');
    };
    transaction.mockImplementationOnce(drop);
    await store.save(RUN.id, snapshotOf(1));
    expect(opened).toHaveBeenCalledTimes(1);
    transaction.mockImplementation(drop);
    await expect(store.rename(RUN.id, 'x')).rejects.toMatchObject({ name: 'StorageBroken' });
    transaction.mockImplementation(function (this: IDBDatabase, ...args) {
      return real.apply(this, args);
    });
    expect((await store.load(RUN.id)).manifest.step).toBe(1);
  });

  it('survive a transaction that the browser gives up in the middle', async () => {
    const store = await openStore();
    await store.createRun(RUN);
    await store.save(RUN.id, snapshotOf(1));
    const add = vi.spyOn(IDBObjectStore.prototype, 'add');
    add.mockImplementationOnce(function (this: IDBObjectStore) {
      this.transaction.abort();
      throw new DOMException('The transaction was aborted.', 'AbortError');
    });
    await expect(store.save(RUN.id, snapshotOf(2))).rejects.toMatchObject({ name: 'StorageBroken' });
    expect(isWhole(await store.load(RUN.id))).toBe(true);
    await store.save(RUN.id, snapshotOf(3));
    expect((await store.load(RUN.id)).manifest.step).toBe(3);
    await store.openRun(RUN.id);
    expect(await store.sweep()).toBe(0);
  });

  it('make way for a newer version and say so, in the old tab and in one opened later', async () => {
    const onUpdateNeeded = vi.fn();
    const old = await openStore(onUpdateNeeded);
    await old.createRun(RUN);
    // The save under way is finished first.
    const [, newer] = await Promise.all([old.save(RUN.id, snapshotOf(1)), openDB(DATABASE, 2)]);
    expect(onUpdateNeeded).toHaveBeenCalled();
    expect(await newer.getAllKeys('manifests')).toHaveLength(1);
    await expect(old.runs()).rejects.toMatchObject({ name: 'UpdateNeeded' });
    newer.close();
    await expect(openStore()).rejects.toMatchObject({ name: 'UpdateNeeded' });
  });
});
