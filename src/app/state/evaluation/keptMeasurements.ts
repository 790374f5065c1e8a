// What was measured, kept in this browser for later visits: the last measurements and the last answers to controls, in an
// IndexedDB that is never sent anywhere. Where nothing can be kept, all of it lasts as long as the page is open.
import { openDB } from 'idb';
import type { DBSchema, OpenDBCallbacks } from 'idb';
import { completed, DatabaseConnection } from '../../../base/databaseConnection';
import type { Answers } from '../controlAnswers';
import type { Measured } from './measurement';

const DATABASE = 'palindrome-measurements';
const VERSION = 2;

/** Newest ones of each kind that are kept; a measurement of some hundred pairs takes about 100 KB. */
export const MOST_KEPT = 40;

export interface KeptAnswers {
  /** Of the subject that was asked. */
  key: string;
  at: number;
  answers: Answers;
}

interface Schema extends DBSchema {
  measurements: { key: string; value: Measured; indexes: { at: number } };
  answers: { key: string; value: KeptAnswers; indexes: { at: number } };
}

type Store = 'measurements' | 'answers';

export class KeptMeasurements {
  readonly #connection: DatabaseConnection<Schema>;

  constructor(name = DATABASE) {
    this.#connection = new DatabaseConnection((events) => openDB<Schema>(name, VERSION, { upgrade, ...events }));
  }

  /** Newest first. */
  measurements(): Promise<Measured[]> {
    return this.#read('measurements');
  }

  answers(): Promise<KeptAnswers[]> {
    return this.#read('answers');
  }

  keep(measured: Measured): Promise<void> {
    return this.#write('measurements', measured);
  }

  keepAnswers(answers: KeptAnswers): Promise<void> {
    return this.#write('answers', answers);
  }

  remove(id: string): Promise<void> {
    return this.#connection.use((db) => db.delete('measurements', id));
  }

  async #read<S extends Store>(store: S): Promise<Schema[S]['value'][]> {
    const all = await this.#connection.use((db) => db.getAll(store));
    return all.toSorted((a, b) => b.at - a.at);
  }

  /** Replaces what has the same key, and lets go of the oldest beyond the most that are kept. */
  #write<S extends Store>(store: S, value: Schema[S]['value']): Promise<void> {
    return this.#connection.use((db) => {
      const transaction = db.transaction(store, 'readwrite', { durability: 'relaxed' });
      return completed(transaction, async () => {
        await transaction.store.put(value);
        // By time, oldest first, without reading what was kept.
        let cursor = await transaction.store.index('at').openKeyCursor();
        for (let extra = (await transaction.store.count()) - MOST_KEPT; cursor && extra > 0; extra--) {
          await transaction.store.delete(cursor.primaryKey);
          cursor = await cursor.continue();
        }
      });
    });
  }
}

const upgrade: OpenDBCallbacks<Schema>['upgrade'] = (db, oldVersion, _newVersion, transaction) => {
  // Only ever add steps here: databases of every released version must open.
  if (oldVersion < 1) {
    db.createObjectStore('measurements', { keyPath: 'id' });
    db.createObjectStore('answers', { keyPath: 'key' });
  }
  if (oldVersion < 2) {
    for (const store of ['measurements', 'answers'] as const) transaction.objectStore(store).createIndex('at', 'at');
  }
};
