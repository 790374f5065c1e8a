// The storage port over IndexedDB. Two things here are easy to get wrong: a put that succeeded may still be taken back
// (Chromium reports a full disk after it), so only the transaction's completion counts; and browsers drop connections on
// sleep, suspend and storage faults, after which every use of the old handle fails for ever, so it is thrown away and
// opened anew, once for each transaction.

import type { IDBPDatabase, IDBPTransaction } from 'idb';
import { openDB } from 'idb';
import { StorageProblem } from './problem';
import type { Room, StoragePort, StorageTransaction, TransactionMode } from './storage';
import { ROOMS } from './storage';
import * as m from '../words/messages';

const VERSION = 1;

export interface IndexedDbOptions {
  /** Called when a newer version of the studio wants to update the database; this tab must be reloaded. */
  onUpdateNeeded?: () => void;
}

export class IndexedDbStorage implements StoragePort {
  readonly #name: string;
  readonly #onUpdateNeeded: () => void;
  /** Shared by all who wait for it; null when closed or dead. */
  #connection: Promise<IDBPDatabase> | null = null;
  /** Works that must not be interrupted by a newer version. */
  #held = 0;
  #newerWaits = false;
  #outdated = false;

  constructor(name: string, { onUpdateNeeded = () => undefined }: IndexedDbOptions = {}) {
    this.#name = name;
    this.#onUpdateNeeded = onUpdateNeeded;
  }

  async transact<T>(
    rooms: readonly Room[],
    mode: TransactionMode,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#attempt(rooms, mode, work);
    } catch (error) {
      if (!isLostConnection(error)) throw explain(error);
      this.#drop();
    }
    try {
      return await this.#attempt(rooms, mode, work);
    } catch (error) {
      throw explain(error);
    }
  }

  async keepOpen<T>(work: () => Promise<T>): Promise<T> {
    this.#held++;
    try {
      return await work();
    } finally {
      this.#held--;
      this.#giveWay();
    }
  }

  async estimate(): Promise<{ used: number | null; quota: number | null; persisted: boolean }> {
    if (!('storage' in navigator)) return { used: null, quota: null, persisted: false };
    const { usage, quota } = await navigator.storage.estimate();
    return { used: usage ?? null, quota: quota ?? null, persisted: await navigator.storage.persisted() };
  }

  close(): void {
    this.#drop();
  }

  async #attempt<T>(
    rooms: readonly Room[],
    mode: TransactionMode,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T> {
    const db = await this.#open();
    const options = mode === 'read' ? {} : { durability: mode };
    const tx = db.transaction([...rooms], mode === 'read' ? 'readonly' : 'readwrite', options);
    // Without a listener the rejection of `done` would count as unhandled while `work` is still under way.
    const done = tx.done.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    let result: T;
    try {
      result = await work(operations(tx));
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended already.
      }
      // Where the browser ended the transaction, its reason says more than the request that noticed.
      const failure = await done;
      throw isAbort(error) && failure !== null && tx.error !== null ? tx.error : error;
    }
    const failure = await done;
    if (failure !== null) throw tx.error ?? failure.error;
    return result;
  }

  #open(): Promise<IDBPDatabase> {
    if (this.#outdated) throw updateNeeded();
    if (this.#connection !== null) return this.#connection;
    const opening = openDB(this.#name, VERSION, {
      upgrade(db, oldVersion) {
        // Only ever add steps here: databases of every released version must open.
        if (oldVersion < 1) for (const room of ROOMS) db.createObjectStore(room);
      },
      blocked: () => this.#onUpdateNeeded(),
      blocking: () => {
        this.#newerWaits = true;
        this.#onUpdateNeeded();
        this.#giveWay();
      },
      terminated: () => {
        if (this.#connection === opening) this.#connection = null;
      },
    });
    this.#connection = opening;
    opening.catch(() => {
      if (this.#connection === opening) this.#connection = null;
    });
    return opening;
  }

  #giveWay(): void {
    if (!this.#newerWaits || this.#held > 0) return;
    this.#outdated = true;
    this.#drop();
  }

  #drop(): void {
    this.#connection?.then(
      (db) => db.close(),
      () => undefined,
    );
    this.#connection = null;
  }
}

function operations(tx: IDBPTransaction<unknown, string[], 'readonly' | 'readwrite'>): StorageTransaction {
  // The mode was chosen by the caller of transact; writing in a read transaction rejects, as it should.
  const store = (room: Room) => (tx as IDBPTransaction<unknown, string[], 'readwrite'>).objectStore(room);
  return {
    get: (room, key) => store(room).get(key) as Promise<unknown>,
    values: (room, prefix) => store(room).getAll(startingWith(prefix)) as Promise<unknown[]>,
    keys: async (room, prefix) => (await store(room).getAllKeys(startingWith(prefix))).map(String),
    add: async (room, key, value) => void (await store(room).add(value, key)),
    put: async (room, key, value) => void (await store(room).put(value, key)),
    delete: (room, key) => store(room).delete(key),
    deletePrefix: (room, prefix) => store(room).delete(startingWith(prefix)),
  };
}

function startingWith(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

function isAbort(error: unknown): boolean {
  return nameOf(error) === 'AbortError';
}

/** A dead handle, as Chromium, Firefox and Safari report it. */
function isLostConnection(error: unknown): boolean {
  const name = nameOf(error);
  const message = error instanceof Error || error instanceof DOMException ? error.message : '';
  return name === 'InvalidStateError' || name === 'UnknownError' || /connection .*(lost|clos)/i.test(message);
}

function explain(error: unknown): unknown {
  if (error instanceof StorageProblem) return error;
  const cause = { cause: error };
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return new StorageProblem('StorageFull', m.engine_storage_full(), cause);
    case 'VersionError':
      return updateNeeded(cause);
    case 'InvalidStateError':
    case 'UnknownError':
    case 'AbortError':
    case 'SecurityError':
    case 'NotReadableError':
      return new StorageProblem('StorageBroken', m.engine_storage_broken(), cause);
    default:
      return error;
  }
}

function updateNeeded(options?: ErrorOptions): StorageProblem {
  return new StorageProblem('UpdateNeeded', m.engine_storage_update_needed(), options);
}
