// How many raw frames go to one kept frame of an episode. Ten suits recordings of half a minute and more at 30 frames a
// second; shorter, sped-up or already sampled ones need less, or no pair of moments would be left.
import * as m from '../words/messages';
import { decimal } from '../base/numbers';

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
    const rate = decimal(Number(framesPerSecond.toFixed(1)));
    const some = { rate, nth: ordinal(factor), kept: KEPT_RATE };
    return { factor, why: factor === 1 ? m.engine_stored_all_used({ rate }) : m.engine_stored_some_used(some) };
  }
  const factor = Math.min(USUAL_DOWNSAMPLE, Math.max(1, Math.floor(frameCount / ENOUGH_FRAMES)));
  if (factor === USUAL_DOWNSAMPLE) return { factor, why: null };
  const usual = Math.ceil(frameCount / USUAL_DOWNSAMPLE);
  const length = framesPerSecond ? ` (${decimal((frameCount / framesPerSecond).toFixed(1))} s)` : '';
  const all = { frames: frameCount, length, usual };
  if (factor === 1) return { factor, why: m.engine_few_frames_all_kept(all) };
  return { factor, why: m.engine_few_frames_some_kept({ ...all, nth: ordinal(factor) }) };
}

/** "second", "third", "10th", "21st"; in German "zweite", "dritte", "10.". */
export function ordinal(n: number): string {
  if (n === 2 || n === 3) return n === 2 ? m.engine_second() : m.engine_third();
  return m.engine_nth({ n });
}
