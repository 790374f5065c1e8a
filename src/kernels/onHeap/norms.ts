// Residual addition and normalisation in the wasm backend's memory (wasm/norm.ts).
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';

/** Stretches of rows whose column sums are kept apart, as in wasm/norm.ts. */
const STRETCHES = 16;

interface Forward {
  x: tf.TensorInfo;
  delta?: tf.TensorInfo | undefined;
  weight: tf.TensorInfo;
  bias?: tf.TensorInfo | undefined;
}

interface Backward {
  sum: tf.TensorInfo;
  statistics: tf.TensorInfo;
  weight: tf.TensorInfo;
  dSum?: tf.TensorInfo | undefined;
  dNormed: tf.TensorInfo;
}

/** [sum, normed, statistics]; the sum is x itself where nothing is added. */
export function addNormOnHeap(
  { x, delta, weight, bias }: Forward,
  epsilon: number,
  centred: boolean,
  heap: Heap,
): tf.TensorInfo[] | null {
  const { loops } = heap;
  if (loops === null) return null;
  const [rows = 0, width = 0] = x.shape;
  const sum = delta === undefined ? heap.again(x) : heap.output(x.shape);
  const [normed, statistics] = [heap.output(x.shape), heap.output([rows, 2])];
  const at = (tensor: tf.TensorInfo | undefined) => (tensor === undefined ? 0 : heap.address(tensor));
  const [added, w, b] = [at(delta), at(weight), at(bias)];
  loops.addNorm(at(x), added, at(sum), w, b, at(normed), at(statistics), rows, width, Number(centred), epsilon);
  return [sum, normed, statistics];
}

/** [dx, dWeight] and for a layer norm dBias */
export function addNormGradOnHeap(
  { sum, statistics, weight, dSum, dNormed }: Backward,
  centred: boolean,
  heap: Heap,
): tf.TensorInfo[] | null {
  const { loops } = heap;
  if (loops === null) return null;
  const [rows = 0, width = 0] = sum.shape;
  const [dx, dWeight] = [heap.output(sum.shape), heap.output([width])];
  const dBias = centred ? heap.output([width]) : undefined;
  const at = (tensor: tf.TensorInfo | undefined) => (tensor === undefined ? 0 : heap.address(tensor));
  loops.addNormGrad(
    at(sum),
    at(statistics),
    at(weight),
    at(dSum),
    at(dNormed),
    at(dx),
    at(dWeight),
    at(dBias),
    heap.spare(STRETCHES * 2 * width * 4),
    rows,
    width,
    Number(centred),
  );
  return dBias === undefined ? [dx, dWeight] : [dx, dWeight, dBias];
}
