// Simulated episodes that no recipe can have: of the comparison's simulator, with numbers beyond those that a recipe may
// ask for. What is measured on episodes with mishaps has numbers of its own below these (mishapEpisodes.ts).
import type { Episode } from '../episodes/episode';
import { simulatedEpisode } from '../episodes/simulator/simulatorSource';
import { simulatorId, type SimulatorSettings } from '../episodes/simulator/simulatorId';
import { COMPARISON } from '../training/comparison';

const FIRST = 2_000_000;

/** @param mishaps whether something goes wrong, where in a task anything can */
export function unseenEpisodes(mishaps: boolean, from: number, count: number): Promise<Episode[]> {
  const settings = { ...COMPARISON.source, mishaps: mishaps ? 1 : 0 } as SimulatorSettings;
  const idOf = (i: number) => simulatorId(settings, FIRST + from + i);
  return Promise.resolve(Array.from({ length: count }, (_, i) => simulatedEpisode(idOf(i)).episode));
}
