// What an import has come to: its lines in groups, the share that is done, and the time left. Plain arithmetic on the
// entries that the data worker sends.
import type { ImportEntry } from '../../../workers/dataApi';

/** What needs a look comes first. */
export const IMPORT_GROUPS = [
  'halted',
  'refused',
  'reading',
  'waiting',
  'cancelled',
  'taken',
  'here',
  'aside',
] as const;

export type ImportGroup = (typeof IMPORT_GROUPS)[number];

export interface ImportView {
  /** In the order in which files were given. */
  entries: readonly ImportEntry[];
  /** Those that are not empty. */
  groups: readonly { group: ImportGroup; entries: readonly ImportEntry[] }[];
  /** Share of all bytes that are done, in [0, 1]. */
  share: number;
}

/** Before this much is done nothing can be said about the rest. */
const EARLIEST_SECONDS = 2;
const EARLIEST_SHARE = 0.01;

export class ImportTally {
  readonly #latest = new Map<number, ImportEntry>();

  take(entry: ImportEntry): void {
    this.#latest.set(entry.number, entry);
  }

  clear(): void {
    this.#latest.clear();
  }

  view(): ImportView {
    const entries = [...this.#latest.values()].sort((a, b) => a.number - b.number);
    const groups = IMPORT_GROUPS.map((group) => ({ group, entries: entries.filter((e) => groupOf(e) === group) }));
    let [done, all] = [0, 0];
    for (const entry of entries) {
      all += entry.bytes;
      done += entry.bytes * (isOver(entry) ? 1 : (entry.progress ?? 0));
    }
    return { entries, groups: groups.filter((g) => g.entries.length > 0), share: all === 0 ? 0 : done / all };
  }
}

/** Seconds that the rest takes at the pace so far; null while that cannot be told. */
export function secondsLeft(share: number, spent: number): number | null {
  return spent > EARLIEST_SECONDS && share > EARLIEST_SHARE ? (spent * (1 - share)) / share : null;
}

export function isOver({ state }: Pick<ImportEntry, 'state'>): boolean {
  return state !== 'queued' && state !== 'reading' && state !== 'paused';
}

function groupOf({ state, reason }: ImportEntry): ImportGroup {
  switch (state) {
    case 'queued':
      return 'waiting';
    case 'reading':
      return 'reading';
    case 'paused':
      return reason === 'full' ? 'halted' : 'reading';
    case 'done':
      return 'taken';
    case 'duplicate':
      return 'here';
    case 'ignored':
      return 'aside';
    case 'refused':
      return reason === 'cancelled' ? 'cancelled' : 'refused';
  }
}
