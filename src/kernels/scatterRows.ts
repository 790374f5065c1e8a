// Records the deterministic counterpart of a gather: every row of the result is the sum of the rows that name it, in their
// order.
import type * as tf from '@tensorflow/tfjs';
import aloneSource from '../../shaders/scatterRowsAlone.wgsl?raw';
import source from '../../shaders/scatterRows.wgsl?raw';
import type { Recorder } from '../gpu/recorder';
import { spread } from '../gpu/recorder';
import { worksAlone } from './alone';
import { groupsFor, sizeOf } from './parts';

/** Places whose indices do not count: two stretches of `places` in every sequence of `length`. */
export interface Skipped {
  length: number;
  starts: readonly [number, number];
  places: number;
}

/**
 * out[r] = Σ dy[n] over the n with indices[n] = r that are not skipped.
 * @param dy [N, W]
 * @param indices [N] int32; one outside the rows goes nowhere
 * @param out [R, W], overwritten
 */
export function scatterRows(
  dy: tf.TensorInfo,
  indices: tf.TensorInfo,
  out: tf.TensorInfo,
  skipped: Skipped | null,
  recorder: Recorder,
): void {
  const [rows = 0, width = 0] = out.shape;
  const alone = worksAlone('scatterRows', width, recorder);
  const count = sizeOf(indices);
  const { length, starts, places } = skipped ?? { length: Math.max(1, count), starts: [0, 0], places: 0 };
  recorder.dispatch({
    shader: alone ? { name: 'scatterRowsAlone', source: aloneSource } : { name: 'scatterRows', source },
    inputs: [dy, indices],
    outputs: [out],
    params: [count, alone ? width / 4 : width, rows, length, starts[0], starts[1], places].map((u32) => ({ u32 })),
    groups: alone ? groupsFor(rows, 4) : [...spread(Math.max(1, rows)), Math.max(1, Math.ceil(width / 64))],
    work: { flops: count * width, bytes: 4 * (count * width + rows * width) },
  });
}
