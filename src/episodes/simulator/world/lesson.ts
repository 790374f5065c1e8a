// What a judge can learn from rollouts without anybody's labels. Of an undisturbed one: that time goes towards done. Of a
// disturbed one, from where it goes wrong to where the harm is done: played backwards, it comes closer to done again. So
// going wrong counts as going back, and the pairs are drawn like those of any video. Of play: what true progress says.
import type { Episode } from '../../episode';
import type { SimulatedEpisode } from '../simulate';
import type { Rollout } from './rollout';

/** Ticks before the first disturbed one that belong to its stretch: the moment to which going back leads. */
const BEFORE = 2;
/** Shorter stretches hold no pair of the smallest window. */
const SHORTEST = 8;

/** @returns null where too little happens */
export function lessonOf({ world, onset, harmTick, kind, ticks }: Rollout): SimulatedEpisode | null {
  const whole = world.asEpisode();
  if (kind === 'play') return { ...whole, episode: { ...whole.episode, downsample: 1 } };
  // The retreat belongs to it: else hands that leave when all is done look like hands that leave too early.
  if (kind === null) return whole.completionFrame === null ? null : cut(whole, whole.frameCount, (frame) => frame);
  if (onset === null) return null;
  const first = Math.max(0, onset - BEFORE);
  const last = Math.min(harmTick ?? ticks, ticks);
  return last - first < SHORTEST ? null : cut(whole, last - first + 1, (frame) => last - frame);
}

/** The first `frameCount` frames of another order; their progress is that of time, since each is a step on. */
function cut(whole: SimulatedEpisode, frameCount: number, tickOf: (frame: number) => number): SimulatedEpisode {
  const lastFrame = frameCount - 1;
  const within = (frame: number) => Math.min(lastFrame, Math.max(0, frame));
  const progressAt = (frame: number) => within(frame) / lastFrame;
  const episode: Episode = {
    ...whole.episode,
    outcome: 'success',
    frameCount,
    trim: { start: 0, end: lastFrame },
    // A frame is a tick, as far apart as the kept frames of a video.
    downsample: 1,
  };
  return {
    ...whole,
    episode,
    frameCount,
    lastFrame,
    completionFrame: lastFrame,
    stateAt: (frame) => ({ ...whole.stateAt(tickOf(within(frame))), frame, progress: progressAt(frame) }),
    progressAt,
  };
}
