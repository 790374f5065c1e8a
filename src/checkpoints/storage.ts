// The port under the checkpoint protocol: rooms of keyed values and atomic transactions, no more than IndexedDB offers.
// The protocol is written against it, so that tests can put a storage underneath that fails at every single step.

export const ROOMS = ['runs', 'manifests', 'chunks', 'metrics', 'reports'] as const;
export type Room = (typeof ROOMS)[number];

/**
 * One atomic transaction. Only its own operations may be awaited inside: a transaction commits as soon as nothing of it
 * is under way, and a digest or a timer in between would end it.
 */
export interface StorageTransaction {
  get(room: Room, key: string): Promise<unknown>;
  /** Values in the order of their keys. */
  values(room: Room, prefix: string): Promise<unknown[]>;
  keys(room: Room, prefix: string): Promise<string[]>;
  /** Writes a key that must not exist yet. */
  add(room: Room, key: string, value: unknown): Promise<void>;
  put(room: Room, key: string, value: unknown): Promise<void>;
  delete(room: Room, key: string): Promise<void>;
  deletePrefix(room: Room, prefix: string): Promise<void>;
}

/** `strict` waits for the disk; `relaxed` may lose the newest transactions, but never half of one, in a power cut. */
export type TransactionMode = 'read' | 'relaxed' | 'strict';

export interface StoragePort {
  /**
   * Runs `work` in one transaction and resolves when it is committed. All of it happens or nothing. It may run twice
   * if the connection dies in between, so it must read what it depends on inside.
   * @throws {StorageProblem} `StorageFull` when there is no room; otherwise what `work` threw.
   */
  transact<T>(
    rooms: readonly Room[],
    mode: TransactionMode,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T>;
  /** A newer version that wants the storage to itself waits until `work` is done. */
  keepOpen<T>(work: () => Promise<T>): Promise<T>;
  /** What the browser says about the whole origin, in bytes; a promise of room it is not. */
  estimate(): Promise<{ used: number | null; quota: number | null; persisted: boolean }>;
  close(): void;
}

/** Exclusive locks between tabs and workers. */
export interface LockPort {
  /**
   * Resolves to a function that gives the lock back, or to null if another holder keeps it.
   * @param onLost called once if someone else steals it.
   */
  acquire(name: string, how: 'try' | 'wait briefly' | 'steal', onLost: () => void): Promise<(() => void) | null>;
  /** Names of all locks that are held, here or elsewhere. */
  held(): Promise<string[]>;
}
