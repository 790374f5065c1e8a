// What of a simulated moment can be seen to move, as one vector: by it still stretches are found without drawing.
import type { SimulatedEpisode } from './simulate';

/** Metres that are just visible: about a pixel and a half of a 64-pixel picture. */
const VISIBLE_METRES = 0.03;
/** Share of a channel (openness, fill, fold, dirt) that is just visible. */
const VISIBLE_SHARE = 0.12;

/** Positions of grippers and objects and all channels, scaled so that a difference of 1 is just visible. */
export function stateSignature(simulated: SimulatedEpisode, frame: number): Float32Array {
  const { grippers, objects } = simulated.stateAt(frame);
  const values: number[] = [];
  for (const { position, opening } of [grippers.left, grippers.right]) {
    values.push(...position.map((v) => v / VISIBLE_METRES), opening / VISIBLE_METRES);
  }
  for (const { position, channels } of objects) {
    values.push(...position.map((v) => v / VISIBLE_METRES));
    values.push(...Object.values(channels).map((v) => v / VISIBLE_SHARE));
  }
  return Float32Array.from(values);
}
