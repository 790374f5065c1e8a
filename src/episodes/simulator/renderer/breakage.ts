// What is left of a thing that broke: shards of its own colours about the place where it fell, and a puddle where it
// was full of something.
import { Group } from 'three';
import { shade } from '../palette';
import type { ObjectState, SceneObject } from '../scene';
import type { Pieces } from './pieces';

const SHARDS = 9;
/** Turns between neighbours of a sunflower's seeds, which fill a disc evenly. */
const GOLDEN_ANGLE = 2.399963;

export function addWreck(object: SceneObject, pieces: Pieces): (state: ObjectState) => void {
  const root = new Group();
  pieces.rig.add(root);
  const reach = 0.5 * (object.size[0] + object.size[2]);
  const piece = 0.32 * reach;
  const solid = object.parts.filter(({ opacity }) => opacity === undefined || opacity === 1);
  const colours = (solid.length > 0 ? solid : object.parts).map(({ colour }) => colour);
  const grows = object.parts.find(({ motions }) => motions?.some(({ kind }) => kind === 'grow'));
  const puddle = pieces.add(root, 'cylinder', [reach * 2, 0.004, reach * 1.7], grows?.colour ?? 0, 1);
  const flooded = puddle.scale.clone();
  for (let i = 0; i < SHARDS; i++) {
    const colour = shade(colours[i % colours.length] ?? 0, 0.8 + 0.08 * (i % 4));
    const wide = piece * (0.7 + 0.2 * (i % 3));
    const shard = pieces.add(root, 'box', [wide, 0.014, wide * 0.6], colour);
    const away = reach * 0.95 * Math.sqrt((i + 0.5) / SHARDS);
    const angle = i * GOLDEN_ANGLE;
    shard.position.set(away * Math.cos(angle), 0.012 + 0.005 * (i % 3), away * Math.sin(angle));
    shard.rotation.set(0.35 * Math.sin(i * 2.1), angle * 1.7, 0.35 * Math.cos(i * 1.3));
  }
  return ({ damaged, position, channels }) => {
    root.scale.setScalar(damaged ? 1 : 0);
    root.position.set(position[0], 0, position[2]);
    const wet = grows !== undefined && Object.values(channels).some((value) => value > 0.05);
    if (wet) puddle.scale.copy(flooded);
    else puddle.scale.setScalar(0);
  };
}
