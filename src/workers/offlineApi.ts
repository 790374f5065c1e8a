// What the page and the service worker, which keeps the studio for use without a network, say to each other.

/** A file of the built studio. */
export interface StudioFile {
  /** From the page's folder. */
  url: string;
  /** Mark of its content; null where the name holds one. */
  revision: string | null;
  bytes: number;
}

/** What the studio consists of, as people may know it. */
export type FilePart = 'page' | 'engine' | 'models' | 'recorded';

/** Name of the browser cache that holds the files, those of a version that waits included. */
export const OFFLINE_CACHE = 'palindrome-files';

export type OfflineOrder =
  /** Asks what is kept. */
  | { kind: 'tell' }
  /** Has a waiting version take over now. */
  | { kind: 'take over' };

/** Why the copy could not be made: a file that the server does not give, or what the browser says. */
export type OfflineTrouble = { file: string; status: number } | { said: string };

export type OfflineNews =
  | { kind: 'filling'; bytes: number; of: number }
  | { kind: 'failed'; why: OfflineTrouble }
  | { kind: 'kept'; parts: Record<FilePart, number> };
