// What must hold of a snapshot before a byte of it is written: a checkpoint that cannot be resumed from is worse than
// none, because it would push a good one out.

import { isFinitePart } from './chunks';
import type { CheckpointDescription } from './manifest';
import { countParameters, PARTS, readDescription } from './manifest';
import { StorageProblem } from './problem';
import type { Snapshot } from './store';
import * as m from '../words/messages';

/** @throws {StorageProblem} `BadSnapshot` with the reason. */
export function checkSnapshot({ manifest, parts }: Snapshot): CheckpointDescription {
  const description = readDescription(manifest);
  if (!description.ok) throw new StorageProblem('BadSnapshot', m.engine_not_saved({ reason: description.reason }));
  const expected = countParameters(description.value.parameters);
  for (const name of PARTS) {
    const part = parts[name];
    if (part === undefined) continue;
    if (part.length !== expected) {
      throw new StorageProblem('BadSnapshot', m.engine_not_saved_length({ name, found: part.length, expected }));
    }
    if (!isFinitePart(part)) {
      throw new StorageProblem('BadSnapshot', m.engine_not_saved_finite({ name }));
    }
  }
  return description.value;
}
