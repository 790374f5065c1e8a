// The port through which a vision-language model judges pairs of frames, and what its answers are worth beside the truth.
import type { Preference } from './preferenceBuffer';

export interface PairJudgements {
  /** [M] the probability that the second of each pair is closer to done, made symmetric over both orders. */
  secondCloser: Float32Array;
  /** [M] 1 where both orders come to the same answer. */
  agrees: Uint8Array;
}

/** @param frames [2M, S, S, 3]: of each pair the first, then the second */
export type PairJudge = (frames: Uint8Array<ArrayBuffer>) => Promise<PairJudgements>;

/** Differences in true progress up to this count as none. */
const TOLD_APART = 0.02;

/**
 * Pairs labelled by true progress, of those where it is known and differs; only to measure by.
 * @param pairs numbers of observations
 */
export function truePreferences(
  pairs: readonly (readonly [number, number])[],
  progress: (number: number) => number,
): (Pick<Preference, 'first' | 'second' | 'y'> & { index: number })[] {
  return pairs.flatMap(([first, second], index) => {
    const difference = progress(first) - progress(second);
    return Math.abs(difference) > TOLD_APART ? [{ first, second, index, y: difference > 0 ? 1 : 0 }] : [];
  });
}
