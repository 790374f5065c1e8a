// Where people's answers are kept: an IndexedDB of this browser, never sent anywhere. Every answer is a record of its own
// under (quiz, question), and the first one stays, so that two tabs can write at the same time without undoing each
// other's work.
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase, OpenDBCallbacks } from 'idb';
import { completed, DatabaseConnection, nameOfError } from '../../../base/databaseConnection';
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
  readonly #connection: DatabaseConnection<Schema>;

  constructor(name = ANSWER_DATABASE) {
    this.#connection = new DatabaseConnection((events) => openDB<Schema>(name, VERSION, { upgrade, ...events }));
  }

  /** All that is stored, in no order. */
  read(): Promise<Attempt[]> {
    return this.#use(async (db) => {
      const transaction = db.transaction(['attempts', 'answers'], 'readonly');
      const answers = transaction.objectStore('answers');
      return completed(transaction, async () => {
        const records = await transaction.objectStore('attempts').getAll();
        const own = await Promise.all(records.map(({ id }) => answers.getAll(answersOf(id))));
        return records.map((record, i) => ({ ...record, answers: own[i] ?? [] }));
      });
    });
  }

  /** Writes what has come to an attempt. One that was deleted meanwhile stays deleted, unless it is new. */
  save(id: string, { record, isNew, answers }: Unsaved): Promise<void> {
    return this.#use(async (db) => {
      const transaction = db.transaction(['attempts', 'answers'], 'readwrite', { durability: 'relaxed' });
      const attempts = transaction.objectStore('attempts');
      return completed(transaction, async () => {
        if ((await attempts.getKey(id)) === undefined && !isNew) return;
        if (record) await attempts.put(record);
        const store = transaction.objectStore('answers');
        for (const answer of answers) {
          const key: [string, number] = [id, answer.question];
          if ((await store.getKey(key)) === undefined) await store.put(answer, key);
        }
      });
    });
  }

  /** Deletes attempts with their answers, for good. */
  remove(ids: readonly string[]): Promise<void> {
    return this.#use(async (db) => {
      const transaction = db.transaction(['attempts', 'answers'], 'readwrite');
      return completed(transaction, async () => {
        for (const id of ids) {
          await transaction.objectStore('attempts').delete(id);
          await transaction.objectStore('answers').delete(answersOf(id));
        }
      });
    });
  }

  /** Lets go of the connection; the next use opens it again. */
  close(): void {
    this.#connection.close();
  }

  async #use<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await this.#connection.use(work);
    } catch (error) {
      throw explained(error);
    }
  }
}

const upgrade: OpenDBCallbacks<Schema>['upgrade'] = async (db, oldVersion, _newVersion, transaction) => {
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
};

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
  const name = nameOfError(error);
  const isFull = name === 'QuotaExceededError' || name === 'AbortError';
  return new NotKept(isFull ? 'full' : name === 'VersionError' ? 'outdated' : 'off', error);
}
