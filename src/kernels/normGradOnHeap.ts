// The backward pass of both row normalisations in the wasm backend's memory: one walk over the rows where stock ops would
// make a dozen, two of them with a transposition.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../gpu/heap';

/**
 * @param x [N, D] the norm's input
 * @param dy [N, D]
 * @param centred true for layer norm, false for RMS norm
 * @returns dx [N, D], dWeight [D], dBias [D]
 */
export function normGradOnHeap(
  { x, weight, dy }: { x: tf.TensorInfo; weight: tf.TensorInfo; dy: tf.TensorInfo },
  epsilon: number,
  centred: boolean,
  heap: Heap,
): [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo] {
  const [rows = 0, width = 0] = x.shape;
  const outputs: [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo] = [
    heap.output(x.shape),
    heap.output([width]),
    heap.output([width]),
  ];
  const [value, w, g] = [heap.floats(x), heap.floats(weight), heap.floats(dy)];
  const dx = heap.floats(outputs[0]);
  const dWeight = new Float64Array(width);
  const dBias = new Float64Array(width);
  for (let start = 0; start < rows * width; start += width) {
    let mean = 0;
    if (centred) {
      for (let i = 0; i < width; i++) mean += value[start + i] as number;
      mean /= width;
    }
    let squares = 0;
    let slopes = 0;
    let along = 0;
    for (let i = 0; i < width; i++) {
      const offset = (value[start + i] as number) - mean;
      const slope = (g[start + i] as number) * (w[i] as number);
      squares += offset * offset;
      slopes += slope;
      along += slope * offset;
    }
    const inverse = 1 / Math.sqrt(squares / width + epsilon);
    const meanSlope = centred ? slopes / width : 0;
    const meanAlong = (along * inverse) / width;
    for (let i = 0; i < width; i++) {
      const normalised = ((value[start + i] as number) - mean) * inverse;
      const dyi = g[start + i] as number;
      dx[start + i] = (dyi * (w[i] as number) - meanSlope - normalised * meanAlong) * inverse;
      (dWeight[i] as number) += dyi * normalised;
      (dBias[i] as number) += dyi;
    }
  }
  heap.floats(outputs[1]).set(dWeight);
  heap.floats(outputs[2]).set(dBias);
  return outputs;
}
