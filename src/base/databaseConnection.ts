// An IndexedDB connection that outlives what browsers do to it: they drop connections on sleep, suspend and storage faults,
// after which every use of the old handle fails for ever. Work that meets this is done once more on a new one.
import type { IDBPDatabase } from 'idb';

/** What the opening of a database has to be told; for `openDB`. */
export interface ConnectionEvents {
  blocking(): void;
  terminated(): void;
}

export class DatabaseConnection<Schema> {
  readonly #connect: (events: ConnectionEvents) => Promise<IDBPDatabase<Schema>>;
  readonly #onNewer: () => void;
  /** Shared by all who wait for it; null while closed or dead. */
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  /** @param onNewer another tab wants a newer version; unless it is given, this one goes out of the way */
  constructor(
    connect: (events: ConnectionEvents) => Promise<IDBPDatabase<Schema>>,
    onNewer: (() => void) | null = null,
  ) {
    this.#connect = connect;
    this.#onNewer = onNewer ?? (() => this.close());
  }

  /** Does its work, once more where the browser had dropped the connection. */
  async use<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (!isLost(error)) throw error;
      this.close();
    }
    return work(await this.#open());
  }

  /** Lets go of the connection; the next use opens it again. */
  close(): void {
    this.#opened?.then(
      (db) => db.close(),
      () => undefined,
    );
    this.#opened = null;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#opened) return this.#opened;
    const drop = () => {
      if (this.#opened === opening) this.#opened = null;
    };
    const opening = this.#connect({ blocking: () => this.#onNewer(), terminated: drop });
    this.#opened = opening;
    opening.catch(drop);
    return opening;
  }
}

/** What there is of a transaction of any kind. */
interface Transaction {
  readonly done: Promise<void>;
  readonly error: DOMException | null;
  abort(): void;
}

/**
 * Does its work in a transaction and waits until that is complete: a put that succeeded may still be taken back
 * (Chromium reports a full disk after it).
 * @throws Error of the work, or the browser's reason where it ended the transaction
 */
export async function completed<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  // Without a listener the rejection of `done` would count as unhandled while `work` is still under way.
  const ended = transaction.done.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  let result: T;
  try {
    result = await work();
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended already.
    }
    await ended;
    // Where the browser ended the transaction, its reason says more than the request that noticed.
    throw nameOfError(error) === 'AbortError' ? (transaction.error ?? error) : error;
  }
  const failure = await ended;
  if (failure) throw transaction.error ?? failure.error;
  return result;
}

export function nameOfError(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

/** A dead handle, as Chromium, Firefox and Safari report it. */
function isLost(error: unknown): boolean {
  const message = error instanceof Error || error instanceof DOMException ? error.message : '';
  return /^(InvalidState|Unknown)Error$/.test(nameOfError(error)) || /connection .*(lost|clos)/i.test(message);
}
