// The choice between the two forms that operations with sums over rows have: a workgroup a row with sums in workgroup
// memory, for graphics cards; or `alone`, a thread a row without barriers, for software adapters, where barriers are dear
// (docs/engine.md has figures).
import type { Recorder } from '../gpu/recorder';
import { variantFor, type Candidate } from '../gpu/variants';

const ALONE: Candidate = { name: 'alone', suits: 'software' };
const GROUP: Candidate = { name: 'group', suits: 'hardware' };

/**
 * Whether the form without barriers runs.
 * @param operation the name by which a variant is forced or switched off
 * @param width of the rows; the form without barriers reads four numbers at a time
 */
export function worksAlone(operation: string, width: number, recorder: Recorder): boolean {
  const candidates = width % 4 === 0 ? [ALONE, GROUP] : [GROUP];
  return variantFor(operation, '', candidates, recorder.traits) === ALONE.name;
}
