// Rows of a table by index: token embeddings, and the places of a sequence that image features go to. The gradient adds
// the rows of dy back in the order of the indices, so that repeated indices sum the same way in every run.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

const gatherForward = defineKernel<{ table: tf.Tensor; indices: tf.Tensor }, { rows: number }, tf.Tensor>({
  name: 'GatherRows',
  plain: ({ table, indices }) => tf.gather(table, indices as tf.Tensor1D),
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
});

/**
 * @param table [R, W]
 * @param indices [N] int32, each in [0, R); others give undefined rows
 * @returns [N, W]
 */
export function gatherRows(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  return gatherForward({ table, indices }, { rows: table.shape[0] }) as tf.Tensor2D;
}
