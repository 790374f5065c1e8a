// The list of an import as the page shows it. Hundreds of lines change many times a second while files are read; they
// are gathered and shown four times a second.
import type { ImportEntry } from '../../../workers/dataApi';
import { ImportTally, isOver, secondsLeft, type ImportGroup, type ImportView } from './importTally';
import { notePending, pathsToRemember } from './pendingFiles';

const SHOWN_EVERY_MS = 250;
const NOTHING: ImportView = { entries: [], groups: [], share: 0 };

export class ImportProgress {
  readonly #tally = new ImportTally();
  #view = $state.raw<ImportView>(NOTHING);
  #secondsLeft = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #started = 0;
  #pausedAt: number | null = null;
  /** How many files were pending when that was last written down. */
  #remembered = -1;
  #given: readonly string[] = [];

  get entries(): readonly ImportEntry[] {
    return this.#view.entries;
  }

  get groups(): ImportView['groups'] {
    return this.#view.groups;
  }

  get share(): number {
    return this.#view.share;
  }

  /** Of the whole import; null while it cannot be told. */
  get secondsLeft(): number | null {
    return this.#secondsLeft;
  }

  count(group: ImportGroup): number {
    return this.groups.find((other) => other.group === group)?.entries.length ?? 0;
  }

  /** @param given paths of all files, remembered until it is known which recordings they make */
  begin(given: readonly string[]): void {
    this.clear();
    this.#given = pathsToRemember(given);
    this.#remembered = -1;
    notePending([], this.#given);
    this.#started = performance.now();
    this.#pausedAt = null;
  }

  take(entry: ImportEntry): void {
    this.#tally.take(entry);
    this.#timer ??= setTimeout(() => this.#show(), SHOWN_EVERY_MS);
  }

  /** Pauses do not count in the time left. */
  set isPaused(paused: boolean) {
    if (paused) this.#pausedAt ??= performance.now();
    else if (this.#pausedAt !== null) {
      this.#started += performance.now() - this.#pausedAt;
      this.#pausedAt = null;
    }
  }

  /** @param last the import's own account of every line, null where it broke off */
  end(last: readonly ImportEntry[] | null): void {
    for (const entry of last ?? []) this.#tally.take(entry);
    this.#show();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tally.clear();
    this.#view = NOTHING;
    this.#secondsLeft = null;
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#view = this.#tally.view();
    const spent = (this.#pausedAt ?? performance.now()) - this.#started;
    this.#secondsLeft = secondsLeft(this.#view.share, spent / 1000);
    this.#remember();
  }

  /** Keeps the list of what is not taken in, for the case that the tab is closed. */
  #remember(): void {
    const pending = this.#view.entries.filter((entry) => !isOver(entry)).map(({ path }) => path);
    if (pending.length === this.#remembered && this.#given.length === 0) return;
    this.#remembered = pending.length;
    notePending([...this.#given, ...this.#view.entries.map(({ path }) => path)], pending);
    this.#given = [];
  }
}
