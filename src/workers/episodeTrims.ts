// Finds the ends of imported episodes once and remembers them; a person's own trim goes before. Simulated episodes know
// when they were done.
import type { Episode } from '../episodes/episode';
import { visibleChange, type FrameSource } from '../episodes/frames';
import { proposeDownsample } from '../episodes/downsampling';
import { findTrim } from '../pairs/trim';
import type { Sampling } from '../pairs/sampling';
import * as m from '../words/messages';

interface Applied {
  /** The episode with the trim and downsampling that apply. */
  episode: Episode;
  automatic: boolean;
  /** Whether something is seen to move after the end that was found. */
  movesAfter: boolean;
  downsample: number;
  reason: string | null;
}

interface Found {
  trim: { start: number; end: number };
  movesAfter: boolean;
}

export class EpisodeTrims {
  readonly #found = new Map<string, Promise<Found>>();

  async apply(
    episode: Episode,
    sampling: Pick<Sampling, 'trim' | 'downsample'>,
    source: FrameSource,
  ): Promise<Applied> {
    if (episode.source === 'simulator') {
      return {
        episode,
        automatic: true,
        movesAfter: false,
        downsample: episode.downsample ?? sampling.downsample,
        reason: null,
      };
    }
    const { factor, why } = downsampling(episode, sampling.downsample);
    const own = { ...episode, downsample: factor };
    const applied = { downsample: factor, reason: why };
    if (episode.trim || !sampling.trim) return { episode: own, automatic: false, movesAfter: false, ...applied };
    const key = `${episode.id}/${factor}`;
    let found = this.#found.get(key);
    if (!found) {
      found = find(episode, factor, source);
      found.catch(() => this.#found.delete(key));
      this.#found.set(key, found);
    }
    const { trim, movesAfter } = await found;
    return { episode: { ...own, trim }, automatic: true, movesAfter, ...applied };
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

async function find(episode: Episode, factor: number, source: FrameSource): Promise<Found> {
  const frames: number[] = [];
  for (let frame = 0; frame < episode.frameCount; frame += factor) frames.push(frame);
  const signatures = await source.signatures(episode, frames);
  const { start, end } = findTrim(signatures);
  const [kept, last] = [signatures[end], signatures.at(-1)];
  return {
    trim: { start: frames[start] ?? 0, end: frames[end] ?? episode.frameCount - 1 },
    movesAfter: kept !== undefined && last !== undefined && visibleChange(kept, last) >= 1,
  };
}
