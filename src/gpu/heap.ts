// The memory of tfjs's wasm backend, for kernels that a chain of stock ops serves badly: loops over typed arrays, and many
// small matrix products without a copy or a JavaScript op for each. The backend's own product is fast (XNNPACK, 30 GFLOP/s
// where 2 is usual) only for one pair of untransposed matrices; with a batch or a transposition flag it is a plain loop,
// 13 times slower (measured). All that is private in tfjs-backend-wasm 4.22 and needed for it is touched here.
import * as tf from '@tensorflow/tfjs';

/** The fields of BackendWasm that are used; most are private there. */
interface Internals {
  wasm: {
    cwrap(name: string, returns: null, parameters: string[]): MatMul;
    tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  dataIdNextNumber: number;
  dataIdMap: { get(id: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  disposeData(id: object): boolean;
}

type MatMul = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: boolean,
  transposeB: boolean,
  out: number,
) => void;

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

export class Heap {
  readonly #backend: Internals;
  readonly #matMul: MatMul;

  constructor(backend: Internals) {
    this.#backend = backend;
    const n = 'number';
    this.#matMul = backend.wasm.cwrap('BatchMatMul', null, [n, 'array', n, n, 'array', n, n, n, n]);
  }

  /** A new f32 tensor with undefined contents. */
  output(shape: readonly number[]): tf.TensorInfo {
    return this.#backend.makeOutput([...shape], 'float32');
  }

  release(...tensors: tf.TensorInfo[]): void {
    for (const { dataId } of tensors) this.#backend.disposeData(dataId);
  }

  /** A tensor's numbers in place. The view dies when memory grows: make all outputs first, then take views. */
  floats(tensor: tf.TensorInfo): Float32Array<ArrayBuffer> {
    return this.#backend.typedArrayFromHeap(tensor) as Float32Array<ArrayBuffer>;
  }

  integers(tensor: tf.TensorInfo): Int32Array<ArrayBuffer> {
    return this.#backend.typedArrayFromHeap(tensor) as Int32Array<ArrayBuffer>;
  }

  /** Softmax over the last of two axes, a tensor of the same shape. */
  softmax(x: tf.TensorInfo): tf.TensorInfo {
    const kernel = tf.getKernel('Softmax', 'wasm');
    return kernel.kernelFunc({
      inputs: { logits: x },
      attrs: { dim: x.shape.length - 1 },
      backend: this.#backend,
    }) as tf.TensorInfo;
  }

  /** C[g] = A[g]·B[g] for every group: [G, M, K] × [G, K, N] → [G, M, N]. */
  multiply(a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
    const [groups = 0, m = 0, k = 0] = a.shape;
    const n = b.shape[2] ?? 0;
    const c = this.output([groups, m, n]);
    const { wasm, dataIdMap } = this.#backend;
    const [atA, atB, atC] = [a, b, c].map(({ dataId }) => dataIdMap.get(dataId).memoryOffset) as [
      number,
      number,
      number,
    ];
    const shapeA = new Uint8Array(new Int32Array([1, m, k]).buffer);
    const shapeB = new Uint8Array(new Int32Array([1, k, n]).buffer);
    for (let g = 0; g < groups; g++) {
      // Each group is registered as a tensor of its own that names a part of the big one's memory.
      const idA = this.#view(atA + g * m * k * 4, m * k);
      const idB = this.#view(atB + g * k * n * 4, k * n);
      const idC = this.#view(atC + g * m * n * 4, m * n);
      this.#matMul(idA, shapeA, 3, idB, shapeB, 3, false, false, idC);
      for (const id of [idA, idB, idC]) wasm.tfjs.disposeData(id);
    }
    return c;
  }

  #view(memoryOffset: number, size: number): number {
    const id = this.#backend.dataIdNextNumber++;
    this.#backend.wasm.tfjs.registerTensor(id, size, memoryOffset);
    return id;
  }
}
