// A run that is open for writing here: its lock, its fencing epoch, and queues that keep its writes in order.

export class RunSession {
  /** Rows of metrics written so far; the next row's number. */
  rows: number;
  readonly runId: string;
  readonly epoch: number;
  readonly #release: () => void;
  readonly #queues: Record<'saves' | 'rows', Promise<unknown>> = { saves: Promise.resolve(), rows: Promise.resolve() };
  #checkpoints = 0;

  constructor(runId: string, epoch: number, rows: number, release: () => void) {
    this.runId = runId;
    this.epoch = epoch;
    this.rows = rows;
    this.#release = release;
  }

  /** Runs after everything given to the same queue before, whether that worked or not. */
  inOrder<T>(queue: 'saves' | 'rows', work: () => Promise<T>): Promise<T> {
    const result = this.#queues[queue].then(work);
    this.#queues[queue] = result.catch(() => undefined);
    return result;
  }

  /** Never used before in this run: no two openings share an epoch. */
  nextCheckpointId(): string {
    return `${this.epoch}-${++this.#checkpoints}`;
  }

  async close(): Promise<void> {
    await this.#queues.rows;
    await this.#queues.saves;
    this.#release();
  }
}
