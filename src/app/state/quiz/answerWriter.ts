// Writes answers one after the other. What cannot be written waits here and is tried again with whatever comes next.
import { NotKept, type AnswerDatabase, type Trouble, type Unsaved } from './answerDatabase';

export class AnswerWriter {
  readonly #database: Pick<AnswerDatabase, 'save' | 'remove'>;
  readonly #onTrouble: (trouble: Trouble | null) => void;
  readonly #unsaved = new Map<string, Unsaved>();
  #writing: Promise<void> = Promise.resolve();

  /** @param onTrouble told after each writing why it failed, or null; nothing here rejects: a quiz goes on all the same */
  constructor(database: Pick<AnswerDatabase, 'save' | 'remove'>, onTrouble: (trouble: Trouble | null) => void) {
    this.#database = database;
    this.#onTrouble = onTrouble;
  }

  /** Settles when all that was asked for so far is written or has failed. */
  get settled(): Promise<void> {
    return this.#writing;
  }

  /** Whether something of an attempt is not written yet. */
  holds(id: string): boolean {
    return this.#unsaved.has(id);
  }

  save(id: string, news: Partial<Unsaved>): Promise<void> {
    const before = this.#unsaved.get(id);
    this.#unsaved.set(id, {
      record: news.record ?? before?.record ?? null,
      isNew: news.isNew ?? before?.isNew ?? false,
      answers: [...(before?.answers ?? []), ...(news.answers ?? [])],
    });
    return this.#write(() => this.#flush());
  }

  remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#unsaved.delete(id);
    return this.#write(() => this.#database.remove(ids));
  }

  async #flush(): Promise<void> {
    for (const [id, unsaved] of [...this.#unsaved]) {
      await this.#database.save(id, unsaved);
      // What came meanwhile waits for its own turn; writing an answer again does nothing.
      if (this.#unsaved.get(id) === unsaved) this.#unsaved.delete(id);
    }
  }

  #write(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work).then(
      () => this.#onTrouble(null),
      (error: unknown) => this.#onTrouble(troubleOf(error)),
    );
    return this.#writing;
  }
}

/** Why nothing could be read or written. */
export function troubleOf(error: unknown): Trouble {
  return error instanceof NotKept ? error.trouble : 'off';
}
