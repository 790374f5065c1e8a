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
  return episode.source === 'simulator' || describedAt(episode.segments, frame) !== null;
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
