// Our own wasm module (wasm/, built by scripts/wasm.mjs) on the memory of tfjs's wasm backend, and the threads that share
// its loops. Where the page is cross-origin isolated the memory is shared and helpers are started; else one thread works.
import fusedUrl from '../../wasm/fused.wasm?url';
import sharedUrl from '../../wasm/shared.wasm?url';
import singleUrl from '../../wasm/single.wasm?url';

/** The module's exports; sizes in numbers, addresses and steps in bytes. wasm/ says what each does. */
export interface LoopFunctions {
  setUp(control: number, threads: number): void;
  setRoom(at: number, bytes: number): void;
  serve(control: number, index: number): void;
  multiply(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    m: number,
    n: number,
    k: number,
    packed: number,
    bias: number,
    sums: number,
    finish: number,
    first: number,
    second: number,
  ): void;
  attentionRoom(tokens: number, headWidth: number): number;
  attentionGradRoom(tokens: number, headWidth: number): number;
  attend(
    qkv: number,
    out: number,
    logSumExp: number,
    batch: number,
    tokens: number,
    heads: number,
    kvHeads: number,
    headWidth: number,
    causal: number,
  ): void;
  attendGrad(
    qkv: number,
    out: number,
    logSumExp: number,
    dOut: number,
    dqkv: number,
    batch: number,
    tokens: number,
    heads: number,
    kvHeads: number,
    headWidth: number,
    causal: number,
  ): void;
  attendCached(
    qkv: number,
    cache: number,
    mask: number,
    out: number,
    batch: number,
    rows: number,
    heads: number,
    kvHeads: number,
    headWidth: number,
  ): void;
  addNorm(
    x: number,
    delta: number,
    sum: number,
    weight: number,
    bias: number,
    out: number,
    statistics: number,
    rows: number,
    width: number,
    centred: number,
    epsilon: number,
  ): void;
  addNormGrad(
    x: number,
    statistics: number,
    weight: number,
    dSum: number,
    dNormed: number,
    dx: number,
    dWeight: number,
    dBias: number,
    partial: number,
    rows: number,
    width: number,
    centred: number,
  ): void;
  rotate(
    x: number,
    positions: number,
    table: number,
    out: number,
    rows: number,
    width: number,
    turned: number,
    headWidth: number,
    direction: number,
  ): void;
  softmaxStatistics(logits: number, statistics: number, rows: number, classes: number): void;
  softmaxSlopes(
    logits: number,
    statistics: number,
    labels: number,
    scales: number,
    slopes: number,
    rows: number,
    classes: number,
  ): void;
  squareSum(x: number, count: number, partial: number): number;
  accumulate(sum: number, gradient: number, count: number, keep: number, part: number): void;
  adamW(
    parameters: number,
    moment1: number,
    moment2: number,
    gradient: number,
    decay: number,
    count: number,
    control: number,
    factor: number,
  ): void;
}

export interface Loops {
  functions: LoopFunctions;
  /** How many threads share the loops, the caller's among them. */
  threads: number;
  /** Ends the helpers; the functions must not be called afterwards. */
  stop(): void;
}

/** What a helper is told when it starts. */
export interface HelperTask {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: number;
  index: number;
}

/** Bytes of the block through which threads agree; it starts at a multiple of 64. */
const CONTROL_BYTES = 640;
/** A helper that has not answered by then is done without. */
const PATIENCE_MS = 10_000;

/**
 * @param memory the backend's
 * @param allocate its allocator
 * @param threads how many threads to work with; only one where the memory is not shared
 * @returns null where the browser cannot run the module (no SIMD)
 */
export async function startLoops(
  memory: WebAssembly.Memory,
  allocate: (bytes: number) => number,
  threads: number,
): Promise<Loops | null> {
  const shared = !(memory.buffer instanceof ArrayBuffer);
  const module = shared ? ((await load(fusedUrl)) ?? (await load(sharedUrl))) : await load(singleUrl);
  if (module === null) return null;
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const functions = instance.exports as unknown as LoopFunctions;
  const control = Math.ceil((allocate(CONTROL_BYTES + 64) >>> 0) / 64) * 64;
  new Uint8Array(memory.buffer, control, CONTROL_BYTES).fill(0);
  functions.setUp(control, 1);
  const wanted = shared ? Math.max(0, threads - 1) : 0;
  const started = await Promise.all(
    Array.from({ length: wanted }, (_, i) => startHelper({ module, memory, control, index: i + 1 })),
  );
  // Helpers find their rooms by index, so those after one that did not start are not counted on.
  const helpers = started.indexOf(null) === -1 ? wanted : started.indexOf(null);
  for (const worker of started.slice(helpers)) worker?.terminate();
  functions.setUp(control, 1 + helpers);
  return { functions, threads: 1 + helpers, stop: () => started.forEach((worker) => worker?.terminate()) };
}

/** Null where the browser does not know the instructions. */
async function load(url: string): Promise<WebAssembly.Module | null> {
  const bytes = await (await fetch(url)).arrayBuffer();
  return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : null;
}

/** Null where no worker could be started. */
function startHelper(task: HelperTask): Promise<Worker | null> {
  return new Promise((resolve) => {
    let worker: Worker;
    try {
      worker = new Worker(new URL('./loopHelper.worker.ts', import.meta.url), { type: 'module', name: 'helper' });
    } catch {
      resolve(null);
      return;
    }
    const giveUp = () => {
      worker.terminate();
      resolve(null);
    };
    const timer = setTimeout(giveUp, PATIENCE_MS);
    worker.onerror = () => {
      clearTimeout(timer);
      giveUp();
    };
    worker.onmessage = () => {
      clearTimeout(timer);
      resolve(worker);
    };
    worker.postMessage(task);
  });
}
