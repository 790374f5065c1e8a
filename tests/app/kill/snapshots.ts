// The checkpoint the test page saves: 12.6 MB in six chunks, every number told by its step, so that a mixture of two
// checkpoints cannot pass for one. The numbers look random, because browsers compress what they store.

import type { LoadedCheckpoint, Snapshot } from '../../../src/checkpoints/store';

const LENGTH = 1_050_000;

export const RUN = { id: 'killed', name: 'Killed', createdAt: '2026-01-01T00:00:00.000Z', recipe: { format: 1 } };

export function snapshotOf(step: number): Snapshot {
  return {
    manifest: {
      ...{ name: null, step, stage: 0, stepInStage: step, dataPosition: step, createdAt: RUN.createdAt, parent: null },
      ...{ recipe: RUN.recipe, tokenizerHash: '', modelConfig: {}, trainerState: null, probeLoss: null },
      ...{ reason: 'interval', metrics: null, pinned: false },
      parameters: [{ name: 'w', shape: [LENGTH] }],
      fingerprint: { backend: 'none', adapter: 'none', browser: 'test' },
    },
    parts: { parameters: part(step, 0), moment1: part(step, 1), moment2: part(step, 2) },
  };
}

/** True if every number is the one saved at the manifest's step. */
export function isWhole({ manifest, parts }: LoadedCheckpoint): boolean {
  const holds = (found: Float32Array | undefined, kind: number) => {
    const expected = part(manifest.step, kind);
    return found?.length === LENGTH && found.every((number, i) => number === expected[i]);
  };
  return holds(parts.parameters, 0) && holds(parts.moment1, 1) && holds(parts.moment2, 2);
}

/** Numbers in [1, 2). */
function part(step: number, kind: number): Float32Array {
  const bits = new Uint32Array(LENGTH);
  let state = step * 3 + kind;
  for (let i = 0; i < LENGTH; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bits[i] = 0x3f800000 | (state >>> 9);
  }
  return new Float32Array(bits.buffer);
}
