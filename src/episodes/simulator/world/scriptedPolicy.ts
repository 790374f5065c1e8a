// Imitation without eyes: the plan's motions of both arms are played tick by tick, whatever the world has come to.
import { Random } from '../../../base/random';
import { ARMS } from '../scene';
import { PACE, SHORTEST } from '../simulate';
import { TICK } from './chronicle';
import type { Intention } from './intentions';
import type { Command } from './motions';
import type { World } from './world';
import type { WorldScene } from './worldScene';

export interface Policy {
  act(world: World): Command;
}

export class ScriptedPolicy implements Policy {
  readonly scene: WorldScene;
  /** Ticks after which the plan is over, the arms' retreat included. */
  readonly ticks: number;
  /** Ticks for a nominal second of the plan. */
  readonly #rate: number;
  /** The plan's time at tick 0. */
  readonly #begin: number;

  constructor(scene: WorldScene) {
    const { plan, setup, intentions } = scene;
    const { done = 0, held = false, seed, number } = setup;
    const next = intentions[done];
    this.scene = scene;
    this.#begin = startOf(next, held);
    // Like simulated episodes: at about their own speed, and slower where they would be short.
    const stretch = Math.max(new Random(seed, number, 7).between(...PACE), SHORTEST / plan.completion);
    this.#rate = stretch / TICK;
    this.ticks = Math.ceil(this.tickOf(Math.max(plan.now('left'), plan.now('right'))));
  }

  /** The tick, with its fraction, at which the plan comes to this time. */
  tickOf(time: number): number {
    return (time - this.#begin) * this.#rate;
  }

  /** The plan's time at a tick. */
  timeOf(tick: number): number {
    return this.#begin + tick / this.#rate;
  }

  act(world: World): Command {
    return this.actAt(world.tick);
  }

  /** The plan's command of a tick. */
  actAt(tick: number): Command {
    const time = this.timeOf(tick + 1);
    const command: Command = {};
    for (const arm of ARMS) {
      const { position, opening } = this.scene.plan.gripper(arm, time);
      command[arm] = { to: position, opening };
    }
    return command;
  }
}

/** A thing that is in hand already has been lifted as well. */
function startOf(next: Intention | undefined, held: boolean): number {
  if (next === undefined) return 0;
  return held && next.kind === 'bring' ? next.taken + 0.6 : next.from;
}
