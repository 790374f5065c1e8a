// How far the task of a world is. Each intention has a value in [0, 1], and the progress is their mean over those that
// were open at the start and those that have been undone since:
// - a thing to be brought: 0.2 for the hand's nearness, 0.1 for being held, 0.5 for its nearness to its place, 0.2 for
//   lying there; nearness is 1 minus the distance as a share of that at the start, and at least 0. What lies at its
//   place counts 1, what is broken or lost 0.
// - a channel to be changed: 0.2 for the hand's nearness to the handle, 0.8 for the channel's share of its way; 1 at its
//   end. Where the same channel is changed again later (a drawer is opened, filled and closed), the first change counts
//   as done for good once all between has been, and the second counts nothing before.
import { distance, plus } from '../tracks';
import { isHand, positionOf } from './bodies';
import type { Body, Hand } from './bodies';
import { handleAt, shareOf } from './handles';
import type { Handle } from './handles';
import type { Bring, Intention } from './intentions';
import { slotOf } from './landings';

const NEAR = 0.2;
const TAKEN = 0.1;
const CARRIED = 0.5;
/** A channel this far along its way is at its end. */
const ENDED = 0.97;
/** Distances at the start count as this much at least, so that none is divided by nothing; metres. */
const LEAST = 0.05;

interface Goal {
  intention: Intention;
  body: Body;
  hand: Hand;
  /** What it is to lie in or on; null for the table, and for channels. */
  support: Body | null;
  handle: Handle | null;
  /** Distances at the start: of the hand to the thing, of the thing to its place. */
  reach: number;
  way: number;
  /** Counts in the mean. */
  counts: boolean;
  value: number;
  /** Its channel has been at its end while its turn had come. */
  reached: boolean;
  /** Place among the goals of the change of the same channel before this one, and after it; -1 where there is none. */
  earlier: number;
  later: number;
}

export class Goals {
  readonly #goals: Goal[];

  constructor(
    intentions: readonly Intention[],
    bodies: ReadonlyMap<string, Body>,
    hands: Readonly<Record<'left' | 'right', Hand>>,
    handles: readonly Handle[],
    done: number,
  ) {
    const channelOf = (intention: Intention | undefined) =>
      intention?.kind === 'operate' ? `${intention.object}/${intention.operation.channel}` : null;
    const places = intentions.map((_, i) => i);
    this.#goals = intentions.map((intention, i) => {
      const body = bodies.get(intention.object) as Body;
      const hand = hands[intention.arm];
      const handle = handles.find((one) => one.intention === intention) ?? null;
      const support =
        intention.kind === 'bring' && intention.slot.by !== null ? bodies.get(intention.slot.by.object) : null;
      const same = (other: number) =>
        channelOf(intention) !== null && channelOf(intentions[other]) === channelOf(intention);
      return {
        intention,
        body,
        hand,
        support: support ?? null,
        handle,
        reach: 0,
        way: 0,
        counts: i >= done,
        value: 0,
        reached: i < done,
        earlier: places.findLast((other) => other < i && same(other)) ?? -1,
        later: places.find((other) => other > i && same(other)) ?? -1,
      };
    });
    for (const goal of this.#goals) {
      goal.reach = Math.max(LEAST, reachOf(goal));
      goal.way = Math.max(LEAST, wayOf(goal));
    }
    this.measure();
  }

  /** Brings the values up to date; returns the progress. */
  measure(): number {
    const goals = this.#goals;
    // Where a channel is changed twice, what lies between the two is judged first.
    for (const goal of goals) if (goal.intention.kind === 'bring') goal.value = brought(goal);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < goals.length; i++) {
      const goal = goals[i] as Goal;
      if (goal.handle !== null) goal.value = this.#changed(goal, i);
      if (goal.value < 1) goal.counts = true;
      if (!goal.counts) continue;
      sum += goal.value;
      count++;
    }
    return count === 0 || sum === count ? 1 : sum / count;
  }

  /** The first that is not done; null when all are. */
  get next(): Intention | null {
    for (const { value, intention } of this.#goals) if (value < 1) return intention;
    return null;
  }

  #changed(goal: Goal, place: number): number {
    if (goal.earlier >= 0 && !(this.#goals[goal.earlier]?.reached === true && this.#doneBetween(goal.earlier, place)))
      return 0;
    const share = shareOf(goal.handle as Handle);
    if (share >= ENDED) {
      goal.reached = true;
      return 1;
    }
    if (goal.reached && goal.later >= 0 && this.#doneBetween(place, goal.later)) return 1;
    const near = Math.max(0, 1 - reachOf(goal) / goal.reach);
    return NEAR * near + (1 - NEAR) * share;
  }

  #doneBetween(first: number, last: number): boolean {
    for (let i = first + 1; i < last; i++) if ((this.#goals[i]?.value ?? 1) < 1) return false;
    return true;
  }
}

function reachOf({ intention, body, hand, handle }: Goal): number {
  if (handle !== null) return distance(hand.position, handleAt(handle));
  if (isHand(body.by)) return 0;
  return distance(hand.position, plus(positionOf(body), (intention as Bring).gripOffset));
}

function wayOf({ intention, body, support }: Goal): number {
  return intention.kind === 'bring' ? distance(positionOf(body), slotOf(intention, support)) : 0;
}

function brought(goal: Goal): number {
  const { body, support, intention } = goal;
  if (body.damaged || body.lost) return 0;
  const held = isHand(body.by);
  const left = wayOf(goal);
  const { by } = (intention as Bring).slot;
  if (!held && body.by === support && (by === null || by.word === body.word) && left < 1e-6) return 1;
  const near = held ? 1 : Math.max(0, 1 - reachOf(goal) / goal.reach);
  return NEAR * near + (held ? TAKEN : 0) + CARRIED * Math.max(0, 1 - left / goal.way);
}
