// The two workers and the channel between them: batches go from data to GPU without crossing the page. `?threads=N` in
// the page's address limits the threads of the processor path.
import { type Remote, transfer } from 'comlink';
import type { DataApi } from '../../workers/dataApi';
import type { GpuApi } from '../../workers/gpuApi';
import { WorkerClient } from './workerClient';

export type Part = 'data' | 'gpu';

export class Engine {
  #data: WorkerClient<DataApi>;
  #gpu: WorkerClient<GpuApi>;
  #connected: Promise<void>;
  readonly #onCrash: (part: Part, why: string) => void;

  constructor(onCrash: (part: Part, why: string) => void) {
    this.#onCrash = onCrash;
    this.#data = this.#startData();
    this.#gpu = this.#startGpu();
    this.#connected = this.#connect();
  }

  get data(): Remote<DataApi> {
    return this.#data.api;
  }

  get gpu(): Remote<GpuApi> {
    return this.#gpu.api;
  }

  /** Settles when both workers have their end of the channel. */
  get connected(): Promise<void> {
    return this.#connected;
  }

  /** Ends both workers and starts fresh ones; whatever was not saved is lost. */
  restart(): Promise<void> {
    this.#data.close();
    this.#gpu.close();
    this.#data = this.#startData();
    this.#gpu = this.#startGpu();
    this.#connected = this.#connect();
    return this.#connected;
  }

  async #connect(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    await Promise.all([this.data.connect(transfer(port1, [port1])), this.gpu.connect(transfer(port2, [port2]))]);
  }

  #startData(): WorkerClient<DataApi> {
    const worker = new Worker(new URL('../../workers/data.worker.ts', import.meta.url), { type: 'module' });
    return new WorkerClient(worker, (why) => this.#onCrash('data', why));
  }

  #startGpu(): WorkerClient<GpuApi> {
    const worker = new Worker(new URL('../../workers/gpu.worker.ts', import.meta.url), { type: 'module' });
    const client = new WorkerClient<GpuApi>(worker, (why) => this.#onCrash('gpu', why));
    const most = Number(new URLSearchParams(location.search).get('threads'));
    // Heard before anything can start a backend.
    if (Number.isInteger(most) && most > 0) client.api.limitThreads(most).catch(() => undefined);
    return client;
  }
}
