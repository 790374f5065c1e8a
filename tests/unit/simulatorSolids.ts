// How deep simulated things are in each other, part by part: upright boxes and cylinders, turned about the vertical.
// Parts that are half-way round a hinge, what can be looked through and what grows (liquid) are left out.
import type { Motion, ObjectState, Part, SceneObject, Vec3 } from '../../src/episodes/simulator/scene';

interface Solid {
  x: number;
  z: number;
  low: number;
  high: number;
  /** Half extents in its own directions. */
  across: number;
  along: number;
  yaw: number;
  round: boolean;
}

const QUARTER = Math.PI / 2;

/** Cosine and sine of an angle that is a multiple of a quarter turn; null of any other. */
function quarters(angle: number): readonly [number, number] | null {
  if (Math.abs(angle / QUARTER - Math.round(angle / QUARTER)) > 0.03) return null;
  return [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))];
}

/** The three axes turn into each other in this order about each axis. */
const PLANES: Readonly<Record<'x' | 'y' | 'z', readonly [0 | 1 | 2, 0 | 1 | 2]>> = { x: [1, 2], y: [2, 0], z: [0, 1] };

/** A box given by its centre and half extents. */
interface Box {
  at: [number, number, number];
  half: [number, number, number];
}

function turn({ at, half }: Box, axis: 'x' | 'y' | 'z', pivot: Vec3, angle: number): boolean {
  const cosSin = quarters(angle);
  if (cosSin === null) return false;
  const [cos, sin] = cosSin;
  const [a, b] = PLANES[axis];
  const [p, q] = [at[a] - pivot[a], at[b] - pivot[b]];
  at[a] = pivot[a] + p * cos - q * sin;
  at[b] = pivot[b] + p * sin + q * cos;
  if (sin !== 0) [half[a], half[b]] = [half[b], half[a]];
  return true;
}

/** Moves the box; false where that cannot be said. */
function moved(box: Box, motion: Motion, value: number): boolean {
  if (motion.kind === 'slide') {
    motion.by.forEach((metres, i) => (box.at[i as 0 | 1 | 2] += metres * value));
    return true;
  }
  if (motion.kind === 'grow') return false;
  return turn(box, motion.axis, motion.pivot, motion.from + (motion.to - motion.from) * value);
}

function solidOf(part: Part, state: ObjectState): Solid | null {
  if ((part.opacity ?? 1) < 1) return null;
  const [x, y, z] = part.size;
  const box: Box = { at: [...part.at], half: [x / 2, y / 2, z / 2] };
  // The outermost motion comes first and moves all the others.
  for (const motion of [...(part.motions ?? [])].reverse()) {
    if (!moved(box, motion, state.channels[motion.channel] ?? 0)) return null;
  }
  if (!turn(box, 'z', [0, 0, 0], state.tip)) return null;
  const [cos, sin] = [Math.cos(state.yaw), Math.sin(state.yaw)];
  return {
    x: state.position[0] + box.at[0] * cos + box.at[2] * sin,
    z: state.position[2] - box.at[0] * sin + box.at[2] * cos,
    low: state.position[1] + box.at[1] - box.half[1],
    high: state.position[1] + box.at[1] + box.half[1],
    across: box.half[0],
    along: box.half[2],
    yaw: state.yaw,
    round: part.shape !== 'box' && Math.abs(box.half[0] - box.half[2]) < 1e-6,
  };
}

export function solidsOf(object: SceneObject, state: ObjectState): Solid[] {
  return object.parts.map((part) => solidOf(part, state)).filter((solid) => solid !== null);
}

/** Metres by which one must be pushed to be out of the other on the table; 0 or less where they are apart. */
function planDepth(a: Solid, b: Solid): number {
  const [dx, dz] = [b.x - a.x, b.z - a.z];
  if (a.round && b.round) return a.across + b.across - Math.hypot(dx, dz);
  let least = Infinity;
  const reach = (solid: Solid, ux: number, uz: number) => {
    if (solid.round) return solid.across;
    const [cos, sin] = [Math.cos(solid.yaw), Math.sin(solid.yaw)];
    return solid.across * Math.abs(ux * cos - uz * sin) + solid.along * Math.abs(ux * sin + uz * cos);
  };
  const along = (ux: number, uz: number) => {
    least = Math.min(least, reach(a, ux, uz) + reach(b, ux, uz) - Math.abs(dx * ux + dz * uz));
  };
  for (const { yaw, round } of [a, b]) {
    if (round) continue;
    along(Math.cos(yaw), -Math.sin(yaw));
    along(Math.sin(yaw), Math.cos(yaw));
  }
  const away = Math.hypot(dx, dz);
  if ((a.round || b.round) && away > 0) along(dx / away, dz / away);
  return least;
}

/**
 * Metres by which two things are in each other at their deepest parts, 0 where they are apart.
 * @param seenFromAbove footprints count, whatever their heights
 */
export function overlap(some: readonly Solid[], others: readonly Solid[], seenFromAbove: boolean): number {
  let deepest = 0;
  for (const a of some) {
    for (const b of others) {
      const height = seenFromAbove ? Infinity : Math.min(a.high - b.low, b.high - a.low);
      if (height <= deepest) continue;
      deepest = Math.max(deepest, Math.min(height, planDepth(a, b)));
    }
  }
  return deepest;
}
