// Which raw frames of an episode take part: temporal downsampling between the trimmed ends.
import type { Episode } from '../episodes/episode';
import type { Sampling } from './sampling';

/** Raw frame numbers that are kept, in order of time. */
export function keptFrames(
  episode: Pick<Episode, 'frameCount' | 'trim' | 'downsample'>,
  sampling: Pick<Sampling, 'downsample' | 'trim'>,
): number[] {
  const factor = episode.downsample ?? sampling.downsample;
  const start = sampling.trim && episode.trim ? episode.trim.start : 0;
  const end = sampling.trim && episode.trim ? episode.trim.end : episode.frameCount - 1;
  const frames: number[] = [];
  for (let frame = start; frame <= Math.min(end, episode.frameCount - 1); frame += factor) frames.push(frame);
  return frames;
}
