// One worker as the page sees it: comlink calls that cannot hang. A worker that dies leaves comlink's promises open
// for ever, so every call is tied to the worker's life and rejects with words when that ends.
import { type Remote, wrap } from 'comlink';
import * as m from '../../words/messages';

type Call = (...args: unknown[]) => Promise<unknown>;

export class WorkerClient<Api> {
  readonly api: Remote<Api>;
  readonly #worker: Worker;
  readonly #pending = new Set<(reason: Error) => void>();
  readonly #onCrash: (why: string) => void;
  #ended: Error | null = null;

  /** @param onCrash told once, in words, when the worker fails on its own. */
  constructor(worker: Worker, onCrash: (why: string) => void) {
    this.#worker = worker;
    this.#onCrash = onCrash;
    worker.addEventListener('error', (event) => this.#crash(event.message || m.page_worker_unloaded()));
    worker.addEventListener('messageerror', () => this.#crash(m.page_worker_unread()));
    this.api = this.#guarded(wrap<Api>(worker));
  }

  /** Ends the worker; open calls reject. */
  close(): void {
    this.#end(new Error(m.page_worker_closed()));
  }

  #crash(why: string): void {
    if (this.#ended) return;
    this.#end(new Error(m.page_worker_stopped({ why })));
    this.#onCrash(why);
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    this.#worker.terminate();
    for (const reject of this.#pending) reject(reason);
    this.#pending.clear();
  }

  #guarded(remote: Remote<Api>): Remote<Api> {
    return new Proxy(remote as object, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key);
        if (typeof key !== 'string' || key === 'then') return method;
        return (...args: unknown[]) => this.#call(() => (method as Call)(...args));
      },
    }) as Remote<Api>;
  }

  #call(call: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#pending.add(reject);
      call()
        .then(resolve, reject)
        .finally(() => this.#pending.delete(reject));
    });
  }
}
