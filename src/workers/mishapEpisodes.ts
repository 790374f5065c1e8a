// Episodes in which something goes wrong, for evaluations: of the same simulator as a recipe's own episodes, but with
// numbers beyond those of any recipe, because an episode's scene and sentence follow from its number.
import type { Episode } from '../episodes/episode';
import { simulatedEpisode } from '../episodes/simulator/simulatorSource';
import { simulatorId, type SimulatorSettings } from '../episodes/simulator/simulatorId';

/** More than a recipe may have. */
const FIRST = 1_000_000;
/** Episodes tried; in some templates nothing can go wrong. */
const TRIED = 400;

/** @param source the recipe's; none of its episodes is among these, and all of these are for testing */
export function mishapEpisodes(source: SimulatorSettings): Episode[] {
  const settings = { ...source, mishaps: 1 };
  return Array.from({ length: TRIED }, (_, i) => simulatedEpisode(simulatorId(settings, FIRST + i)).episode)
    .filter(({ mishap }) => mishap !== null)
    .map((episode) => ({ ...episode, split: 'test' }));
}
