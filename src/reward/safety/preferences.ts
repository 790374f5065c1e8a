// What the boundary hears while a rollout goes on: at each tick, whether the present picture is closer to done than those
// some ticks before. Only the past is looked at.
import { score, signed, type CriticReading } from '../reading';

/**
 * [T] signed certainty at each frame that it is closer to done than the frames one stride before, averaged over the strides
 * that there are by then; NaN before the smallest.
 */
export function trailingPreferences({
  frames,
  strides,
}: Pick<CriticReading, 'frames' | 'strides'>): Float32Array<ArrayBuffer> {
  return Float32Array.from(frames, (_, t) => {
    const past = strides.filter(({ stride }) => stride <= t);
    const all = past.map((answers) => signed(score(answers, t - answers.stride)));
    return all.reduce((sum, one) => sum + one, 0) / all.length;
  });
}
