// Where the spatial details of a frame come from: the simulator's scene states by grammar, or the described segments of
// an imported episode. Episodes without either give tag samples only.
import type { Random } from '../base/random';
import { describedAt, hasWords } from '../episodes/annotations/described';
import type { Episode } from '../episodes/episode';
import { simulatedEpisode } from '../episodes/simulator/simulatorSource';
import type { Wanted } from '../pairs/pairStream';
import { describe } from './spatialDetails';

export function isDescribed(episode: Episode): boolean {
  return episode.source === 'simulator' || episode.segments.some(hasWords);
}

/** Whether a raw frame has a description. */
export function isDescribedAt(episode: Episode, frame: number): boolean {
  return episode.source === 'simulator' || maskOf(episode)[frame] === 1;
}

const masks = new WeakMap<Episode, Uint8Array>();

/** 1 for each raw frame that somebody described; an hour's film is asked about frame by frame. */
function maskOf(episode: Episode): Uint8Array {
  let mask = masks.get(episode);
  if (!mask) {
    mask = new Uint8Array(episode.frameCount);
    for (const segment of episode.segments) if (hasWords(segment)) mask.fill(1, segment.from, segment.to + 1);
    masks.set(episode, mask);
  }
  return mask;
}

/** What CoT samples are drawn from. */
export const DESCRIBED: Wanted = { episode: isDescribed, frame: isDescribedAt };

/**
 * One line on a raw frame, or null where nothing is known of it.
 * @param random chooses among the phrasings
 */
export function spatialDetails(episode: Episode, frame: number, random: Random): string | null {
  if (episode.source === 'simulator') return describe(simulatedEpisode(episode.id).stateAt(frame), random);
  return describedAt(episode.segments, frame)?.text.replace(/\s+/g, ' ').trim() ?? null;
}
