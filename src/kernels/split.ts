// The flat parameter vector seen as named tensors. All parameters live in one vector, so that the optimiser is one
// operation; the gradient comes back as one concatenation in the same order.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

interface SplitAttributes {
  shapes: readonly (readonly number[])[];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

const splitKernel = defineKernel<{ flat: tf.Tensor }, SplitAttributes, tf.Tensor | tf.Tensor[]>({
  name: 'SplitFlat',
  plain: ({ flat }, { shapes }) => {
    let offset = 0;
    return shapes.map((shape) => {
      const size = sizeOf(shape);
      const part = tf.slice(flat as tf.Tensor1D, offset, size);
      offset += size;
      return tf.reshape(part, [...shape]);
    });
  },
  gradient: (dys) => ({
    flat: () => {
      const inputs = Object.fromEntries((Array.isArray(dys) ? dys : [dys]).map((dy, i) => [`part${i}`, dy]));
      return joinFlat(inputs, {});
    },
  }),
});

const joinFlat = defineKernel<Record<string, tf.Tensor>, object, tf.Tensor>({
  name: 'JoinFlat',
  plain: (parts) => {
    const flat = Object.values(parts).map((part) => tf.reshape(part, [part.size]) as tf.Tensor1D);
    return flat.length === 1 ? tf.clone(flat[0] as tf.Tensor1D) : tf.concat1d(flat);
  },
});

/**
 * Cuts a flat vector into tensors, in order.
 * @param flat [P]
 * @param shapes shapes whose sizes add up to P
 * @throws RangeError where the sizes do not add up
 */
export function splitFlat(flat: tf.Tensor1D, shapes: readonly (readonly number[])[]): tf.Tensor[] {
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (total !== flat.size) throw new RangeError(`splitFlat: the shapes hold ${total} numbers, the vector ${flat.size}`);
  return splitKernel({ flat }, { shapes }) as tf.Tensor[];
}
