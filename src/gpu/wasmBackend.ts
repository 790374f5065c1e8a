// Starts tfjs's wasm backend, and our own loops on its memory. Where the page is cross-origin isolated it is tfjs's build
// with shared memory, so that our threads can work on the same numbers; tfjs itself is kept to one thread, because its
// threads need scripts from blob:, which the content security policy forbids, and because nothing hot is left to it.
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { heapOf } from './heap';
import * as m from '../words/messages';

/** More threads than this gain little on products as small as ours. */
const MOST_THREADS = 8;

/** tfjs's build with threads makes eight workers when it starts; asked for one thread it never gives them work. */
class IdleWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: unknown = null;

  postMessage(): void {
    queueMicrotask(() => this.onmessage?.({ data: { cmd: 'loaded' } }));
  }

  terminate(): void {}
}

async function withIdleWorkers<T>(start: () => Promise<T>): Promise<T> {
  const real = globalThis.Worker;
  globalThis.Worker = IdleWorker as unknown as typeof Worker;
  try {
    return await start();
  } finally {
    globalThis.Worker = real;
  }
}

/** tfjs's own copies the numbers, and its tape makes a clone of everything it saves: 130 copies a training step. */
function shareClones(): void {
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => heapOf(backend as object).again(inputs['x'] as tf.TensorInfo),
  });
}

/**
 * @param most threads that our loops may take; as many as pay unless said
 * @throws Error where the backend cannot start
 */
export async function startWasm(most = MOST_THREADS): Promise<void> {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': wasmUrl,
    'tfjs-backend-wasm-simd.wasm': wasmSimdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': wasmThreadedUrl,
  });
  setThreadsCount(1);
  const isolated = globalThis.crossOriginIsolated === true;
  // A browser may refuse shared memory even to an isolated page.
  if (!(isolated && (await start(true))) && !(await start(false))) {
    throw new Error(m.engine_wasm_failed());
  }
  shareClones();
  const threads = Math.max(1, Math.min(MOST_THREADS, navigator.hardwareConcurrency, most));
  await heapOf(tf.backend()).start(threads);
}

function start(shared: boolean): Promise<boolean> {
  if (!shared) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  return withIdleWorkers(() => tf.setBackend('wasm'));
}
