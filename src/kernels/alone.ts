// The choice between the two forms that operations with sums over rows have: a workgroup a row with sums in workgroup
// memory, for graphics cards; or `alone`, a thread a row without barriers, for software adapters, where barriers are dear.
import type { Recorder } from '../gpu/recorder';

/** @param width of the rows; the form without barriers reads four numbers at a time */
export function worksAlone(operation: string, width: number, recorder: Recorder): boolean {
  void operation;
  return recorder.traits.software && width % 4 === 0;
}
