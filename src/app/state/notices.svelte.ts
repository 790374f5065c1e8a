// What the page tells people outside its views: sentences for the live region, undo bars for deletes, and the error
// dialog with what happened, why, and what to do.
import * as m from '../../words/messages';

export interface Toast {
  id: number;
  sentence: string;
  /** Takes the deed back; null for plain information. */
  undo: (() => Promise<void>) | null;
}

export interface Problem {
  what: string;
  why: string;
  todo: string;
  diagnostics: string;
  /** A way out other than closing the dialog. */
  action: { label: string; run: () => void } | null;
}

const secondsOfUndo = 30;
const secondsOfWords = 8;

export class Notices {
  #announcement = $state('');
  #toasts = $state.raw<readonly Toast[]>([]);
  #problem = $state.raw<Problem | null>(null);
  #count = 0;
  #held = false;
  #timers: Record<number, ReturnType<typeof setTimeout>> = {};
  /** Facts for "copy diagnostics"; no file names, no pictures, no recipe. */
  readonly #facts: () => string;

  constructor(facts: () => string) {
    this.#facts = facts;
  }

  get announcement(): string {
    return this.#announcement;
  }

  get toasts(): readonly Toast[] {
    return this.#toasts;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  /** Says a sentence to screen readers. */
  announce(sentence: string): void {
    this.#announcement = sentence;
  }

  /**
   * Shows a sentence for a while, with an undo button where the deed can be taken back.
   * @returns what `dismiss` takes it away by
   */
  tell(sentence: string, undo: (() => Promise<void>) | null = null): number {
    const toast = { id: ++this.#count, sentence, undo };
    this.#toasts = [...this.#toasts, toast].slice(-3);
    this.announce(sentence);
    if (!this.#held) this.#time(toast);
    return toast.id;
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers[id]);
    delete this.#timers[id];
    this.#toasts = this.#toasts.filter((toast) => toast.id !== id);
  }

  /** Lets messages stay while somebody is at them; when they leave, the time begins anew. */
  hold(held: boolean): void {
    this.#held = held;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#timers = {};
    if (!held) this.#toasts.forEach((toast) => this.#time(toast));
  }

  report(what: string, error: unknown, todo: string, action: Problem['action'] = null): void {
    const why = sentenceOf(error);
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    this.#problem = { what, why, todo, action, diagnostics: [what, why, this.#facts(), stack].join('\n') };
    this.announce(`${what} ${why}`);
  }

  closeProblem(): void {
    this.#problem = null;
  }

  /** Does something that may fail; a failure opens the dialog and gives null. */
  async attempt<T>(what: string, todo: string, deed: () => Promise<T>): Promise<T | null> {
    try {
      return await deed();
    } catch (error) {
      this.report(what, error, todo);
      return null;
    }
  }

  #time({ id, undo }: Toast): void {
    const seconds = undo ? secondsOfUndo : secondsOfWords;
    this.#timers[id] = setTimeout(() => this.dismiss(id), seconds * 1000);
  }
}

/** An error as a sentence with its full stop. */
export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text === '') return m.runs_no_reason();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
