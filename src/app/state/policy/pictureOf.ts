// A picture out of a film of tries, as a canvas takes it.
import type { RewardKind } from '../../../reward/policy/trainPolicy';
import type { PolicyNews } from '../../../workers/policyApi';

export interface Reel {
  kind: RewardKind;
  seed: number;
  /** The rollout that it is of. */
  rollout: number;
  size: number;
  /** [pictures, size, size, 3] */
  film: PolicyNews['film'];
}

export function picturesIn({ film, size }: Reel): number {
  return film.length / (size * size * 3);
}

/** The last one after its end. */
export function pictureOf(reel: Reel, tick: number): Uint8ClampedArray<ArrayBuffer> {
  const { film, size } = reel;
  const pixels = size * size;
  const first = Math.min(tick, picturesIn(reel) - 1) * pixels * 3;
  const bytes = new Uint8ClampedArray(pixels * 4).fill(255);
  for (let i = 0; i < pixels; i++) bytes.set(film.subarray(first + 3 * i, first + 3 * i + 3), 4 * i);
  return bytes;
}
