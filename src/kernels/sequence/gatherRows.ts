// Rows of a table by index: token embeddings, and the places of a sequence that image features go to. The gradient adds
// the rows of dy back in the order of the indices, so that repeated indices sum the same way in every run.
import * as tf from '@tensorflow/tfjs';
import gatherRowsSource from '../../../shaders/gatherRows.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import { groupsFor, inParts } from '../parts';
import { scatterRows } from './scatterRows';

const gatherForward = defineKernel<{ table: tf.Tensor; indices: tf.Tensor }, { rows: number }, tf.Tensor>({
  name: 'GatherRows',
  plain: ({ table, indices }) => tf.gather(table, indices as tf.Tensor1D),
  webgpu: ({ table, indices }, _, recorder) => {
    const [rows = 0, width = 0] = table.shape;
    const out = recorder.output([indices.size, width]);
    const { shader, each } = inParts('gatherRows', gatherRowsSource, width);
    const count = (indices.size * width) / each;
    recorder.dispatch({
      shader,
      inputs: [table, indices],
      outputs: [out],
      params: [{ u32: count }, { u32: width / each }, { u32: rows }],
      groups: groupsFor(count, 64),
      work: { flops: 0, bytes: 8 * indices.size * width },
    });
    return out;
  },
  wasm: ({ table, indices }, { rows }, heap) => {
    const width = table.shape[1] ?? 0;
    const out = heap.output([indices.size, width]);
    const [from, at, to] = [heap.floats(table), heap.integers(indices), heap.floats(out)];
    for (let n = 0; n < at.length; n++) {
      const row = at[n] as number;
      if (row < 0 || row >= rows) to.fill(0, n * width, (n + 1) * width);
      else to.set(from.subarray(row * width, (row + 1) * width), n * width);
    }
    return out;
  },
  example: {
    inputs: { table: { shape: [7, 67] }, indices: { shape: [131], low: 0, high: 7, integer: true } },
    attributes: { rows: 7 },
  },
  inputsToSave: ['indices'],
  gradient: (dy, [indices], attributes) => ({
    table: () => scatterAddRows({ dy, indices: indices as tf.Tensor }, attributes),
  }),
});

/** out[r] = Σ dy[n] over all n with indices[n] = r: [N, W], [N] → [rows, W]. */
const scatterAddRows = defineKernel<{ dy: tf.Tensor; indices: tf.Tensor }, { rows: number }, tf.Tensor>({
  name: 'ScatterAddRows',
  plain: ({ dy, indices }, { rows }) => {
    const hits = tf.equal(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), tf.reshape(indices, [1, -1]));
    return tf.matMul(tf.cast(hits, 'float32') as tf.Tensor2D, dy as tf.Tensor2D);
  },
  webgpu: ({ dy, indices }, { rows }, recorder) => {
    const width = dy.shape[1] ?? 0;
    const out = recorder.output([rows, width]);
    scatterRows(dy, indices, out, null, recorder);
    return out;
  },
  wasm: ({ dy, indices }, { rows }, heap) => {
    const width = dy.shape[1] ?? 0;
    const out = heap.output([rows, width]);
    const [from, at, to] = [heap.floats(dy), heap.integers(indices), heap.floats(out)];
    to.fill(0);
    for (let n = 0; n < at.length; n++) {
      const row = at[n] as number;
      if (row < 0 || row >= rows) continue;
      for (let w = 0; w < width; w++) (to[row * width + w] as number) += from[n * width + w] as number;
    }
    return out;
  },
  example: {
    inputs: { dy: { shape: [131, 67] }, indices: { shape: [131], low: 0, high: 7, integer: true } },
    attributes: { rows: 9 },
  },
});

/**
 * @param table [R, W]
 * @param indices [N] int32, each in [0, R); others give undefined rows
 * @returns [N, W]
 */
export function gatherRows(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  return gatherForward({ table, indices }, { rows: table.shape[0] }) as tf.Tensor2D;
}
