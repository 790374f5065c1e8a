// Which pictures of an episode go into the video of its curve.

/** Pictures of a video at most, and in a second at most: some 20 ms of work each. */
const MOST = 1800;
const MOST_RATE = 15;

/** Raw frames from `first` to `last`, and how many are shown in a second, at the film's own speed. @param rate of the film */
export function overlayFrames(first: number, last: number, rate: number): { frames: number[]; rate: number } {
  const count = last - first + 1;
  const step = Math.max(1, Math.ceil(rate / MOST_RATE), Math.ceil(count / MOST));
  return { frames: Array.from({ length: Math.ceil(count / step) }, (_, i) => first + i * step), rate: rate / step };
}
