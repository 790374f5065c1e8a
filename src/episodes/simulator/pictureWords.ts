// Under what an episode's drawn pictures are kept: two words that follow from everything that is seen, so that pictures
// of a scene that has come to be simulated or drawn otherwise are never found again.
import { hashText } from '../../base/random';
import { RENDERER_VERSION } from './renderer';
import type { SimulatedEpisode } from './simulate';

/** Moments of an episode that stand for all of it. */
const MOMENTS = [0, 0.21, 0.47, 0.73, 1];
const KEPT = 20_000;
const known = new Map<string, readonly [number, number]>();

/** @param simulated is called where the episode has not been asked for before */
export function pictureWords(id: string, simulated: () => SimulatedEpisode): readonly [number, number] {
  let words = known.get(id);
  if (words === undefined) {
    const { scene, frameCount, lastFrame, stateAt } = simulated();
    const states = MOMENTS.map((moment) => stateAt(Math.round(moment * (frameCount - 1))));
    const text = JSON.stringify([RENDERER_VERSION, id, frameCount, lastFrame, scene, states]);
    words = [hashText(text), hashText(`again ${text}`)];
    if (known.size >= KEPT) known.clear();
    known.set(id, words);
  }
  return words;
}
