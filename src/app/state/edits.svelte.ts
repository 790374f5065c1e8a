// What was done and can be taken back: names, pins, deletes, what is known of episodes, the recipe. One line of history for
// all of them, by Ctrl+Z and by the bar that says what was done. Descriptions have a history of their own while they are
// being written.
import * as m from '../../words/messages';
import type { Notices } from './notices.svelte';

export interface Edit {
  /** What it is called when it is taken back: "the name of a run". */
  name: string;
  undo(): Promise<unknown> | void;
  redo(): Promise<unknown> | void;
  /** Edits of the same thing that follow each other at once are one. */
  thing?: string;
}

/** What can be done with an edit that was noted. */
export interface Noted {
  /** Takes it back, also where others were done since. */
  undo(): Promise<void>;
  /** From here on it can neither be taken back nor done again. */
  forget(): void;
}

interface Done extends Edit {
  at: number;
  toast: number | null;
}

const most = 100;
/** Longest pause between two edits of one thing that count as one. */
const pauseMs = 1500;

export class Edits {
  readonly #notices: Notices;
  #done = $state.raw<readonly Done[]>([]);
  #undone = $state.raw<readonly Done[]>([]);
  #busy: Promise<void> = Promise.resolve();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** What would be taken back next; null where there is nothing. */
  get next(): string | null {
    return this.#done.at(-1)?.name ?? null;
  }

  /** What would be done again next. */
  get nextAgain(): string | null {
    return this.#undone.at(-1)?.name ?? null;
  }

  /** Notes what was done. @param sentence shown with an undo button; edits that show at once where they are made need none */
  did(edit: Edit, sentence: string | null = null): Noted {
    const now = performance.now();
    const last = this.#done.at(-1);
    this.#undone = [];
    if (edit.thing !== undefined && last?.thing === edit.thing && now - last.at < pauseMs) {
      const longer = { ...last, redo: edit.redo, at: now };
      this.#done = [...this.#done.slice(0, -1), longer];
      return this.#noted(longer);
    }
    const done: Done = { ...edit, at: now, toast: null };
    if (sentence !== null) done.toast = this.#notices.tell(sentence, () => this.#takeBack(done));
    this.#done = [...this.#done, done].slice(-most);
    return this.#noted(done);
  }

  #noted(edit: Done): Noted {
    return {
      undo: () => this.#inOrder(() => this.#takeBack(edit)),
      forget: () => {
        if (edit.toast !== null) this.#notices.dismiss(edit.toast);
        this.#done = this.#done.filter((other) => other !== edit);
        this.#undone = this.#undone.filter((other) => other !== edit);
      },
    };
  }

  /** Tells whoever pressed something that it was so already; there is nothing to take back. */
  wasSo(sentence: string): void {
    this.#notices.tell(sentence);
  }

  undo(): Promise<void> {
    return this.#inOrder(async () => {
      const last = this.#done.at(-1);
      if (last) await this.#takeBack(last);
      else this.#notices.announce(m.runs_undo_none());
    });
  }

  redo(): Promise<void> {
    return this.#inOrder(async () => {
      const edit = this.#undone.at(-1);
      if (!edit) return this.#notices.announce(m.runs_redo_none());
      this.#undone = this.#undone.slice(0, -1);
      if (!(await this.#attempt(m.runs_redo_failed(), () => edit.redo()))) return;
      this.#done = [...this.#done, edit];
      edit.toast = this.#notices.tell(m.runs_redone({ name: edit.name }), () => this.#takeBack(edit));
    });
  }

  /** An edit need not be the last one: its bar may be older. */
  async #takeBack(edit: Done): Promise<void> {
    if (!this.#done.includes(edit)) return;
    this.#done = this.#done.filter((other) => other !== edit);
    if (edit.toast !== null) this.#notices.dismiss(edit.toast);
    if (!(await this.#attempt(m.runs_undo_failed(), () => edit.undo()))) return;
    this.#undone = [...this.#undone, edit];
    this.#notices.announce(m.runs_undone({ name: edit.name }));
  }

  async #attempt(what: string, deed: () => Promise<unknown> | void): Promise<boolean> {
    const done = await this.#notices.attempt(what, m.runs_undo_todo(), async () => {
      await deed();
      return true;
    });
    return done === true;
  }

  /** Quick presses wait for each other. */
  #inOrder(work: () => Promise<void> | void): Promise<void> {
    this.#busy = this.#busy.then(work, work);
    return this.#busy;
  }
}
