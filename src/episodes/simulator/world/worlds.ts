// Many worlds of one set-up side by side, for a policy that learns by trying: one arm, a few discrete actions, a fixed
// horizon. What happens is a pure function of the seed, the world's place, its episode's number and the actions.
import { Random } from '../../../base/random';
import type { Arm, Vec3 } from '../scene';
import type { SimulatedEpisode } from '../simulate';
import { OPEN, REST, SHUT } from '../timeline';
import { plus } from '../tracks';
import { REACHABLE, WORKSPACE } from './motions';
import { World } from './world';
import { worldScene } from './worldScene';
import type { WorldScene, WorldSetup } from './worldScene';

/** Metres of a move along an axis. */
const STRIDE = 0.06;
/** Metres by which the hand's start varies to each side along each axis. */
const JITTER = 0.05;
const HORIZON = 40;

/** What the hand can do in a tick; a move keeps its fingers as they were told to be. */
export const ACTIONS = ['right', 'left', 'up', 'down', 'forward', 'back', 'open', 'close'] as const;
const MOVES: readonly (Vec3 | null)[] = [
  [STRIDE, 0, 0],
  [-STRIDE, 0, 0],
  [0, STRIDE, 0],
  [0, -STRIDE, 0],
  [0, 0, STRIDE],
  [0, 0, -STRIDE],
];

/** The hand's x, y and z, its opening, whether it holds something, and the share of the horizon that has passed. */
export const PROPRIOCEPTION = 6;

export interface WorldsSetup extends WorldSetup {
  /** Ticks of an episode; 40 unless given. */
  horizon?: number;
  /** An episode begins with one of the first intentions open, this many to choose from, instead of always the same. */
  starts?: number;
}

export interface Observed {
  /** [count, PROPRIOCEPTION], each about within [-1, 1]. */
  proprioception: Float32Array<ArrayBuffer>;
  progress: Float32Array<ArrayBuffer>;
  succeeded: Uint8Array<ArrayBuffer>;
  /** The horizon is reached; the world waits for its reset. */
  ended: Uint8Array<ArrayBuffer>;
}

interface Place {
  world: World;
  arm: Arm;
  opening: number;
  episodes: number;
}

export class Worlds {
  readonly count: number;
  readonly horizon: number;
  readonly scene: WorldScene;
  readonly #seed: number;
  readonly #starts: number;
  readonly #places: Place[];

  /** @param count so many worlds, each reset once */
  constructor(setup: WorldsSetup, count: number, seed: number) {
    this.count = count;
    this.horizon = setup.horizon ?? HORIZON;
    this.scene = worldScene(setup);
    this.#seed = seed;
    this.#starts = setup.starts ?? 1;
    this.#places = Array.from({ length: count }, (_, i) => this.#begin(i, 0));
  }

  /** Begins another episode in a world. */
  reset(index: number): void {
    this.#places[index] = this.#begin(index, this.#place(index).episodes);
  }

  world(index: number): World {
    return this.#place(index).world;
  }

  /** Each world goes on by its action's number; those that have ended stay as they are. */
  step(actions: ArrayLike<number>): Observed {
    for (let i = 0; i < this.count; i++) {
      const place = this.#place(i);
      const { world, arm } = place;
      if (world.tick >= this.horizon) continue;
      const action = actions[i] ?? 0;
      const name = ACTIONS[action];
      if (name === undefined) throw new RangeError(`There is no action ${action}.`);
      if (name === 'open') place.opening = OPEN;
      if (name === 'close') place.opening = SHUT;
      const { position } = world.hand(arm);
      const move = MOVES[action];
      // A robot's own limits keep it over its table: nothing is pushed off it.
      world.step({ [arm]: { to: move ? reachable(plus(position, move)) : position, opening: place.opening } });
    }
    return this.observe();
  }

  observe(): Observed {
    const { count, horizon } = this;
    const proprioception = new Float32Array(count * PROPRIOCEPTION);
    const progress = new Float32Array(count);
    const succeeded = new Uint8Array(count);
    const ended = new Uint8Array(count);
    for (const [i, { world, arm }] of this.#places.entries()) {
      const { position, opening, holding } = world.hand(arm);
      const at = i * PROPRIOCEPTION;
      for (let axis = 0; axis < 3; axis++) {
        const [low, high] = [WORKSPACE.low[axis] ?? 0, WORKSPACE.high[axis] ?? 1];
        proprioception[at + axis] = (2 * ((position[axis] ?? 0) - low)) / (high - low) - 1;
      }
      proprioception[at + 3] = (2 * opening) / OPEN - 1;
      proprioception[at + 4] = holding === null ? -1 : 1;
      proprioception[at + 5] = world.tick / horizon;
      progress[i] = world.progress;
      succeeded[i] = world.succeeded ? 1 : 0;
      ended[i] = world.tick >= horizon ? 1 : 0;
    }
    return { proprioception, progress, succeeded, ended };
  }

  /** For each world its episode so far and the tick that is now, to be drawn. */
  episodes(): { simulated: SimulatedEpisode; tick: number }[] {
    return this.#places.map(({ world }) => ({ simulated: world.asEpisode(), tick: world.tick }));
  }

  #begin(index: number, episodes: number): Place {
    const random = new Random(this.#seed, index, episodes);
    const { setup, intentions } = this.scene;
    const done = (setup.done ?? 0) + random.below(Math.min(this.#starts, intentions.length - (setup.done ?? 0)));
    const scene = { ...this.scene, setup: { ...setup, done } };
    const arm = intentions[done]?.arm ?? 'left';
    const jitter = (): number => random.between(-JITTER, JITTER);
    const start = setup.held === true ? new World(scene).hand(arm).position : REST[arm];
    const world = new World(scene, { [arm]: plus(start, [jitter(), jitter(), jitter()]) });
    return { world, arm, opening: world.hand(arm).opening, episodes: episodes + 1 };
  }

  #place(index: number): Place {
    const place = this.#places[index];
    if (place === undefined) throw new RangeError(`There are ${this.count} worlds; ${index} is none of them.`);
    return place;
  }
}

function reachable(to: Vec3): Vec3 {
  const { low, high } = REACHABLE;
  const within = (axis: 0 | 1 | 2) => Math.min(high[axis], Math.max(low[axis], to[axis]));
  return [within(0), within(1), within(2)];
}
