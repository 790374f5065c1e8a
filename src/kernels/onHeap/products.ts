// The linear layer and its backward products in the wasm backend's memory. All three are one loop over packed factors
// (wasm/product.ts), which does activations on finished rows.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';

/** What happens to finished rows; the numbers are those of wasm/epilogues.ts. */
const FINISH = { none: 0, gelu: 1, geluSlope: 2, gated: 3, gatedGrad: 4 } as const;

export interface Factor {
  at: number;
  /** Numbers from one row to the next. */
  step: number;
  transposed: boolean;
}

interface Product {
  a: Factor;
  b: Factor;
  c: number;
  /** C[m, n] = A[m, k]·B[k, n] */
  m: number;
  n: number;
  k: number;
  bias?: number;
  sums?: number;
  finish?: number;
  first?: number;
  second?: number;
}

/** Runs a product; false where there are no loops. @param extra more numbers of spare memory; @returns where they are */
function run(heap: Heap, product: Product): void {
  const { a, b, c, m, n, k, bias = 0, sums = 0, finish = 0, first = 0, second = 0 } = product;
  const [aRow, aColumn] = a.transposed ? [4, a.step * 4] : [a.step * 4, 4];
  const [bRow, bColumn] = b.transposed ? [4, b.step * 4] : [b.step * 4, 4];
  heap.loops?.multiply(
    a.at,
    aRow,
    aColumn,
    b.at,
    bRow,
    bColumn,
    c,
    m,
    n,
    k,
    heap.spare(packedBytes(n, k)),
    bias,
    sums,
    finish,
    first,
    second,
  );
}

function packedBytes(n: number, k: number): number {
  return Math.ceil(n / 8) * 8 * k * 4;
}

function rowsOf(heap: Heap, x: tf.TensorInfo, transposed = false): Factor {
  return { at: heap.address(x), step: x.shape[1] ?? 0, transposed };
}

interface LinearInputs {
  x: tf.TensorInfo;
  weight: tf.TensorInfo;
  bias?: tf.TensorInfo | undefined;
}

function timesWeight(
  heap: Heap,
  { x, weight, bias }: LinearInputs,
  c: tf.TensorInfo,
  finish: number = FINISH.none,
  first = 0,
): void {
  const [m = 0, k = 0] = x.shape;
  const n = weight.shape[0] ?? 0;
  const start = bias === undefined ? 0 : heap.address(bias);
  const [a, b] = [rowsOf(heap, x), rowsOf(heap, weight, true)];
  run(heap, { a, b, c: heap.address(c), m, n, k, bias: start, finish, first });
}

/** x·Wᵀ + b */
export function linearOnHeap(inputs: LinearInputs, heap: Heap): tf.TensorInfo | null {
  if (heap.loops === null) return null;
  const y = heap.output([inputs.x.shape[0] ?? 0, inputs.weight.shape[0] ?? 0]);
  timesWeight(heap, inputs, y);
  return y;
}

/** [before, gelu(before)] with before = x·Wᵀ + b */
export function linearGeluOnHeap(inputs: LinearInputs, heap: Heap): tf.TensorInfo[] | null {
  if (heap.loops === null) return null;
  const shape = [inputs.x.shape[0] ?? 0, inputs.weight.shape[0] ?? 0];
  const [before, hidden] = [heap.output(shape), heap.output(shape)];
  timesWeight(heap, inputs, before, FINISH.gelu, heap.address(hidden));
  return [before, hidden];
}

/** [before, silu(gate)·up] with before = x·Wᵀ = gate beside up */
export function linearGatedOnHeap(inputs: LinearInputs, heap: Heap): tf.TensorInfo[] | null {
  if (heap.loops === null) return null;
  const [rows = 0, both = 0] = [inputs.x.shape[0], inputs.weight.shape[0]];
  const [before, hidden] = [heap.output([rows, both]), heap.output([rows, both / 2])];
  timesWeight(heap, inputs, before, FINISH.gated, heap.address(hidden));
  return [before, hidden];
}

interface GradInputs {
  dy: tf.TensorInfo;
  weight: tf.TensorInfo;
}

/** dY·W */
export function linearGradInputOnHeap({ dy, weight }: GradInputs, heap: Heap): tf.TensorInfo | null {
  if (heap.loops === null) return null;
  const [m = 0, k = 0] = dy.shape;
  const n = weight.shape[1] ?? 0;
  const dx = heap.output([m, n]);
  run(heap, { a: rowsOf(heap, dy), b: rowsOf(heap, weight), c: heap.address(dx), m, n, k });
  return dx;
}

/** (dY·W) ⊙ gelu'(before) */
export function linearGradInputGeluOnHeap(
  { dy, weight, before }: GradInputs & { before: tf.TensorInfo },
  heap: Heap,
): tf.TensorInfo | null {
  if (heap.loops === null) return null;
  const [m = 0, k = 0] = dy.shape;
  const n = weight.shape[1] ?? 0;
  const dx = heap.output([m, n]);
  const finish = { finish: FINISH.geluSlope, first: heap.address(before) };
  run(heap, { a: rowsOf(heap, dy), b: rowsOf(heap, weight), c: heap.address(dx), m, n, k, ...finish });
  return dx;
}

/** The gradient of `before`, gate beside up, for dY of the product that follows the gate */
export function linearGradInputGatedOnHeap(
  { dy, weight, before }: GradInputs & { before: tf.TensorInfo },
  heap: Heap,
): tf.TensorInfo | null {
  if (heap.loops === null) return null;
  const [m = 0, k = 0] = dy.shape;
  const n = weight.shape[1] ?? 0;
  const dHidden = heap.output([m, n]);
  const dBefore = heap.output([m, 2 * n]);
  const finish = { finish: FINISH.gatedGrad, first: heap.address(before), second: heap.address(dBefore) };
  run(heap, { a: rowsOf(heap, dy), b: rowsOf(heap, weight), c: heap.address(dHidden), m, n, k, ...finish });
  heap.release(dHidden);
  return dBefore;
}

/** dYᵀ·X and, with a bias, the sum over dY's rows */
export function linearGradParametersOnHeap(
  { dy, x, bias }: { dy: tf.TensorInfo; x: tf.TensorInfo; bias?: tf.TensorInfo | undefined },
  heap: Heap,
): tf.TensorInfo[] | null {
  if (heap.loops === null) return null;
  const [k = 0, m = 0] = dy.shape;
  const n = x.shape[1] ?? 0;
  const dWeight = heap.output([m, n]);
  const dBias = bias === undefined ? null : heap.output([m]);
  const sums = dBias === null ? 0 : heap.address(dBias);
  run(heap, { a: rowsOf(heap, dy, true), b: rowsOf(heap, x), c: heap.address(dWeight), m, n, k, sums });
  return dBias === null ? [dWeight] : [dWeight, dBias];
}
