// The data worker's worlds for policies that learn: stepped all at once, drawn in one go.
import type { Shot } from '../episodes/simulator/renderer';
import { ACTIONS, PROPRIOCEPTION, Worlds } from '../episodes/simulator/world/worlds';
import { worldScene } from '../episodes/simulator/world/worldScene';
import type { Observation, Step } from '../reward/policy/environment';
import { PLAYGROUND } from '../training/guard';
import type { OpenedWorlds, WorldsApi, WorldsOrder } from './policyApi';

/** Scenes of the playground, but of numbers beyond those of any recipe. */
const FIRST = 4_000_000;

type Draw = (shots: readonly Shot[], size: number) => Uint8Array<ArrayBuffer>;

export class PolicyWorlds implements WorldsApi {
  readonly #draw: Draw;
  readonly #open = new Map<number, { worlds: Worlds; size: number }>();
  #last = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  // Each is offered by the data worker under its own name.

  readonly openWorlds = (order: WorldsOrder) => Promise.resolve(this.#begin(order));
  readonly resetWorlds = (id: number) => Promise.resolve(this.#reset(id));
  readonly stepWorlds = (id: number, actions: Uint8Array) => Promise.resolve(this.#step(id, actions));
  readonly closeWorlds = (id: number) => Promise.resolve(void this.#open.delete(id));

  #begin({ template, held, horizon, number, count, seed, size }: WorldsOrder): OpenedWorlds {
    const setup = { template, seed: PLAYGROUND.seed, number: FIRST + number, variety: PLAYGROUND.variety };
    const { intentions, performance } = worldScene(setup);
    const worlds = new Worlds({ ...setup, held, horizon, done: intentions.length - 1 }, count, seed);
    const id = ++this.#last;
    this.#open.set(id, { worlds, size });
    const shape = { count, horizon, size, actions: ACTIONS.length, proprioception: PROPRIOCEPTION };
    return { id, task: performance.task, shape };
  }

  #reset(id: number): Observation {
    const { worlds } = this.#opened(id);
    for (let i = 0; i < worlds.count; i++) worlds.reset(i);
    return this.#observation(id);
  }

  #step(id: number, actions: Uint8Array): Step {
    const { worlds } = this.#opened(id);
    const { progress, succeeded, ended } = worlds.step(actions);
    const now = this.#observation(id);
    // All began together, so all end together.
    if (ended[0] !== 1) return { ...now, progress, succeeded, ended: false };
    return { ...this.#reset(id), progress, succeeded, ended: true, last: now };
  }

  #observation(id: number): Observation {
    const { worlds, size } = this.#opened(id);
    const shots = worlds.episodes().map(({ simulated, tick }) => ({ simulated, frames: [tick] }));
    return { frames: this.#draw(shots, size), proprioception: worlds.observe().proprioception };
  }

  #opened(id: number) {
    const opened = this.#open.get(id);
    if (!opened) throw new RangeError(`closed: ${id}`);
    return opened;
  }
}
