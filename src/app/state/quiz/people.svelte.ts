// Who took a quiz on this computer, and how. What cannot be written is held here and tried again with the next answer;
// until then the page says that it is kept only as long as it is open.
import { WebLocks } from '../../../checkpoints/webLocks';
import type { Notices } from '../notices.svelte';
import { AnswerDatabase, NotKept, type Trouble, type Unsaved } from './answerDatabase';
import type { Attempt, AttemptRecord, QuizAnswer } from './attempt';

const LOCKS = 'palindrome-quiz';
const CHANNEL = 'palindrome-people';

export class People {
  readonly #notices: Notices;
  readonly #database: AnswerDatabase;
  readonly #locks = new WebLocks(LOCKS);
  readonly #unsaved = new Map<string, Unsaved>();
  readonly #channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;
  #attempts = $state.raw<readonly Attempt[]>([]);
  #loaded = $state(false);
  #trouble = $state<Trouble | null>(null);
  /** Attempts that other tabs are at. */
  #elsewhere = $state.raw<ReadonlySet<string>>(new Set());
  #writing: Promise<void> = Promise.resolve();

  constructor(notices: Notices, database = new AnswerDatabase()) {
    this.#notices = notices;
    this.#database = database;
    this.#channel?.addEventListener('message', () => {
      if (this.#loaded) void this.load();
    });
  }

  /** In no order. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Why answers are kept only as long as the page is open; null where they are kept for good. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Attempts that can be gone on with, newest first. */
  get open(): readonly Attempt[] {
    const open = this.#attempts.filter(({ id, endedAt }) => endedAt === null && !this.#elsewhere.has(id));
    return open.toSorted((a, b) => b.startedAt - a.startedAt);
  }

  async load(): Promise<void> {
    await this.#writing;
    try {
      const stored = await this.#database.read();
      const own = this.#attempts.filter(({ id }) => this.#unsaved.has(id));
      this.#attempts = [...stored.filter(({ id }) => !this.#unsaved.has(id)), ...own];
    } catch (error) {
      this.#trouble = troubleOf(error);
    }
    this.#elsewhere = await heldElsewhere();
    this.#loaded = true;
  }

  /** Takes hold of an attempt, so that no other tab goes on with it; null where one does. */
  async hold(id: string): Promise<(() => void) | null> {
    if (!('locks' in navigator)) return () => undefined;
    return this.#locks.acquire(id, 'try', () => undefined);
  }

  begin(attempt: Attempt): Promise<void> {
    this.#attempts = [...this.#attempts, attempt];
    const { answers, ...record } = attempt;
    return this.#save(attempt.id, { record, isNew: true, answers });
  }

  answer(id: string, answer: QuizAnswer): Promise<void> {
    this.#change(id, (attempt) => ({ ...attempt, answers: [...attempt.answers, answer] }));
    return this.#save(id, { record: null, isNew: false, answers: [answer] });
  }

  /** Ends an attempt; what was answered stays. */
  async end(id: string, endedAt: number): Promise<void> {
    this.#change(id, (attempt) => ({ ...attempt, endedAt }));
    const attempt = this.#attempts.find((one) => one.id === id);
    if (!attempt) return;
    const { answers: _, ...record } = attempt;
    await this.#save(id, { record, isNew: false, answers: [] });
    this.#tellOthers();
  }

  /** Deletes attempts; `sentence` stands beside the way back. */
  async remove(ids: readonly string[], sentence: string): Promise<void> {
    const gone = this.#attempts.filter(({ id }) => ids.includes(id));
    this.#attempts = this.#attempts.filter(({ id }) => !ids.includes(id));
    for (const id of ids) this.#unsaved.delete(id);
    await this.#write(() => this.#database.remove(ids));
    this.#tellOthers();
    this.#notices.tell(sentence, async () => {
      for (const attempt of gone) await this.begin(attempt);
      this.#tellOthers();
    });
  }

  #change(id: string, change: (attempt: Attempt) => Attempt): void {
    this.#attempts = this.#attempts.map((attempt) => (attempt.id === id ? change(attempt) : attempt));
  }

  #save(id: string, news: Unsaved): Promise<void> {
    const before = this.#unsaved.get(id);
    this.#unsaved.set(id, {
      record: news.record ?? before?.record ?? null,
      isNew: news.isNew || (before?.isNew ?? false),
      answers: [...(before?.answers ?? []), ...news.answers],
    });
    return this.#write(() => this.#flush());
  }

  async #flush(): Promise<void> {
    for (const [id, unsaved] of [...this.#unsaved]) {
      await this.#database.save(id, unsaved);
      // What came meanwhile waits for its own turn; writing an answer again does nothing.
      if (this.#unsaved.get(id) === unsaved) this.#unsaved.delete(id);
    }
    this.#trouble = null;
  }

  /** One after the other; a failure is said and not thrown, because a quiz goes on all the same. */
  #write(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      this.#trouble = troubleOf(error);
    });
    return this.#writing;
  }

  #tellOthers(): void {
    this.#channel?.postMessage('changed');
  }
}

function troubleOf(error: unknown): Trouble {
  return error instanceof NotKept ? error.trouble : 'off';
}

/** Attempts that any tab is at now. */
async function heldElsewhere(): Promise<ReadonlySet<string>> {
  if (!('locks' in navigator)) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held?.flatMap(({ name }) => (name?.startsWith(`${LOCKS}:`) ? [name.slice(LOCKS.length + 1)] : [])));
}

/** A record that can be written. */
export function newAttempt(record: Omit<AttemptRecord, 'id' | 'endedAt'>): Attempt {
  // Only pages of secure origins are given random ids by the browser.
  const id = globalThis.crypto.randomUUID?.() ?? `${record.startedAt}-${performance.now()}`;
  return { ...record, id, endedAt: null, answers: [] };
}
