// Records the deterministic counterpart of a gather: every row of the result is the sum of the rows that name it, in their
// order.
import type * as tf from '@tensorflow/tfjs';
import chainsSource from '../../../shaders/rowChains.wgsl?raw';
import aloneSource from '../../../shaders/scatterRowsAlone.wgsl?raw';
import source from '../../../shaders/scatterRows.wgsl?raw';
import type { Recorder } from '../../gpu/recorder';
import { spread } from '../../gpu/recorder';
import { worksAlone } from '../alone';
import { groupsFor, inParts, sizeOf } from '../parts';

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
  const count = sizeOf(indices);
  const { length, starts, places } = skipped ?? { length: Math.max(1, count), starts: [0, 0], places: 0 };
  const counting = [length, starts[0], starts[1], places];
  const work = { flops: count * width, bytes: 4 * (count * width + rows * width) };
  if (!worksAlone('scatterRows', 4, recorder)) {
    recorder.dispatch({
      shader: { name: 'scatterRows', source },
      inputs: [dy, indices],
      outputs: [out],
      params: [count, width, rows, ...counting].map((u32) => ({ u32 })),
      groups: [...spread(Math.max(1, rows)), Math.max(1, Math.ceil(width / 64))],
      work,
    });
    return;
  }
  const [heads, next] = [recorder.output([rows], 'int32'), recorder.output([Math.max(1, count)], 'int32')];
  recorder.dispatch({
    shader: { name: 'rowChains', source: chainsSource },
    inputs: [indices],
    outputs: [heads, next],
    params: [count, rows, ...counting].map((u32) => ({ u32 })),
    groups: [1],
    work: { flops: 0, bytes: 4 * (rows + 3 * count) },
  });
  const { shader, each } = inParts('scatterRowsAlone', aloneSource, width);
  recorder.dispatch({
    shader,
    inputs: [dy, heads, next],
    outputs: [out],
    params: [{ u32: (rows * width) / each }, { u32: width / each }],
    groups: groupsFor((rows * width) / each, 16),
    work,
  });
  for (const tensor of [heads, next]) recorder.release(tensor);
}
