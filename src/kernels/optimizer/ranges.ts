// Vectors of the parameters' size may be longer than one binding can be (128 MiB where a device gives no more: 33 million
// numbers). Then what works number by number runs over stretches of them.
import type * as tf from '@tensorflow/tfjs';
import type { Recorder } from '../../gpu/recorder';
import { sizeOf } from '../parts';

export interface RangeAttributes {
  /** Most numbers in a binding, a multiple of 64; null for what the device offers. */
  longestBinding: number | null;
}

/**
 * Calls `record` for the same stretch of all vectors, one stretch after the other.
 * @param vectors [P] each
 */
export function inRanges<T extends tf.TensorInfo[]>(
  vectors: readonly [...T],
  longestBinding: number | null,
  recorder: Recorder,
  record: (stretches: T, count: number, first: number) => void,
): void {
  const total = sizeOf(vectors[0] as tf.TensorInfo);
  const most = longestBinding ?? Math.floor(recorder.device.limits.maxStorageBufferBindingSize / 256) * 64;
  if (total <= most) {
    record([...vectors] as unknown as T, total, 0);
    return;
  }
  const shapes = Array.from({ length: Math.ceil(total / most) }, (_, i) => [Math.min(most, total - i * most)]);
  const cut = vectors.map((vector) => recorder.views(vector, shapes));
  if (cut.includes(null)) throw new RangeError(`A binding of ${most} numbers starts at no multiple of 64.`);
  shapes.forEach(([count = 0], i) => {
    record(cut.map((views) => views?.[i]) as unknown as T, count, i * most);
  });
  for (const view of cut.flat()) if (view !== null) recorder.release(view);
}
