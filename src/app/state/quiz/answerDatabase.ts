// Where people's answers are kept: an IndexedDB of this browser, never sent anywhere. Every answer is a record of its own
// under (quiz, question), and the first one stays, so that two tabs can write at the same time without undoing each
// other's work. A put that succeeded may still be taken back by the browser: only the transaction's completion counts.
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Attempt, AttemptRecord, QuizAnswer } from './attempt';
import { formerOrder } from './formerOrder';

export const ANSWER_DATABASE = 'palindrome-people';
const VERSION = 2;

interface Schema extends DBSchema {
  attempts: { key: string; value: AttemptRecord };
  answers: { key: [string, number]; value: QuizAnswer };
}

/** What is to be written of an attempt. */
export interface Unsaved {
  /** The record where it is new or has changed. */
  record: AttemptRecord | null;
  isNew: boolean;
  answers: readonly QuizAnswer[];
}

export class AnswerDatabase {
  readonly #name: string;
  #connection: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name = ANSWER_DATABASE) {
    this.#name = name;
  }

  /** All that is stored, in no order. */
  read(): Promise<Attempt[]> {
    return this.#again(async (db) => {
      const transaction = db.transaction(['attempts', 'answers'], 'readonly');
      const answers = transaction.objectStore('answers');
      const records = await transaction.objectStore('attempts').getAll();
      const own = await Promise.all(records.map(({ id }) => answers.getAll(answersOf(id))));
      await transaction.done;
      return records.map((record, i) => ({ ...record, answers: own[i] ?? [] }));
    });
  }

  /** Writes what has come to an attempt. One that was deleted meanwhile stays deleted, unless it is new. */
  save(id: string, { record, isNew, answers }: Unsaved): Promise<void> {
    return this.#again(async (db) => {
      const transaction = db.transaction(['attempts', 'answers'], 'readwrite', { durability: 'relaxed' });
      const attempts = transaction.objectStore('attempts');
      const known = await attempts.getKey(id);
      if (known !== undefined || isNew) {
        if (record) await attempts.put(record);
        const store = transaction.objectStore('answers');
        for (const answer of answers) {
          const key: [string, number] = [id, answer.question];
          if ((await store.getKey(key)) === undefined) await store.put(answer, key);
        }
      }
      await transaction.done;
    });
  }

  /** Deletes attempts with their answers, for good. */
  remove(ids: readonly string[]): Promise<void> {
    return this.#again(async (db) => {
      const transaction = db.transaction(['attempts', 'answers'], 'readwrite');
      for (const id of ids) {
        await transaction.objectStore('attempts').delete(id);
        await transaction.objectStore('answers').delete(answersOf(id));
      }
      await transaction.done;
    });
  }

  /** Lets go of the connection; the next use opens it again. */
  close(): void {
    this.#connection?.then(
      (db) => db.close(),
      () => undefined,
    );
    this.#connection = null;
  }

  /** Does its work once more on a fresh connection where the browser dropped the old one (sleep, suspend). */
  async #again<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (!isLostConnection(error)) throw explained(error);
      this.close();
    }
    try {
      return await work(await this.#open());
    } catch (error) {
      throw explained(error);
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#connection) return this.#connection;
    const drop = () => {
      if (this.#connection === opening) this.#connection = null;
    };
    const opening = openDB<Schema>(this.#name, VERSION, {
      async upgrade(db, oldVersion, _, transaction) {
        // Only ever add steps here: databases of every released version must open.
        if (oldVersion < 1) {
          db.createObjectStore('attempts', { keyPath: 'id' });
          db.createObjectStore('answers');
        }
        // Records did not hold their questions: answers keep the meaning that they had.
        if (oldVersion === 1) {
          const attempts = transaction.objectStore('attempts');
          for (const record of await attempts.getAll()) {
            const windows = record.pairs.map(({ window }) => window);
            await attempts.put({ ...record, questions: formerOrder(windows, record.settings.seed) });
          }
        }
      },
      // A newer studio in another tab goes before.
      blocking: () => this.close(),
      terminated: drop,
    });
    this.#connection = opening;
    opening.catch(drop);
    return opening;
  }
}

function answersOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

/** Why nothing can be kept. */
export type Trouble = 'off' | 'full' | 'outdated';

export class NotKept extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, cause: unknown) {
    super(trouble, { cause });
    this.trouble = trouble;
  }
}

function explained(error: unknown): NotKept {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const isFull = name === 'QuotaExceededError' || name === 'AbortError';
  return new NotKept(isFull ? 'full' : name === 'VersionError' ? 'outdated' : 'off', error);
}

function isLostConnection(error: unknown): boolean {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const text = error instanceof Error || error instanceof DOMException ? error.message : '';
  return name === 'InvalidStateError' || /connection.*(lost|clos)/i.test(text);
}
