// Where the things of a world are now: by what each is held. Kept beside the timeline,
// which knows every past moment, because a step asks for the present dozens of times.
import type { Arm, SceneObject, Vec3 } from '../scene';
import { minus, plus, scaled } from '../tracks';

export interface Hand {
  arm: Arm;
  position: Vec3;
  opening: number;
  holding: Body | null;
}

export interface Body {
  readonly object: SceneObject;
  /** Underside relative to the hand or the body, or absolute on the table. */
  offset: Vec3;
  by: Hand | Body | null;
  word: 'in' | 'on';
  readonly channels: Record<string, number>;
  damaged: boolean;
  /** Off the table. */
  lost: boolean;
  /** A hand can close on it. */
  readonly takeable: boolean;
  /** Distance of the fingers when they have closed on it, and where they do. */
  readonly width: number;
  readonly gripOffset: Vec3;
}

export function isHand(by: Body['by']): by is Hand {
  return by !== null && 'arm' in by;
}

export function positionOf({ by, offset }: Body): Vec3 {
  if (by === null) return offset;
  return plus(isHand(by) ? by.position : anchorOf(by), offset);
}

/** What lies in or on a body moves with this point. */
export function anchorOf(body: Body): Vec3 {
  const { carries } = body.object;
  const at = positionOf(body);
  return carries ? plus(at, scaled(carries.by, body.channels[carries.channel] ?? 0)) : at;
}

/** How far outside of a body's footprint a point is, seen from above; 0 within. */
export function outside(body: Body, at: Vec3, [x, , z]: Vec3): number {
  const { size, yaw } = body.object;
  let dx = x - at[0];
  let dz = z - at[2];
  if (yaw !== 0) {
    const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
    [dx, dz] = [c * dx - s * dz, s * dx + c * dz];
  }
  const overX = Math.max(0, Math.abs(dx) - size[0] / 2);
  const overZ = Math.max(0, Math.abs(dz) - size[2] / 2);
  return Math.sqrt(overX * overX + overZ * overZ);
}

/** The offset by which a body at a point lies in or on another. */
export function offsetIn(by: Body | null, at: Vec3): Vec3 {
  return by === null ? at : minus(at, anchorOf(by));
}
