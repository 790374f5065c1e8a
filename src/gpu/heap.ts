// The memory of tfjs's wasm backend, for kernels that are loops in place instead of chains of stock ops: our own wasm
// module works on it (loops.ts), or plain JavaScript over typed arrays. All that is private in tfjs-backend-wasm 4.22 and
// needed for it is touched here.
import type * as tf from '@tensorflow/tfjs';
import type { LoopFunctions } from './loops';
import { startLoops } from './loops';

/** The fields of BackendWasm that are used; most are private there. */
interface Internals {
  wasm: {
    _malloc(bytes: number): number;
    _free(address: number): void;
    HEAPU8: Uint8Array<ArrayBuffer>;
    /** In the build with threads. */
    wasmMemory?: WebAssembly.Memory;
    /** In the build without. */
    asm: { memory?: WebAssembly.Memory };
  };
  dataIdMap: { get(id: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  disposeData(id: object): boolean;
  incRef(id: object): void;
}

const heaps = new WeakMap<object, Heap>();

/** The heap of a `wasm` backend, made once. */
export function heapOf(backend: object): Heap {
  let heap = heaps.get(backend);
  if (heap === undefined) {
    heap = new Heap(backend as Internals);
    heaps.set(backend, heap);
  }
  return heap;
}

/** A grow-only stretch of memory for what a kernel needs while it runs. */
interface Stretch {
  at: number;
  bytes: number;
}

export class Heap {
  readonly #backend: Internals;
  readonly #spare: Stretch = { at: 0, bytes: 0 };
  readonly #rooms: Stretch = { at: 0, bytes: 0 };
  readonly #constants = new Map<string, number>();
  #starting: Promise<void> | null = null;
  #loops: LoopFunctions | null = null;
  #threads = 1;

  constructor(backend: Internals) {
    this.#backend = backend;
  }

  /** Starts our own loops on this memory, once, with up to `threads` threads; without them kernels run their plain forms. */
  start(threads: number): Promise<void> {
    this.#starting ??= this.#startLoops(threads);
    // What could not be fetched may be had the next time.
    this.#starting.catch(() => (this.#starting = null));
    return this.#starting;
  }

  async #startLoops(threads: number): Promise<void> {
    const { wasm } = this.#backend;
    const memory = wasm.wasmMemory ?? wasm.asm.memory;
    if (memory === undefined) return;
    const started = await startLoops(memory, (bytes) => wasm._malloc(bytes), threads);
    if (started === null) return;
    this.#loops = started.functions;
    this.#threads = started.threads;
    this.room(1 << 16);
  }

  /** Our own loops; null where the browser cannot run them. */
  get loops(): LoopFunctions | null {
    return this.#loops;
  }

  /** How many threads share the loops. */
  get threads(): number {
    return this.#threads;
  }

  /** A new tensor (f32 unless said) with undefined contents. */
  output(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    return this.#backend.makeOutput([...shape], dtype);
  }

  release(...tensors: tf.TensorInfo[]): void {
    for (const { dataId } of tensors) this.#backend.disposeData(dataId);
  }

  /** The same memory as another output: for a result that is an input, changed in place or not at all. */
  again({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.#backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Where a tensor's numbers begin. Addresses stay right when memory grows. */
  address({ dataId }: tf.TensorInfo): number {
    return this.#backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** A tensor's numbers in place. The view dies when memory grows: make all outputs first, then take views. */
  floats(tensor: tf.TensorInfo): Float32Array<ArrayBuffer> {
    return this.#backend.typedArrayFromHeap(tensor) as Float32Array<ArrayBuffer>;
  }

  integers(tensor: tf.TensorInfo): Int32Array<ArrayBuffer> {
    return this.#backend.typedArrayFromHeap(tensor) as Int32Array<ArrayBuffer>;
  }

  /** `count` numbers at an address, as a view that dies when memory grows. */
  floatsAt(address: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#backend.wasm.HEAPU8.buffer, address, count);
  }

  /** At least `bytes` of memory until the next call: the kernel that asked has it for itself. */
  spare(bytes: number): number {
    this.#grow(this.#spare, bytes);
    return this.#spare.at;
  }

  /** Sees to it that every thread has at least `bytes` of memory of its own in the loops. */
  room(bytes: number): void {
    const each = Math.ceil(bytes / 64) * 64 + 64;
    const before = this.#rooms.bytes;
    this.#grow(this.#rooms, each * this.#threads);
    // Grown in place it has the same address, and yet every thread's part lies elsewhere.
    if (this.#rooms.bytes !== before)
      this.#loops?.setRoom(this.#rooms.at, Math.floor(this.#rooms.bytes / this.#threads / 64) * 64);
  }

  /** The address of numbers that never change, made at the first call for a name. */
  constant(name: string, make: () => Float32Array): number {
    let address = this.#constants.get(name);
    if (address === undefined) {
      const values = make();
      address = this.#allocate(values.byteLength);
      this.floatsAt(address, values.length).set(values);
      this.#constants.set(name, address);
    }
    return address;
  }

  #grow(stretch: Stretch, bytes: number): void {
    if (stretch.bytes >= bytes) return;
    if (stretch.bytes > 0) this.#backend.wasm._free(stretch.at);
    stretch.bytes = Math.ceil(bytes * 1.25);
    stretch.at = this.#allocate(stretch.bytes);
  }

  #allocate(bytes: number): number {
    return this.#backend.wasm._malloc(bytes) >>> 0;
  }
}
