// The frames of an episode that the judge walks along.
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { keptFrames } from '../pairs/keptFrames';
import type { EpisodeTrims } from './episodeTrims';
import type { Walk, Walked } from './rewardApi';

export async function walkOf(
  stored: Episode,
  sampling: Walked,
  trims: EpisodeTrims,
  source: FrameSource,
): Promise<Walk> {
  const { episode } = await trims.apply(stored, sampling, source);
  const frames = keptFrames(episode, sampling);
  const truth = await source.progress(episode, frames);
  return { task: episode.task, frames, truth: truth && Float32Array.from(truth) };
}
