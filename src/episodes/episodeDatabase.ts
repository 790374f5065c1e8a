// The IndexedDB behind the episode library: one shared connection, opened anew once when the browser dropped it (on
// sleep, suspend, storage faults), and errors of a full disk turned into a refusal. A put that succeeded may still be
// taken back by the browser, so only the completion of its transaction counts.
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import { Refusal } from './refusal';
import type { StoredEpisode } from './storedEpisode';
import * as m from '../words/messages';

export const EPISODE_DATABASE = 'palindrome-episodes';
const VERSION = 1;

export interface EpisodeRecord {
  id: string;
  /** Place in the list, by import. */
  order: number;
  episode: StoredEpisode;
  /** Hash of the recording's content; absent in records of versions that knew recordings by name. */
  fingerprint?: string;
  chunks: number;
  bytes: number;
  /** Removed episodes can be brought back until they are purged. */
  removed: boolean;
  /** When it was removed, in milliseconds; absent in records of versions that did not keep them. */
  removedAt?: number;
}

interface Schema extends DBSchema {
  episodes: { key: string; value: EpisodeRecord };
  /** Frames as bytes, at most CHUNK_BYTES a chunk; key [episode id, number]. */
  chunks: { key: [string, number]; value: ArrayBuffer };
  /** Signature bytes of all frames of an episode; key episode id. */
  signatures: { key: string; value: ArrayBuffer };
}

type Store = StoreNames<Schema>;
export type EpisodeTransaction = IDBPTransaction<Schema, Store[], 'readwrite'>;

export class EpisodeDatabase {
  readonly #name: string;
  #connection: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Runs `work` in one transaction and waits until it is complete.
   * @throws Refusal `full` where the disk or quota is
   */
  async transact<T>(
    stores: readonly Store[],
    durability: 'read' | 'relaxed' | 'strict',
    work: (transaction: EpisodeTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#attempt(stores, durability, work);
    } catch (error) {
      if (!isLostConnection(error)) throw asRefusal(error);
      this.close();
    }
    return await this.#attempt(stores, durability, work).catch((error: unknown) => {
      throw asRefusal(error);
    });
  }

  async #attempt<T>(
    stores: readonly Store[],
    durability: 'read' | 'relaxed' | 'strict',
    work: (transaction: EpisodeTransaction) => Promise<T>,
  ): Promise<T> {
    const db = await this.#open();
    const mode = durability === 'read' ? 'readonly' : 'readwrite';
    const transaction = db.transaction([...stores], mode, durability === 'read' ? {} : { durability });
    const ended = transaction.done.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    let result: T;
    try {
      // Reading work only reads; a put in a read transaction rejects, as it should.
      result = await work(transaction as unknown as EpisodeTransaction);
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has ended already.
      }
      await ended;
      throw transaction.error ?? error;
    }
    const failure = await ended;
    if (failure) throw transaction.error ?? failure.error;
    return result;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#connection) return this.#connection;
    const drop = () => {
      if (this.#connection === opening) this.#connection = null;
    };
    const opening = openDB<Schema>(this.#name, VERSION, {
      upgrade(db, oldVersion) {
        // Only ever add steps here: databases of every released version must open.
        if (oldVersion < 1) {
          db.createObjectStore('episodes', { keyPath: 'id' });
          db.createObjectStore('chunks');
          db.createObjectStore('signatures');
        }
      },
      blocking: () => this.close(),
      terminated: drop,
    });
    this.#connection = opening;
    opening.catch(drop);
    return opening;
  }

  /** Lets go of the connection; the next use opens it again. */
  close(): void {
    this.#connection?.then(
      (db) => db.close(),
      () => undefined,
    );
    this.#connection = null;
  }
}

/** Keys of all chunks of an episode. */
export function chunksOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

function isLostConnection(error: unknown): boolean {
  const text = error instanceof Error || error instanceof DOMException ? error.message : '';
  return nameOf(error) === 'InvalidStateError' || /connection.*(lost|clos)|database connection is closing/i.test(text);
}

function asRefusal(error: unknown): unknown {
  const name = nameOf(error);
  if (name !== 'QuotaExceededError' && name !== 'AbortError') return error;
  return new Refusal('full', m.engine_library_full(), error);
}
