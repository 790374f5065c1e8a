// Boxes with hinged lids, and what it takes to open and close them while two arms are at work.
import type { Choreography, Operation } from './choreography';
import { shade } from './palette';
import type { Arm, Motion, Part, Vec3 } from './scene';
import { handle } from './template';
import type { Step } from './template';

/** Seconds of stepping back at the end of every skill, and of coming up before it. */
const ASIDE = 0.9;
const RISE = 0.4;

/** A turn that never changes, for parts that stand askew. */
export function turned(axis: 'x' | 'y' | 'z', angle: number, pivot: Vec3): Motion {
  return { kind: 'hinge', channel: 'fixed', axis, pivot, from: angle, to: angle };
}

/** A cylinder whose axis points to the side or to the viewer; `length` is along that axis. */
export function rod(
  axis: 'x' | 'z',
  width: number,
  length: number,
  at: Vec3,
  colour: number,
  motions: Motion[] = [],
): Part {
  const lay = turned(axis === 'x' ? 'z' : 'x', Math.PI / 2, at);
  return { shape: 'cylinder', size: [width, length, width], at, colour, motions: [...motions, lay] };
}

/**
 * As `handle`, but the arm comes only once the other one steps aside, which then waits until the hand lets go.
 * @param early seconds by which it starts to come before that, where the two do not meet
 */
export function alone(step: string, arm: Arm, object: string, operation: Operation, early = 0): Step {
  const { name, act, undo } = handle(step, arm, object, operation);
  const other: Arm = arm === 'left' ? 'right' : 'left';
  const guarded = (run: (play: Choreography) => void) => (play: Choreography) => {
    play.waitUntil(arm, play.now(other) - ASIDE - early);
    run(play);
    play.waitUntil(other, play.now(arm) - ASIDE - RISE - early);
  };
  return undo === undefined ? { name, act: guarded(act) } : { name, act: guarded(act), undo: guarded(undo) };
}

/** How far a lid stands open. */
const WIDE = 1.75;

/** A domed lid hinged at the back of a box of this size, open at 0 of the channel `lid` and closed at 1. */
export function backLid([x, y, z]: Vec3, depth: number, colour: number): Part[] {
  const hinge: Motion = { kind: 'hinge', channel: 'lid', axis: 'x', pivot: [0, y, -z / 2], from: -WIDE, to: 0 };
  return dome([x, y, z], depth, colour, hinge);
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
  const tab: Part = {
    shape: 'box',
    size: [0.08, 0.02, 0.04],
    at: [-side * 0.03, y + depth * 0.6, z / 2 + 0.015],
    colour: shade(colour, 0.6),
    motions: [hinge],
  };
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
  const part = (size: Vec3, at: Vec3, tint: number): Part => ({
    shape: 'box',
    size,
    at: [at[0], y + at[1], at[2]],
    colour: tint,
    motions: [hinge],
  });
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

/** "apple, carrot and biscuit". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
