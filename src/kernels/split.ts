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
  webgpu: ({ flat }, { shapes }, recorder) => {
    const views = recorder.views(flat, shapes);
    if (views !== null) return views;
    let offset = 0;
    const parts = shapes.map((shape) => {
      const part = { from: flat, fromOffset: offset, to: recorder.output(shape), toOffset: 0, count: sizeOf(shape) };
      offset += part.count;
      return part;
    });
    recorder.copy(parts);
    return parts.map(({ to }) => to);
  },
  // tfjs's slice copies the whole vector out of the wasm memory for every part.
  wasm: ({ flat }, { shapes }, heap) => {
    const parts = shapes.map((shape) => heap.output(shape));
    const from = heap.floats(flat);
    let offset = 0;
    for (const part of parts) {
      const to = heap.floats(part);
      to.set(from.subarray(offset, offset + to.length));
      offset += to.length;
    }
    return parts;
  },
  example: { inputs: { flat: { shape: [34] } }, attributes: { shapes: [[2, 5], [1], [], [2, 11]] } },
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
  webgpu: (parts, _, recorder) => recorder.join(Object.values(parts)),
  // tfjs's concat goes row by row through a view of the memory for each part.
  wasm: (parts, _, heap) => {
    const all = Object.values(parts);
    const flat = heap.output([all.reduce((sum, part) => sum + part.size, 0)]);
    const to = heap.floats(flat);
    let offset = 0;
    for (const part of all) {
      to.set(heap.floats(part), offset);
      offset += part.size;
    }
    return flat;
  },
  example: {
    inputs: { part0: { shape: [2, 5] }, part1: { shape: [1] }, part2: { shape: [] }, part3: { shape: [2, 11] } },
    attributes: {},
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
