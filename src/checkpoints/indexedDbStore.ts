// The store the studio uses: the checkpoint protocol over IndexedDB and Web Locks. Works in a page and in a worker.

import type { IndexedDbOptions } from './indexedDbStorage';
import { IndexedDbStorage } from './indexedDbStorage';
import { ProtocolStore } from './protocol';
import type { CheckpointStore } from './store';
import { WebLocks } from './webLocks';

export const DATABASE = 'palindrome-runs';

/**
 * Opens the store and sweeps what cut-off saves left behind.
 * @param database another name keeps tests apart from the person's runs.
 * @throws {StorageProblem} `StorageBroken` or `UpdateNeeded` if the database cannot be opened.
 */
export async function openIndexedDbStore(
  options: IndexedDbOptions = {},
  database: string = DATABASE,
): Promise<CheckpointStore> {
  const store = new ProtocolStore(new IndexedDbStorage(database, options), new WebLocks(database));
  await store.sweep();
  return store;
}
