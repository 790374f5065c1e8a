// Episodes as they lie in storage may have been written before a field existed. They are completed here, in one place,
// so that everything else may rely on the record being whole.
import type { Episode } from './episode';
import { categoryOf, templateOf } from './taskText';

/** What every version has stored; the rest may be missing. */
export type StoredEpisode = Pick<Episode, 'id' | 'source' | 'name' | 'task' | 'frameCount'> & Partial<Episode>;

/** The whole record; fields that were not known when it was written get the value that says so. */
export function completeEpisode(stored: StoredEpisode): Episode {
  return {
    ...stored,
    template: stored.template ?? templateOf(stored.task),
    counterTask: stored.counterTask ?? null,
    category: stored.category ?? categoryOf(stored.task),
    outcome: stored.outcome ?? 'unknown',
    mishap: stored.mishap ?? null,
    traits: stored.traits ?? null,
    framesPerSecond: stored.framesPerSecond ?? null,
    aspect: stored.aspect ?? 1,
    group: stored.group ?? stored.id,
    split: stored.split ?? null,
    trim: stored.trim ?? null,
    downsample: stored.downsample ?? null,
    segments: stored.segments ?? [],
    licence: stored.licence ?? null,
    attribution: stored.attribution ?? null,
  };
}
