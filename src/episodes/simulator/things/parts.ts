// What things are built of: single parts, and the walls of whatever is open above.
import { shade } from '../palette';
import type { Motion, Part, SceneObject, Vec3 } from '../scene';

/** Where a thing is, and what else is said of it besides what its builder does. */
export type Rest = Pick<SceneObject, 'at'> & Partial<SceneObject>;

/** A thing that stands on the table, holds nothing and changes in no way. */
export const DEFAULTS = { yaw: 0, container: false, flat: false, channels: {} };

export function box(size: Vec3, at: Vec3, colour: number, motions: readonly Motion[] = []): Part {
  return { shape: 'box', size, at, colour, motions };
}

/** An ellipsoid. */
export function round(size: Vec3, at: Vec3, colour: number): Part {
  return { shape: 'ball', size, at, colour };
}

/** An upright cylinder, most often a flat one. */
export function disc(width: number, height: number, at: Vec3, colour: number, motions: readonly Motion[] = []): Part {
  return { shape: 'cylinder', size: [width, height, width], at, colour, motions };
}

/** A cylinder whose axis points to the side or to the viewer; `length` is along that axis. */
export function rod(
  axis: 'x' | 'z',
  width: number,
  length: number,
  at: Vec3,
  colour: number,
  motions: readonly Motion[] = [],
): Part {
  return disc(width, length, at, colour, [...motions, turned(axis === 'x' ? 'z' : 'x', Math.PI / 2, at)]);
}

/** A turn that never changes: parts by themselves stand along the axes. No thing has a channel of this name. */
export function turned(axis: 'x' | 'y' | 'z', angle: number, pivot: Vec3 = [0, 0, 0]): Motion {
  return { kind: 'hinge', channel: 'fixed', axis, pivot, from: angle, to: angle };
}

/** The part turned about its own upright axis. */
export function askew(part: Part, angle: number): Part {
  return { ...part, motions: [...(part.motions ?? []), turned('y', angle, part.at)] };
}

/** Floor and four walls; `motions` move them all (a drawer). */
export function openBox(
  size: Vec3,
  wall: number,
  colour: number,
  floor: number,
  motions: readonly Motion[] = [],
): Part[] {
  const [x, y, z] = size;
  return [
    box([x, 0.012, z], [0, 0.006, 0], floor, motions),
    box([wall, y, z], [-x / 2 + wall / 2, y / 2, 0], colour, motions),
    box([wall, y, z], [x / 2 - wall / 2, y / 2, 0], colour, motions),
    box([x, y, wall], [0, y / 2, -z / 2 + wall / 2], shade(colour, 0.9), motions),
    box([x, y, wall], [0, y / 2, z / 2 - wall / 2], colour, motions),
  ];
}

/** Pieces of a round wall. */
const SIDES = 12;

/** A round floor, and a round wall of boxes that overlap a little at their ends. */
export function roundWall(width: number, height: number, wall: number, colour: number, floor: number): Part[] {
  const length = width * Math.tan(Math.PI / SIDES) * 1.03;
  const at: Vec3 = [0, height / 2, (width - wall) / 2];
  const pieces = Array.from({ length: SIDES }, (_, i) =>
    box([length, height, wall], at, colour, [turned('y', (2 * Math.PI * i) / SIDES)]),
  );
  return [disc(width * 0.97, 0.012, [0, 0.006, 0], floor), ...pieces];
}
