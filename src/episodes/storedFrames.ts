// Which frames of a video are stored. Short clips keep all. Longer ones keep at most thirty a second; films of more than
// five minutes keep as few as the usual downsampling by ten still needs: a half, a fifth or a tenth of that, whichever
// first fits MOST_FRAMES. Of what is stored each is one raw frame of the episode, at its own time; the rule only says
// which. An hour at 30 frames a second is so 10,800 frames and half a gigabyte, instead of 108,000 and five.
import { inBytes, inSeconds } from './refusal';
import { SIGNATURE_BYTES } from './signature';
import { FRAME_BYTES } from './squarePicture';
import * as m from '../words/messages';
import { decimal, many } from '../base/numbers';

/** Clips up to this long keep every frame. */
export const WHOLE_CLIP_SECONDS = 5.05;
export const THINNED_RATE = 30;
/** Five minutes at the full rate. */
export const MOST_FRAMES = 9000;
/** The last is the usual downsampling: with fewer frames, windows would no longer mean the same times. */
const SHARES = [1, 2, 5, 10] as const;

/** Frames to store for each second, or null where all are. */
export function storedRate(frameCount: number, seconds: number): number | null {
  const shown = frameCount / Math.max(seconds, 1e-6);
  if (seconds <= WHOLE_CLIP_SECONDS) return null;
  const isFast = shown > THINNED_RATE * 1.1;
  const full = isFast ? THINNED_RATE : shown;
  const share = SHARES.find((part) => (full * seconds) / part <= MOST_FRAMES) ?? 10;
  return share === 1 && !isFast ? null : full / share;
}

/**
 * Places of the stored frames among all.
 * @param times presentation times in seconds, rising
 * @param rate of storedRate
 */
export function storedPlaces(times: ArrayLike<number>, rate: number | null): number[] {
  const places: number[] = [];
  const first = times[0] ?? 0;
  const step = ((times[times.length - 1] ?? 0) - first) / Math.max(times.length - 1, 1);
  // A frame may come a quarter of a step early and still be the one that is due.
  const early = 0.25 * Math.min(1, (rate ?? 0) * step);
  let slot = -1;
  for (let place = 0; place < times.length; place++) {
    if (rate !== null) {
      const due = Math.floor(((times[place] as number) - first) * rate + early);
      if (due <= slot) continue;
      slot = due;
    }
    places.push(place);
  }
  return places;
}

/** Bytes that so many frames take in storage. */
export function storedBytes(frames: number): number {
  return frames * (FRAME_BYTES + SIGNATURE_BYTES);
}

/** What was left out of a video and why, in a sentence. */
export function thinnedSentence(shown: number, stored: number, seconds: number): string {
  const rate = Number((stored / seconds).toFixed(1));
  const counts = {
    shown: m.engine_of_frames(many(shown)),
    seconds: inSeconds(seconds),
    stored: m.engine_count_frames(many(stored)),
  };
  if (rate > THINNED_RATE / 2) return m.engine_thinned({ ...counts, rate: Math.round(rate) });
  return m.engine_thinned_more({ ...counts, rate: decimal(rate), bytes: inBytes(storedBytes(stored)) });
}

/** Place among the stored frames of the last one at or before a frame of the file. */
export function storedFrameAt(places: readonly number[], frame: number): number {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((places[middle] as number) <= frame) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
