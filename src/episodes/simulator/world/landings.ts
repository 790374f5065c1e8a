// Where a thing comes to lie that is let go: at its own place where it is right above it, and else on what is beneath.
import type { Vec3 } from '../scene';
import { plus } from '../tracks';
import { anchorOf, isHand, outside } from './bodies';
import type { Body } from './bodies';
import type { Bring } from './intentions';

/** Thickness of a container's floor. */
const FLOOR = 0.012;
/** A thing comes to lie on something whose top is so far above its own underside, as if it had been lowered onto it. */
const SUNK = 0.03;
/** What something lies on is as wide as this share of it. */
const BEARS = 0.6;

/** A thing let go so near to its place, seen from above, and no lower than this below it comes to lie there. */
const AT_PLACE = 0.06;
const SINKS = 0.03;
/** A container that is less open than it was to be, by this share of its channel, takes nothing to its place. */
const OPEN_ENOUGH = 0.3;

export interface Landing {
  by: Body | null;
  word: 'in' | 'on';
  /** Where its underside comes to rest. */
  at: Vec3;
}

/** Where something of the task is to be brought. */
export interface Slot {
  bring: Bring;
  /** What it is to lie in or on; null for the table. */
  support: Body | null;
}

export function slotsOf(brings: readonly Bring[], bodies: ReadonlyMap<string, Body>): Slot[] {
  return brings.map((bring) => {
    const { by } = bring.slot;
    return { bring, support: by === null ? null : (bodies.get(by.object) ?? null) };
  });
}

/** Where a thing's intention wants it to be, now that its support may have moved. */
export function slotOf({ slot }: Bring, support: Body | null): Vec3 {
  return support === null ? slot.offset : plus(anchorOf(support), slot.offset);
}

export function landingOf(slots: readonly Slot[], bodies: readonly Body[], body: Body, point: Vec3): Landing {
  return placeOf(slots, body, point) ?? beneath(bodies, body, point);
}

function placeOf(slots: readonly Slot[], body: Body, point: Vec3): Landing | null {
  for (const { bring, support } of slots) {
    if (bring.object !== body.object.name) continue;
    const at = slotOf(bring, support);
    if (Math.hypot(point[0] - at[0], point[2] - at[2]) > AT_PLACE || point[1] < at[1] - SINKS) continue;
    if (support !== null && (support.lost || support.damaged || isHand(support.by))) continue;
    const open = Object.entries(bring.channels).every(
      ([channel, value]) => Math.abs((support?.channels[channel] ?? value) - value) < OPEN_ENOUGH,
    );
    if (open) return { by: support, word: bring.slot.by?.word ?? 'on', at };
  }
  return null;
}

/** Something of the task was to come here. */
export function takesPlace(slots: readonly Slot[], { by, at }: Landing): boolean {
  return slots.some(({ bring, support }) => {
    const slot = slotOf(bring, support);
    return (by !== null && by === support) || Math.hypot(at[0] - slot[0], at[2] - slot[2]) < AT_PLACE;
  });
}

/** The body rests on the other, directly or through what is between. */
function restsOn(body: Body, other: Body): boolean {
  for (let by = body.by; by !== null && !isHand(by); by = by.by) if (by === other) return true;
  return false;
}

/** A lid or a flap is closed over it. */
function shut({ channels }: Body): boolean {
  for (const name in channels) if (/flap|lid/.test(name) && (channels[name] ?? 0) > 0.5) return true;
  return false;
}

/** What a body that is let go at a point falls onto: the highest thing below whose footprint holds the point. */
function beneath(bodies: readonly Body[], body: Body, point: Vec3): Landing {
  let best: Landing = { by: null, word: 'on', at: [point[0], 0, point[2]] };
  for (const other of bodies) {
    if (other === body || other.lost || other.damaged || isHand(other.by) || restsOn(other, body)) continue;
    const { size, container, clutter } = other.object;
    // What stands about is too small to bear anything.
    if (clutter === true || Math.min(size[0], size[2]) < BEARS * Math.min(body.object.size[0], body.object.size[2]))
      continue;
    const at = anchorOf(other);
    if (outside(other, at, point) > 0) continue;
    const inside = container && !shut(other);
    const top = at[1] + (inside ? FLOOR : size[1]);
    if (top > point[1] + SUNK || top <= best.at[1]) continue;
    best = { by: other, word: inside ? 'in' : 'on', at: [point[0], top, point[2]] };
  }
  return best;
}
