// The IndexedDB behind the episode library. Errors of a full disk are turned into a refusal.
import { openDB } from 'idb';
import type { DBSchema, IDBPTransaction, StoreNames } from 'idb';
import { completed, DatabaseConnection, nameOfError } from '../base/databaseConnection';
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
  readonly #connection: DatabaseConnection<Schema>;

  constructor(name: string) {
    this.#connection = new DatabaseConnection((events) =>
      openDB<Schema>(name, VERSION, {
        upgrade(db, oldVersion) {
          // Only ever add steps here: databases of every released version must open.
          if (oldVersion < 1) {
            db.createObjectStore('episodes', { keyPath: 'id' });
            db.createObjectStore('chunks');
            db.createObjectStore('signatures');
          }
        },
        ...events,
      }),
    );
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
      return await this.#connection.use((db) => {
        const mode = durability === 'read' ? 'readonly' : 'readwrite';
        const transaction = db.transaction([...stores], mode, durability === 'read' ? {} : { durability });
        // Reading work only reads; a put in a read transaction rejects, as it should.
        return completed(transaction, () => work(transaction as unknown as EpisodeTransaction));
      });
    } catch (error) {
      throw asRefusal(error);
    }
  }

  /** Lets go of the connection; the next use opens it again. */
  close(): void {
    this.#connection.close();
  }
}

/** Keys of all chunks of an episode. */
export function chunksOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

function asRefusal(error: unknown): unknown {
  const name = nameOfError(error);
  if (name !== 'QuotaExceededError' && name !== 'AbortError') return error;
  return new Refusal('full', m.engine_library_full(), error);
}
