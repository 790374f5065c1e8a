// The storage port over IndexedDB. A newer version of the studio in another tab gets the database as soon as no work is
// under way that must not be interrupted.

import type { IDBPTransaction } from 'idb';
import { openDB } from 'idb';
import { completed, DatabaseConnection, nameOfError } from '../base/databaseConnection';
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
  readonly #onUpdateNeeded: () => void;
  readonly #connection: DatabaseConnection<unknown>;
  /** Works that must not be interrupted by a newer version. */
  #held = 0;
  #newerWaits = false;
  #outdated = false;

  constructor(name: string, { onUpdateNeeded = () => undefined }: IndexedDbOptions = {}) {
    this.#onUpdateNeeded = onUpdateNeeded;
    this.#connection = new DatabaseConnection(
      (events) =>
        openDB(name, VERSION, {
          upgrade(db, oldVersion) {
            // Only ever add steps here: databases of every released version must open.
            if (oldVersion < 1) for (const room of ROOMS) db.createObjectStore(room);
          },
          blocked: () => this.#onUpdateNeeded(),
          ...events,
        }),
      () => {
        this.#newerWaits = true;
        this.#onUpdateNeeded();
        this.#giveWay();
      },
    );
  }

  async transact<T>(
    rooms: readonly Room[],
    mode: TransactionMode,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T> {
    if (this.#outdated) throw updateNeeded();
    try {
      return await this.#connection.use((db) => {
        const options = mode === 'read' ? {} : { durability: mode };
        const tx = db.transaction([...rooms], mode === 'read' ? 'readonly' : 'readwrite', options);
        return completed(tx, () => work(operations(tx)));
      });
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
    this.#connection.close();
  }

  #giveWay(): void {
    if (!this.#newerWaits || this.#held > 0) return;
    this.#outdated = true;
    this.#connection.close();
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

function explain(error: unknown): unknown {
  if (error instanceof StorageProblem) return error;
  const cause = { cause: error };
  switch (nameOfError(error)) {
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
