// Who took a quiz on this computer, and how. What cannot be written is held here and tried again with the next answer;
// until then the page says that it is kept only as long as it is open.
import { WebLocks } from '../../../checkpoints/webLocks';
import * as m from '../../../words/messages';
import type { Edits, Noted } from '../edits.svelte';
import type { Notices } from '../notices.svelte';
import { AnswerDatabase, type Trouble } from './answerDatabase';
import { AnswerWriter, troubleOf } from './answerWriter';
import { recordOf, type Attempt, type AttemptRecord, type QuizAnswer } from './attempt';

/** What was deleted while the list is open, with the way back. */
export interface Removal {
  readonly what: 'attempt' | 'person' | 'everybody';
  readonly sentence: string;
  readonly attempts: readonly Attempt[];
}

const LOCKS = 'palindrome-quiz';
const CHANNEL = 'palindrome-people';

export class People {
  readonly #notices: Notices;
  readonly #edits: Edits;
  #noted: readonly { removal: Removal; noted: Noted }[] = [];
  readonly #database: AnswerDatabase;
  readonly #locks = new WebLocks(LOCKS);
  readonly #writer: AnswerWriter;
  readonly #channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;
  #attempts = $state.raw<readonly Attempt[]>([]);
  #removals = $state.raw<readonly Removal[]>([]);
  #loaded = $state(false);
  #trouble = $state<Trouble | null>(null);
  /** Attempts that other tabs are at. */
  #elsewhere = $state.raw<readonly string[]>([]);

  constructor(notices: Notices, edits: Edits, database = new AnswerDatabase()) {
    this.#notices = notices;
    this.#edits = edits;
    this.#database = database;
    this.#writer = new AnswerWriter(database, (trouble) => (this.#trouble = trouble));
    this.#channel?.addEventListener('message', () => {
      if (this.#loaded) void this.load();
    });
  }

  /** In no order. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  /** Newest last; in the page's memory alone. */
  get removals(): readonly Removal[] {
    return this.#removals;
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
    const open = this.#attempts.filter(({ id, endedAt }) => endedAt === null && !this.#elsewhere.includes(id));
    return open.toSorted((a, b) => b.startedAt - a.startedAt);
  }

  async load(): Promise<void> {
    await this.#writer.settled;
    try {
      const stored = await this.#database.read();
      const own = this.#attempts.filter(({ id }) => this.#writer.holds(id));
      this.#attempts = [...stored.filter(({ id }) => !this.#writer.holds(id)), ...own];
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
    return this.#writer.save(attempt.id, { record: recordOf(attempt), isNew: true, answers: attempt.answers });
  }

  answer(id: string, answer: QuizAnswer): Promise<void> {
    this.#change(id, (attempt) => ({ ...attempt, answers: [...attempt.answers, answer] }));
    return this.#writer.save(id, { answers: [answer] });
  }

  /** Ends an attempt; what was answered stays, and one without an answer is forgotten. */
  async end(id: string, endedAt: number): Promise<void> {
    this.#change(id, (attempt) => ({ ...attempt, endedAt }));
    const attempt = this.#attempts.find((one) => one.id === id);
    if (!attempt) return;
    const isEmpty = attempt.answers.length === 0;
    if (isEmpty) this.#attempts = this.#attempts.filter((one) => one.id !== id);
    await (isEmpty ? this.#writer.remove([id]) : this.#writer.save(id, { record: recordOf(attempt) }));
    this.#tellOthers();
  }

  /** Deletes attempts at once; the list says so in their place, with the way back. */
  async remove(removal: Removal): Promise<void> {
    const ids = removal.attempts.map(({ id }) => id);
    let last = removal;
    const noted = this.#edits.did({
      name: m.quiz_edit_delete(),
      undo: () => this.#bringBack(last),
      redo: () => {
        // What was brought back may have been gone on with.
        last = { ...removal, attempts: this.#attempts.filter(({ id }) => ids.includes(id)) };
        this.#noted = [...this.#noted, { removal: last, noted }];
        return this.#takeAway(last);
      },
    });
    this.#noted = [...this.#noted, { removal, noted }];
    await this.#takeAway(removal);
  }

  /** Takes a deletion back. */
  async restore(removal: Removal): Promise<void> {
    await this.#noted.find((one) => one.removal === removal)?.noted.undo();
    // Of the edits only the last are kept; an older deletion comes back without them.
    if (!this.#removals.includes(removal)) return;
    await this.#bringBack(removal);
    this.#notices.announce(m.runs_undone({ name: m.quiz_edit_delete() }));
  }

  async #takeAway(removal: Removal): Promise<void> {
    const ids = removal.attempts.map(({ id }) => id);
    // Who deletes everybody needs no line for each.
    this.#removals = [...(removal.what === 'everybody' ? [] : this.#removals), removal];
    this.#attempts = this.#attempts.filter(({ id }) => !ids.includes(id));
    this.#notices.announce(removal.sentence);
    await this.#writer.remove(ids);
    this.#tellOthers();
  }

  async #bringBack(removal: Removal): Promise<void> {
    this.#removals = this.#removals.filter((other) => other !== removal);
    for (const attempt of removal.attempts) await this.begin(attempt);
    this.#tellOthers();
  }

  /** From here on nothing that was deleted comes back. */
  forgetRemoved(): void {
    this.#removals = [];
    for (const { noted } of this.#noted) noted.forget();
    this.#noted = [];
  }

  #change(id: string, change: (attempt: Attempt) => Attempt): void {
    this.#attempts = this.#attempts.map((attempt) => (attempt.id === id ? change(attempt) : attempt));
  }

  #tellOthers(): void {
    this.#channel?.postMessage('changed');
  }
}

/** Attempts that any tab is at now. */
async function heldElsewhere(): Promise<readonly string[]> {
  if (!('locks' in navigator)) return [];
  const { held } = await navigator.locks.query();
  return held?.flatMap(({ name }) => (name?.startsWith(`${LOCKS}:`) ? [name.slice(LOCKS.length + 1)] : [])) ?? [];
}

/** A record that can be written. */
export function newAttempt(record: Omit<AttemptRecord, 'id' | 'endedAt'>): Attempt {
  // Only pages of secure origins are given random ids by the browser.
  const id = globalThis.crypto.randomUUID?.() ?? `${record.startedAt}-${performance.now()}`;
  return { ...record, id, endedAt: null, answers: [] };
}
