// Which files of an import are not taken in yet, kept over a closed tab: a page cannot open them again by itself, but it
// can say which they were. Only paths are kept, in this browser. Imports of several tabs share the list.

const KEY = 'palindrome-import-pending';
const LOCK = 'palindrome-importing';
const MOST = 1000;
const IN_FOLDER = /\/[^/]+\.(jpe?g|png|webp)$/i;

/** Paths that no import finished; none while another tab is still at work on them. */
export async function pathsLeftOver(): Promise<string[]> {
  if ('locks' in navigator) {
    const { held } = await navigator.locks.query();
    if (held?.some(({ name }) => name === LOCK)) return [];
  }
  return read();
}

/** What stands for the files of an import while nobody knows what they are; pictures are read as folders. */
export function pathsToRemember(files: readonly string[]): string[] {
  return [...new Set(files.map((path) => path.replace(IN_FOLDER, '')))];
}

/** Takes paths off the list, then puts others (or the same again) on it. */
export function notePending(off: readonly string[], on: readonly string[]): void {
  const gone = new Set(off);
  const paths = new Set([...read().filter((path) => !gone.has(path)), ...on]);
  try {
    if (paths.size === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify([...paths].slice(0, MOST)));
  } catch {
    // Without storage nothing is remembered; the import itself is not touched.
  }
}

/** Tells other tabs for as long as `work` takes that an import is on. */
export async function whileImporting<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(LOCK, { mode: 'shared' }, work);
}

function read(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((path) => typeof path === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}
