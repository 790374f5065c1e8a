// Lids hinged to a box, and where a hand leads them. Open at 0 of the channel `lid` and closed at 1.
import { shade } from '../palette';
import type { Arm, Motion, Part, Vec3 } from '../scene';
import { box } from './parts';

/** How far a lid stands open. */
const WIDE = 1.75;

/** The hinge at the back of a box of this size, for the lid and what is on it. */
export function backHinge([, y, z]: Vec3): Motion {
  return { kind: 'hinge', channel: 'lid', axis: 'x', pivot: [0, y, -z / 2], from: -WIDE, to: 0 };
}

/** A domed lid hinged at the back of a box of this size. */
export function backLid(size: Vec3, depth: number, colour: number): Part[] {
  return dome(size, depth, colour, backHinge(size));
}

/** Where an arm leads the end of a `backLid` on its own side; `share` from 0, open, to 1, closed. */
export function backLidEnd(arm: Arm, at: Vec3, [x, y, z]: Vec3, depth: number): (share: number) => Vec3 {
  const side = arm === 'left' ? -1 : 1;
  const radius = z * 0.6;
  return (share) => {
    const angle = WIDE * (1 - share);
    return [
      at[0] + (side * x) / 2,
      at[1] + y + depth * 0.8 * Math.cos(angle) + radius * Math.sin(angle),
      at[2] - z / 2 + radius * Math.cos(angle) - depth * 0.8 * Math.sin(angle),
    ];
  };
}

/** The upper half of a box that opens like a book to the side, until it lies beside the lower half. */
export function sideLid([x, y, z]: Vec3, depth: number, colour: number, side: 1 | -1): Part[] {
  const hinge: Motion = {
    kind: 'hinge',
    channel: 'lid',
    axis: 'z',
    pivot: [(side * x) / 2, y, 0],
    from: -side * Math.PI,
    to: 0,
  };
  const tab = box([0.08, 0.02, 0.04], [-side * 0.03, y + depth * 0.6, z / 2 + 0.015], shade(colour, 0.6), [hinge]);
  return [...dome([x, y, z], depth, colour, hinge), tab];
}

/** Where a hand leads the tab of a `sideLid`; `share` from 0, open, to 1, closed. */
export function sideLidTab(at: Vec3, [x, y, z]: Vec3, side: 1 | -1): (share: number) => Vec3 {
  const radius = x / 2 + 0.03;
  return (share) => {
    const angle = Math.PI * share;
    return [
      at[0] + side * (x / 2 + radius * Math.cos(angle)),
      at[1] + y + 0.03 + radius * Math.sin(angle),
      at[2] + z / 2 + 0.02,
    ];
  };
}

/** A plate with a rim all around, upside down on a box of this size. */
function dome([x, y, z]: Vec3, depth: number, colour: number, hinge: Motion): Part[] {
  const part = (size: Vec3, at: Vec3, tint: number) => box(size, [at[0], y + at[1], at[2]], tint, [hinge]);
  const wall = 0.014;
  return [
    part([x, 0.006, z], [0, depth, 0], shade(colour, 1.15)),
    part([x - wall, 0.006, z - wall], [0, depth - 0.006, 0], shade(colour, 0.6)),
    part([wall, depth, z], [-x / 2 + wall / 2, depth / 2, 0], colour),
    part([wall, depth, z], [x / 2 - wall / 2, depth / 2, 0], colour),
    part([x, depth, wall], [0, depth / 2, z / 2 - wall / 2], shade(colour, 0.9)),
    part([x, depth, wall], [0, depth / 2, -z / 2 + wall / 2], shade(colour, 0.9)),
  ];
}
