// How many raw frames go to one kept frame of an episode. Ten suits recordings of half a minute and more at 30 frames a
// second; shorter, sped-up or already sampled ones need less, or no pair of moments would be left.

export const USUAL_DOWNSAMPLE = 10;
/** Kept frames that leave room for windows up to 16 with something to choose. */
const ENOUGH_FRAMES = 24;

/**
 * Long films are stored at a lower rate (storedFrames.ts); ten to one of 30 a second leaves three. The shortest of them
 * has 3,600 frames, the fastest 16.5 a second.
 */
const LONG_FRAMES = 3500;
const SPARSE_RATE = 17;
const KEPT_RATE = 3;

export interface DownsampleProposal {
  factor: number;
  /** In a sentence, where the factor is not the usual one. */
  why: string | null;
}

/** @param framesPerSecond null where it is not known (image folders) */
export function proposeDownsample(frameCount: number, framesPerSecond: number | null): DownsampleProposal {
  if (frameCount >= LONG_FRAMES && framesPerSecond !== null && framesPerSecond < SPARSE_RATE) {
    const factor = Math.min(USUAL_DOWNSAMPLE, Math.max(1, Math.round(framesPerSecond / KEPT_RATE)));
    const how = factor === 1 ? 'all are used' : `every ${ordinal(factor)} is used, about ${KEPT_RATE} a second`;
    const rate = Number(framesPerSecond.toFixed(1));
    return { factor, why: `It is stored at ${rate} frames a second, so ${how}.` };
  }
  const factor = Math.min(USUAL_DOWNSAMPLE, Math.max(1, Math.floor(frameCount / ENOUGH_FRAMES)));
  if (factor === USUAL_DOWNSAMPLE) return { factor, why: null };
  const usual = Math.ceil(frameCount / USUAL_DOWNSAMPLE);
  const length = framesPerSecond ? ` (${(frameCount / framesPerSecond).toFixed(1)} s)` : '';
  const kept = Math.ceil(frameCount / factor);
  const how = factor === 1 ? 'every frame is kept' : `every ${ordinal(factor)} frame is kept, which leaves ${kept}`;
  return {
    factor,
    why: `Only ${frameCount} frames${length}: of these, 10× downsampling would leave ${usual}, so ${how}.`,
  };
}

/** "second", "third", "10th", "21st". */
export function ordinal(n: number): string {
  if (n === 2 || n === 3) return n === 2 ? 'second' : 'third';
  const isTeen = n % 100 > 10 && n % 100 < 14;
  return `${n}${(isTeen ? null : ['th', 'st', 'nd', 'rd'][n % 10]) ?? 'th'}`;
}
