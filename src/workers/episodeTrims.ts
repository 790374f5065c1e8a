// Finds the ends of imported episodes once and remembers them; a person's own trim goes before. Simulated episodes know
// when they were done.
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { proposeDownsample } from '../episodes/downsampling';
import { findTrim } from '../pairs/trim';
import type { Sampling } from '../pairs/sampling';
import * as m from '../words/messages';

interface Applied {
  /** The episode with the trim and downsampling that apply. */
  episode: Episode;
  automatic: boolean;
  downsample: number;
  reason: string | null;
}

export class EpisodeTrims {
  readonly #found = new Map<string, Promise<{ start: number; end: number }>>();

  async apply(
    episode: Episode,
    sampling: Pick<Sampling, 'trim' | 'downsample'>,
    source: FrameSource,
  ): Promise<Applied> {
    if (episode.source === 'simulator') {
      return { episode, automatic: true, downsample: episode.downsample ?? sampling.downsample, reason: null };
    }
    const { factor, why } = downsampling(episode, sampling.downsample);
    const own = { ...episode, downsample: factor };
    if (episode.trim || !sampling.trim) return { episode: own, automatic: false, downsample: factor, reason: why };
    const key = `${episode.id}/${factor}`;
    let trim = this.#found.get(key);
    if (!trim) {
      trim = find(episode, factor, source);
      trim.catch(() => this.#found.delete(key));
      this.#found.set(key, trim);
    }
    return { episode: { ...own, trim: await trim }, automatic: true, downsample: factor, reason: why };
  }
}

/** The person's factor, or the recipe's, or a smaller one for clips that are too short for it. */
function downsampling(episode: Episode, wanted: number): { factor: number; why: string | null } {
  const proposed = proposeDownsample(episode.frameCount, episode.framesPerSecond);
  if (episode.downsample !== null) {
    const why = episode.downsample === proposed.factor ? proposed.why : m.engine_set_by_hand();
    return { factor: episode.downsample, why };
  }
  return proposed.factor < wanted ? { factor: proposed.factor, why: proposed.why } : { factor: wanted, why: null };
}

async function find(episode: Episode, factor: number, source: FrameSource): Promise<{ start: number; end: number }> {
  const frames: number[] = [];
  for (let frame = 0; frame < episode.frameCount; frame += factor) frames.push(frame);
  const { start, end } = findTrim(await source.signatures(episode, frames));
  return { start: frames[start] ?? 0, end: frames[end] ?? episode.frameCount - 1 };
}
