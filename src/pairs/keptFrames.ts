// Which raw frames of an episode take part: temporal downsampling between the trimmed ends. They are evenly spaced, so
// three numbers say all of them.
import type { Episode } from '../episodes/episode';
import type { Sampling } from './sampling';

type Cut = Pick<Episode, 'frameCount' | 'trim' | 'downsample'>;

/** Kept frames first, first + step, … (`count` of them), in raw frames. */
export interface KeptRange {
  first: number;
  step: number;
  count: number;
}

export function keptRange(episode: Cut, sampling: Pick<Sampling, 'downsample' | 'trim'>): KeptRange {
  const step = episode.downsample ?? sampling.downsample;
  const trim = sampling.trim ? episode.trim : null;
  const first = trim ? trim.start : 0;
  const last = Math.min(trim ? trim.end : Infinity, episode.frameCount - 1);
  return { first, step, count: Math.max(0, Math.floor((last - first) / step) + 1) };
}

/** Raw frame numbers that are kept, in order of time. */
export function keptFrames(episode: Cut, sampling: Pick<Sampling, 'downsample' | 'trim'>): number[] {
  const { first, step, count } = keptRange(episode, sampling);
  return Array.from({ length: count }, (_, i) => first + i * step);
}
