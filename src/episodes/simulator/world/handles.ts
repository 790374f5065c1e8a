// Doors, lids, drawers and switches in a world: a hand at the handle leads the channel along the way that the template's
// own operation has for it, forwards or backwards.
import type { Vec3 } from '../scene';
import { distance } from '../tracks';
import type { Body } from './bodies';
import type { Operate } from './intentions';

/** How near the fingers must come to a handle, and how far from it they keep it; metres. */
const AT_HANDLE = 0.05;
const AWAY = 0.07;
/** Most of the way by which a channel follows in a substep, and the steps in which the nearest point is looked for. */
const MOST = 0.08;
const COARSE = 0.02;
const FINE = 0.004;

export interface Handle {
  body: Body;
  intention: Operate;
}

/** The share of the handle's way that belongs to the channel's present value. */
export function shareOf({ body, intention }: Handle): number {
  const { before, operation } = intention;
  const value = body.channels[operation.channel] ?? before;
  return operation.to === before ? 1 : Math.min(1, Math.max(0, (value - before) / (operation.to - before)));
}

/** Where the handle is. */
export function handleAt(handle: Handle): Vec3 {
  return handle.intention.operation.path(shareOf(handle));
}

/** The nearest handle that the point is at and that is led so: held, or pushed with closed fingers. */
export function handleNear(
  handles: readonly Handle[],
  point: Vec3,
  holds: boolean,
): { handle: Handle; away: number } | null {
  let best: { handle: Handle; away: number } | null = null;
  for (const handle of handles) {
    if ((handle.intention.operation.holds ?? true) !== holds) continue;
    const away = distance(handleAt(handle), point);
    if (away < AT_HANDLE && (best === null || away < best.away)) best = { handle, away };
  }
  return best;
}

/**
 * Leads the channel to where the hand is.
 * @returns false where the hand has left the handle, which then stays where it was
 */
export function lead(handle: Handle, point: Vec3): boolean {
  const { body, intention } = handle;
  const { path, channel, to } = intention.operation;
  const share = shareOf(handle);
  const low = Math.max(0, share - MOST);
  const high = Math.min(1, share + MOST);
  let nearest = share;
  let least = distance(path(share), point);
  const look = (s: number): void => {
    if (s < low || s > high) return;
    const away = distance(path(s), point);
    if (away < least) [nearest, least] = [s, away];
  };
  for (let s = -MOST; s <= MOST + 1e-9; s += COARSE) look(share + s);
  const middle = nearest;
  for (let s = -COARSE; s <= COARSE + 1e-9; s += FINE) look(middle + s);
  look(low);
  look(high);
  if (least > AWAY) return false;
  // The last bit is not felt: a lid that is nearly shut falls shut.
  const felt = nearest > 0.985 ? 1 : nearest < 0.015 ? 0 : nearest;
  body.channels[channel] = intention.before + (to - intention.before) * felt;
  return true;
}
