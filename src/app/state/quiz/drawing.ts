// Draws the pairs of a quiz: different ones, in the order in which the settings and the seed name them.
import type { Engine } from '../../clients/engine';
import type { Sampling } from '../../../pairs/sampling';
import type { QuizPair } from './attempt';
import { libraryRecipe, simulatorRecipe, WARM_UP, type QuizSettings } from './settings';

/** Fewer pairs make no quiz. */
export const LEAST_PAIRS = 4;
/** Drawn at a time, between two looks at whether somebody pressed cancel. */
const AT_ONCE = 12;
/** So many times the pairs wanted are drawn before a small library counts as used up. */
const PATIENCE = 4;

export interface Drawn {
  pairs: QuizPair[];
  warmUp: QuizPair[];
}

export class TooFewPairs extends Error {}

/**
 * @param sampling how the library's recordings are sampled
 * @param onProgress share in [0, 1]; a false answer ends the drawing
 * @returns null where it was cancelled
 * @throws TooFewPairs where the library has hardly any pair; Error in words where it has none
 */
export async function drawPairs(
  engine: Engine,
  settings: QuizSettings,
  sampling: Sampling,
  onProgress: (share: number) => boolean,
): Promise<Drawn | null> {
  await engine.connected;
  let recipe = simulatorRecipe(settings);
  if (settings.source === 'library') {
    const recordings = await engine.data.episodes({ kind: 'library' });
    recipe = libraryRecipe(settings, sampling, [...new Set(recordings.map(({ template }) => template))]);
  }
  const wanted = settings.pairs + WARM_UP;
  const found = new Map<string, QuizPair>();
  for (let from = 0; from < PATIENCE * wanted && found.size < wanted; from += AT_ONCE) {
    if (!onProgress(found.size / wanted)) return null;
    for (const { episode, frames, window } of await engine.data.examplePairs(recipe, from, AT_ONCE)) {
      const { id, name, task, template, category } = episode;
      found.set(`${id} ${frames.join(' ')}`, { episode: id, name, task, template, category, frames, window });
    }
  }
  const pairs = [...found.values()].slice(0, wanted);
  if (pairs.length < LEAST_PAIRS) throw new TooFewPairs();
  // Of few pairs all are asked about, and none goes into the warm-up.
  return { pairs: pairs.slice(0, settings.pairs), warmUp: pairs.slice(settings.pairs) };
}
