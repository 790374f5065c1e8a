// Signatures of simulated frames, by which still stretches are found: exact from the state, without drawing.
import { ARMS } from './scene';
import type { SimulatedEpisode } from './simulate';

/** Metres that are just visible: about two pixels of a 64-pixel picture. */
const VISIBLE_METRES = 0.03;
/** Share of a channel (openness, fill, fold, dirt) that is just visible. */
const VISIBLE_CHANNEL = 0.12;

/** One vector for a raw frame, 1 in each component being just visible; its length is the same in all of an episode. */
export function stateSignature(simulated: SimulatedEpisode, frame: number): Float32Array<ArrayBuffer> {
  const { grippers, objects } = simulated.stateAt(frame);
  const values: number[] = [];
  for (const arm of ARMS) {
    const { position, opening } = grippers[arm];
    for (const metres of [...position, opening]) values.push(metres / VISIBLE_METRES);
  }
  for (const [i, { position, channels }] of objects.entries()) {
    // What stands or swings about without meaning does not count as a change.
    if (simulated.scene.objects[i]?.clutter === true) continue;
    for (const metres of position) values.push(metres / VISIBLE_METRES);
    for (const channel of Object.values(channels)) values.push(channel / VISIBLE_CHANNEL);
  }
  return Float32Array.from(values);
}
