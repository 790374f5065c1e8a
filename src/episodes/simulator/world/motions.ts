// How a hand goes through a tick: on a straight line towards where it is told to be, no faster than it can and no farther
// than it reaches.
import type { Arm, Vec3 } from '../scene';
import { OPEN, SHUT } from '../timeline';
import { distance, hop } from '../tracks';
import type { Hand } from './bodies';
import type { Handle } from './handles';

/** Metres that a hand goes in a tick at most. */
export const MOST_PER_TICK = 0.1;
/** Where hands can be: a little more of the table than the camera sees. */
export const WORKSPACE: Readonly<Record<'low' | 'high', Vec3>> = { low: [-0.56, 0.015, -0.52], high: [0.56, 0.5, 0.5] };
/** What the camera sees of it for sure: a hand that takes a thing out of the picture shows a table on which it is done. */
export const REACHABLE: Readonly<Record<'low' | 'high', Vec3>> = { low: [-0.4, 0.015, -0.42], high: [0.4, 0.34, 0.36] };
/** A command so far beyond the workspace pushes on over its edge. */
const BEYOND = 0.01;
/** So near to the workspace's end a hand is at its edge. */
const AT_EDGE = 0.001;

export type Command = Partial<Record<Arm, { to: Vec3; opening: number }>>;

/** What a hand does within a tick. */
export interface Motion {
  hand: Hand;
  from: Vec3;
  to: Vec3;
  opening: number;
  wanted: number;
  /** The command goes on beyond the workspace. */
  pushes: boolean;
  engaged: Handle | null;
  /** What it has led in this tick, also if it has let go since. */
  led: Handle | null;
  /** Where the hand was a substep ago. */
  before: Vec3;
}

/** A hand that has not been told anything. */
export function motionOf(hand: Hand): Motion {
  const { position, opening } = hand;
  return {
    hand,
    from: position,
    to: position,
    opening,
    wanted: opening,
    pushes: false,
    engaged: null,
    led: null,
    before: position,
  };
}

/** Sets out towards what is commanded; without a command the hand stays. */
export function begin(motion: Motion, command: Command[Arm]): void {
  const { hand } = motion;
  motion.from = hand.position;
  motion.opening = hand.opening;
  motion.to = hand.position;
  motion.wanted = hand.opening;
  motion.pushes = false;
  motion.led = null;
  if (command === undefined) return;
  const { low, high } = WORKSPACE;
  const within = (axis: 0 | 1 | 2, least = low[axis]) => Math.min(high[axis], Math.max(least, command.to[axis]));
  // What is carried does not go through the table.
  const lowest = hand.holding === null ? low[1] : Math.max(low[1], -hand.holding.offset[1]);
  const wanted: Vec3 = [within(0), within(1, lowest), within(2)];
  motion.pushes = Math.max(Math.abs(command.to[0] - wanted[0]), Math.abs(command.to[2] - wanted[2])) > BEYOND;
  const way = distance(hand.position, wanted);
  motion.to = way > MOST_PER_TICK ? hop(hand.position, wanted, 0)(MOST_PER_TICK / way) : wanted;
  motion.wanted = Math.min(OPEN, Math.max(SHUT, command.opening));
}

/** Brings the hand to this share of its way. */
export function moveOn(motion: Motion, share: number): void {
  const { hand, from, to } = motion;
  motion.before = hand.position;
  hand.position = share === 1 ? to : hop(from, to, 0)(share);
}

/** At which edge of the table a point is: -1 or 1 at the left or right, and at the back or front; else 0. */
export function edgeAt([x, , z]: Vec3): readonly [number, number] {
  const { low, high } = WORKSPACE;
  const side = (value: number, from: number, to: number): number =>
    value <= from + AT_EDGE ? -1 : value >= to - AT_EDGE ? 1 : 0;
  return [side(x, low[0], high[0]), side(z, low[2], high[2])];
}
