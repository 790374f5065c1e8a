// What a hand touches: the thing that closing fingers are about, and what it, or what it carries, runs into.
import type { SceneObject, Vec3 } from '../scene';
import { distance, plus } from '../tracks';
import { isHand, outside, positionOf } from './bodies';
import type { Body, Hand } from './bodies';

/** Fingers that are no wider than this about a thing touch it. */
export const TOUCH = 0.006;
/** About a thing, where closing fingers take it: beside its footprint, below its underside, above its top. */
const BESIDE = 0.025;
const BELOW = 0.01;
const ABOVE = 0.04;
/** What is at least so high for its width stands, and falls over when it is hit this far below its top. */
const STANDS = 0.75;
const HIT_BELOW_TOP = 0.015;
const FINGER = 0.025;

export interface Touched {
  body: Body;
  /** Of the fingers from where they should close on it; metres. */
  away: number;
}

/**
 * The thing that the fingers are about, the nearest of several.
 * @param opening how wide the fingers were before they began to close: not narrower than the thing
 */
export function thingAt(takeable: readonly Body[], at: Vec3, opening: number): Touched | null {
  let best: Touched | null = null;
  for (const body of takeable) {
    if (body.damaged || body.lost || isHand(body.by) || opening < body.width - TOUCH) continue;
    const where = positionOf(body);
    if (at[1] < where[1] - BELOW || at[1] > where[1] + body.object.size[1] + ABOVE) continue;
    if (outside(body, where, at) > BESIDE) continue;
    const away = distance(at, plus(where, body.gripOffset));
    if (best === null || away < best.away) best = { body, away };
  }
  return best;
}

/** It breaks, and is high enough for its width to fall over. */
export function canFallOver({ fragile, flat, size }: SceneObject): boolean {
  return fragile === true && !flat && size[1] >= STANDS * Math.min(size[0], size[2]);
}

/** The hand or what it carries has come from the side into something that stands. */
export function runsInto({ position: at, holding, opening }: Hand, before: Vec3, body: Body): boolean {
  // What lies in something is kept from falling by its walls.
  if (body.damaged || body.lost || isHand(body.by) || (body.by !== null && body.word === 'in')) return false;
  const where = positionOf(body);
  const low = holding === null ? at[1] : at[1] + holding.offset[1];
  if (low > where[1] + body.object.size[1] - HIT_BELOW_TOP) return false;
  const reach = halfOf(body) + (holding === null ? FINGER : halfOf(holding));
  if (Math.hypot(at[0] - where[0], at[2] - where[2]) > reach) return false;
  // What was above it or at it before comes down, closes or moves away; and open fingers may come to take it.
  if (Math.hypot(before[0] - where[0], before[2] - where[2]) <= reach) return false;
  return holding !== null || !body.takeable || opening < body.width - TOUCH;
}

/** Half of its width where it is narrower. */
export function halfOf({ object: { size } }: Body): number {
  return Math.min(size[0], size[2]) / 2;
}
