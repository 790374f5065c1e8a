// Steps of arms that take turns at things which both could reach: an arm sets out only when the other is about to be out
// of the way.
import type { Random } from '../../base/random';
import type { Choreography, Destination, Grip, Operation } from './choreography';
import { otherArm } from './scene';
import type { Arm, Vec3 } from './scene';
import { handle } from './template';
import type { Step } from './template';
import { minus, plus } from './tracks';

/** Waits until the other arm has at most `ahead` seconds left of what it was told. */
export function inTurn(play: Choreography, arm: Arm, ahead = 1.5): void {
  play.waitUntil(arm, play.now(otherArm(arm)) - ahead);
}

/** Seconds that an arm has on its way to a handle while the other one lets go and steps aside. */
const AHEAD = 3.4;

/** Like `handle`, with the arms taking turns. */
export function handleInTurn(step: string, arm: Arm, object: string, operation: Operation): Step {
  const { act, undo } = handle(step, arm, object, operation);
  return {
    name: step,
    act: (play) => {
      inTurn(play, arm, AHEAD);
      act(play);
    },
    undo: (play) => {
      inTurn(play, arm, AHEAD);
      undo?.(play);
    },
  };
}

/** Seconds of stepping back at the end of every skill, and of coming up before it. */
const ASIDE = 0.9;
const RISE = 0.4;

/**
 * As `handle`, but the arm comes only once the other one steps aside, which then waits until the hand lets go.
 * @param early seconds by which it starts to come before that, where the two do not meet
 */
export function alone(step: string, arm: Arm, object: string, operation: Operation, early = 0): Step {
  const { name, act, undo } = handle(step, arm, object, operation);
  const other = otherArm(arm);
  const guarded = (run: (play: Choreography) => void) => (play: Choreography) => {
    play.waitUntil(arm, play.now(other) - ASIDE - early);
    run(play);
    play.waitUntil(other, play.now(arm) - ASIDE - RISE - early);
  };
  return undo === undefined ? { name, act: guarded(act) } : { name, act: guarded(act), undo: guarded(undo) };
}

/** Carries what the arm holds along a level way into or out of something that is covered above, and lets go there. */
export function slideTo(
  play: Choreography,
  arm: Arm,
  name: string,
  before: Vec3,
  destination: Destination,
  weight: number,
): void {
  const { offset } = play.placement(name, play.now(arm));
  const [start, target] = [minus(before, offset), minus(destination.at, offset)];
  const from = play.now(arm);
  play.move(arm, start, { speed: 0.17, lift: 0.03 });
  play.move(arm, target, { speed: 0.09 });
  play.hold(arm, null);
  const { in: container } = destination;
  play.place(
    name,
    container === undefined
      ? { from: play.now(arm), by: null, offset: destination.at }
      : {
          from: play.now(arm),
          by: { object: container, word: 'in' },
          offset: minus(destination.at, play.anchor(container, play.now(arm))),
        },
  );
  play.work(from, play.now(arm), weight);
  play.open(arm);
}

/** Takes a thing by a point of it; the arms take turns. */
export function takeInTurn(play: Choreography, arm: Arm, name: string, grip: Grip & { weight: number }): void {
  inTurn(play, arm, 2);
  play.grasp(arm, name, grip);
}

/** Seconds from the moment something is let go or lifted until the arm has moved away or up. */
const SINCE_RELEASE = 0.75;
const SINCE_LIFT = 0.6;

/** A channel that says that something lies where it belongs; it follows at once. */
export interface Mark {
  object: string;
  channel: string;
}

/**
 * Like `transfer`, with the arms taking turns.
 * @param options.unmark what is no longer so once the thing is lifted
 * @param options.mark what is so once the thing is let go
 */
export function carryInTurn(
  play: Choreography,
  arm: Arm,
  name: string,
  destination: Destination,
  options: Grip & { weight: number; mark?: Mark | undefined; unmark?: Mark | undefined },
): void {
  const { weight, mark, unmark } = options;
  takeInTurn(play, arm, name, { ...options, weight: weight * 0.3 });
  if (unmark) play.channel(unmark.object, unmark.channel).change(play.now(arm) - SINCE_LIFT, 0.1, 0);
  inTurn(play, arm, 0.7);
  play.put(arm, name, destination, { weight: weight * 0.7 });
  if (play.over) return;
  if (mark) play.channel(mark.object, mark.channel).change(play.now(arm) - SINCE_RELEASE - 0.1, 0.1, 1);
  play.claim(arm);
}

/** Things in an order in which sides alternate as long as they can, so that one arm reaches while the other works. */
export function alternating<T extends { at: Vec3 }>(random: Random, things: readonly T[]): T[] {
  const sides = [-1, 1].map((side) => random.shuffled(things.filter(({ at }) => (at[0] < 0 ? -1 : 1) === side)));
  const [more = [], fewer = []] = sides.sort((a, b) => b.length - a.length);
  return more.flatMap((thing, i) => [thing, ...fewer.slice(i, i + 1)]);
}

/** The gripper goes round a little while it turns something. */
export function twist(at: Vec3, turns: number): (s: number) => Vec3 {
  const radius = 0.02;
  return (s) =>
    plus(at, [radius * Math.sin(2 * Math.PI * turns * s), 0, radius * (1 - Math.cos(2 * Math.PI * turns * s)) * 0.5]);
}
