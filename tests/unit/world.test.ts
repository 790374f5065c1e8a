// A world that goes on tick by tick: what is so whatever the commands are, that the scripted policy does every task, that
// disturbances end in harm and nothing else does, and that many worlds side by side are a function of their seed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { ARMS } from '../../src/episodes/simulator/scene';
import type { Arm, Vec3 } from '../../src/episodes/simulator/scene';
import { OPEN, SHUT } from '../../src/episodes/simulator/timeline';
import { distance, minus, plus } from '../../src/episodes/simulator/tracks';
import type { Bring } from '../../src/episodes/simulator/world/intentions';
import { MOST_PER_TICK, WORKSPACE } from '../../src/episodes/simulator/world/motions';
import type { Command } from '../../src/episodes/simulator/world/motions';
import { PERTURBATIONS, drawPerturbation, equipped, perturbed } from '../../src/episodes/simulator/world/perturbations';
import { rollout } from '../../src/episodes/simulator/world/rollout';
import { ScriptedPolicy } from '../../src/episodes/simulator/world/scriptedPolicy';
import { World } from '../../src/episodes/simulator/world/world';
import { hasIntentions, worldScene } from '../../src/episodes/simulator/world/worldScene';
import type { WorldSetup } from '../../src/episodes/simulator/world/worldScene';
import { ACTIONS, PROPRIOCEPTION, Worlds } from '../../src/episodes/simulator/world/worlds';

const BRINGING = [
  'cubes into tray',
  'fruit into bowl',
  'stage parcels',
  'lunch box',
  'stack blocks',
  'sandwich',
  'toolbox',
  'dishes into rack',
  'set the table',
  'pack carton',
  'clothes into basket',
  'trash into bin',
  'drawer',
];
const OPERATING = ['lamps', 'laptops', 'cabinet doors'];
const TASKS = [...BRINGING, ...OPERATING];

const setupOf = (template: string, number: number, more: Partial<WorldSetup> = {}): WorldSetup => {
  return { template, seed: 11, number, variety: 0.4, ...more };
};
const cubes = (more: Partial<WorldSetup> = {}) => setupOf('cubes into tray', 3, more);

/** Moves and fingers without sense, from a seed; often near the table and closing. */
function nonsense(seed: number): (world: World) => Command {
  const random = new Random(seed);
  return (world) => {
    const command: Command = {};
    for (const arm of ARMS) {
      if (random.float() < 0.2) continue;
      const by = (): number => random.between(-0.15, 0.15);
      const to = plus(world.hand(arm).position, [by(), by() - 0.03, by()]);
      command[arm] = { to, opening: random.float() < 0.5 ? OPEN : SHUT };
    }
    return command;
  };
}

/** Goes to a point in as many ticks as it takes, then sets the fingers. */
function go(world: World, arm: Arm, to: Vec3, opening: number): void {
  for (let i = 0; i < 30 && distance(world.hand(arm).position, to) > 1e-6; i++) {
    world.step({ [arm]: { to, opening: world.hand(arm).opening } });
  }
  world.step({ [arm]: { to, opening } });
}

const firstBring = (world: World): Bring => world.scene.intentions.find((one) => one.kind === 'bring') as Bring;

function take(world: World, { arm, object, gripOffset }: Bring): void {
  const grip = plus(world.positionOf(object), gripOffset);
  go(world, arm, plus(grip, [0, 0.17, 0]), OPEN);
  go(world, arm, grip, SHUT);
}

describe('a world', () => {
  it('is a function of its set-up and the commands, and what has been never changes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TASKS), fc.nat(99), fc.nat(), (template, number, seed) => {
        const run = () => {
          const world = new World(setupOf(template, number));
          const act = nonsense(seed);
          const seen = [JSON.stringify(world.stateAt(0))];
          for (let i = 0; i < 25; i++) {
            world.step(act(world));
            seen.push(JSON.stringify(world.stateAt(world.tick)));
          }
          return { world, seen };
        };
        const { world, seen } = run();
        expect(seen.map((_, tick) => JSON.stringify(world.stateAt(tick)))).toEqual(seen);
        expect(run().seen).toEqual(seen);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps hands within reach and speed, what is held in the hand, and progress within [0, 1], 1 being success', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TASKS), fc.nat(99), fc.nat(), (template, number, seed) => {
        const world = new World(setupOf(template, number));
        const act = nonsense(seed);
        for (let i = 0; i < 40; i++) {
          const before = ARMS.map((arm) => world.hand(arm));
          const offsets = before.map(({ position, holding }) => holding && minus(world.positionOf(holding), position));
          world.step(act(world));
          expect(world.progress).toBeGreaterThanOrEqual(0);
          expect(world.progress).toBeLessThanOrEqual(1);
          expect(world.succeeded).toBe(world.progress === 1);
          const state = world.stateAt(world.tick);
          ARMS.forEach((arm, place) => {
            const { position, holding, opening } = world.hand(arm);
            expect(distance(position, before[place]?.position ?? position)).toBeLessThan(MOST_PER_TICK + 1e-9);
            position.forEach((value, axis) => {
              expect(value).toBeGreaterThanOrEqual(WORKSPACE.low[axis] ?? 0);
              expect(value).toBeLessThanOrEqual(WORKSPACE.high[axis] ?? 0);
            });
            expect(distance(state.grippers[arm].position, position)).toBeLessThan(1e-6);
            expect(state.grippers[arm].opening).toBeCloseTo(opening, 6);
            if (holding === null) return;
            const at = world.positionOf(holding);
            expect(
              distance(state.objects.find(({ name }) => name === holding)?.position ?? [9, 9, 9], at),
            ).toBeLessThan(1e-6);
            // Taken, let go and taken anew in one tick it may lie otherwise in the hand.
            const was = offsets[place];
            if (was && before[place]?.holding === holding && opening <= (before[place]?.opening ?? 0)) {
              expect(distance(minus(at, position), was)).toBeLessThan(1e-9);
            }
          });
        }
      }),
      { numRuns: 12 },
    );
  });

  it('lays what is let go over its place just there, and drops it where it is let go beside', () => {
    const world = new World(cubes());
    const bring = firstBring(world);
    const { arm, object, gripOffset, destination } = bring;
    take(world, bring);
    expect(world.hand(arm).holding).toBe(object);
    const held = world.progress;
    expect(held).toBeGreaterThan(0);
    const over = plus(destination.at, plus(gripOffset, [0.04, 0.1, -0.03]));
    go(world, arm, plus(world.hand(arm).position, [0, 0.2, 0]), SHUT);
    go(world, arm, over, OPEN);
    expect(world.positionOf(object)).toEqual(destination.at);
    const state = () => world.stateAt(world.tick).objects.find(({ name }) => name === object);
    expect(state()).toMatchObject({ relation: 'in', relationOf: 'tray' });
    const done = world.progress;
    expect(done).toBeGreaterThan(held);
    // Taken out again, it is not done any more.
    take(world, bring);
    go(world, arm, plus(world.hand(arm).position, [0, 0.2, 0]), SHUT);
    expect(world.progress).toBeLessThan(done);
    go(world, arm, [world.hand(arm).position[0], 0.2, 0.4], OPEN);
    expect(world.hand(arm).holding).toBeNull();
    expect(world.positionOf(object)[1]).toBe(0);
    world.step({});
    world.step({});
    expect(state()).toMatchObject({ relation: 'on the table', damaged: false });
    expect(world.harm).toBeNull();
  });

  it('begins with what is done and held', () => {
    const whole = worldScene(cubes());
    const world = new World(cubes({ done: 2, held: true }));
    const [first, , third] = whole.intentions as Bring[];
    expect(world.positionOf(first?.object ?? '')).toEqual(first?.destination.at);
    expect(world.hand(world.arm).holding).toBe(third?.object);
    expect(world.stateAt(0).grippers[world.arm].holding).toBe(third?.object);
    expect(world.arm).toBe(third?.arm);
    // One of the things that are open is in hand.
    expect(world.progress * (whole.intentions.length - 2)).toBeCloseTo(0.3, 6);
    expect(world.task).toBe(whole.performance.task);
    const policy = new ScriptedPolicy(world.scene);
    for (let i = 0; i < policy.ticks; i++) world.step(policy.act(world));
    expect(world.succeeded).toBe(true);
  });

  it('breaks what is fragile and falls, and what is carried over the edge', () => {
    const fall = new World(setupOf('dishes into rack', 1));
    const bring = firstBring(fall);
    take(fall, bring);
    go(fall, bring.arm, plus(fall.hand(bring.arm).position, [0, 0.3, 0]), SHUT);
    go(fall, bring.arm, [bring.arm === 'left' ? -0.45 : 0.45, 0.3, 0], OPEN);
    expect(fall.harm).toMatchObject({ kind: 'broken', object: bring.object });
    fall.step({});
    expect(fall.stateAt(fall.tick).damage).toEqual([bring.object]);

    const edge = new World(cubes());
    const cube = firstBring(edge);
    take(edge, cube);
    for (let i = 0; i < 20; i++) edge.step({ [cube.arm]: { to: [0, 0.2, 2], opening: SHUT } });
    expect(edge.harm).toMatchObject({ kind: 'lost', object: cube.object });
    expect(edge.hand(cube.arm).holding).toBeNull();
    expect(edge.asEpisode().episode.outcome).toBe('failure');
  });

  it('knocks over what stands and is hit from the side, not what a hand comes down to', () => {
    const setup = equipped(cubes(), 'collision course', new Random(1)) as WorldSetup;
    const { name = '', at = [0, 0, 0] as Vec3 } = setup.extra?.[0] ?? {};
    const [above, below] = [new World(setup), new World(setup)];
    go(above, 'left', plus(at, [0, 0.3, 0]), SHUT);
    go(above, 'left', plus(at, [0, 0.05, 0]), SHUT);
    expect(above.harm).toBeNull();
    go(below, 'left', plus(at, [0.12, 0.3, 0]), SHUT);
    go(below, 'left', plus(at, [0.12, 0.05, 0]), SHUT);
    expect(below.harm).toBeNull();
    go(below, 'left', plus(at, [0, 0.05, 0]), SHUT);
    expect(below.harm).toMatchObject({ kind: 'knocked over', object: name });
    below.step({});
    const state = below.stateAt(below.tick).objects.find((object) => object.name === name);
    // It falls away from the hand, to the left.
    expect(state).toMatchObject({ damaged: true, tip: Math.PI / 2 });
    expect(state?.position[0]).toBeLessThan(at[0]);
  });

  it('counts what was done at the start once it is undone', () => {
    const world = new World(cubes({ done: worldScene(cubes()).intentions.length }));
    expect(world.progress).toBe(1);
    const bring = firstBring(world);
    take(world, bring);
    expect(world.succeeded).toBe(false);
    go(world, bring.arm, plus(world.hand(bring.arm).position, [0, 0.01, 0]), OPEN);
    expect(world.succeeded).toBe(true);
  });

  it('is an episode whose frames are its ticks, under one id for all that look the same', () => {
    const world = new World(cubes());
    for (let i = 0; i < 5; i++) world.step({ left: { to: [0, 0.3, 0], opening: OPEN } });
    const simulated = world.asEpisode();
    expect(simulated.frameCount).toBe(6);
    expect(simulated.stateAt(3)).toEqual(world.stateAt(3));
    expect(simulated.progressAt(5)).toBe(world.progress);
    const idOf = (setup: WorldSetup) => new World(setup).asEpisode().episode.id;
    expect(idOf(cubes({ done: 2 }))).toBe(simulated.episode.id);
    expect(idOf(cubes({ number: 4 }))).not.toBe(simulated.episode.id);
    const vase = equipped(cubes(), 'collision course', new Random(1)) as WorldSetup;
    expect(idOf(vase)).not.toBe(simulated.episode.id);
    expect(new World(vase).asEpisode().mayBreak).toEqual([vase.extra?.[0]?.name]);
  });
});

describe('the scripted policy', () => {
  it.each(TASKS)('does its task undisturbed, without harm: %s', (template) => {
    for (let number = 0; number < 4; number++) {
      // What disturbances need stands about here as well.
      let setup = setupOf(template, number);
      for (const kind of PERTURBATIONS) setup = equipped(setup, kind, new Random(number)) ?? setup;
      const { world, harmTick } = rollout(setup, null, 0) ?? {};
      expect([number, world?.succeeded, harmTick]).toEqual([number, true, null]);
    }
  });

  it('is made for tasks of bringing and operating alone', () => {
    expect(hasIntentions('wipe stains', 1, 0)).toBe(false);
    expect(() => worldScene(setupOf('fold cloth', 0))).toThrow(RangeError);
    expect(() => worldScene(setupOf('no such task', 0))).toThrow(RangeError);
  });
});

describe('a disturbance', () => {
  const all = (kind: (typeof PERTURBATIONS)[number]) => {
    return BRINGING.flatMap((template) => [0, 1].map((n) => rollout(setupOf(template, n), kind, n)));
  };

  it.each(['drift', 'wrong object', 'collision course'] as const)('leads to harm after a while: %s', (kind) => {
    const made = all(kind).filter((one) => one !== null);
    expect(made.length).toBeGreaterThan(12);
    const harmed = made.filter(({ harmTick }) => harmTick !== null);
    expect(harmed.length / made.length).toBeGreaterThanOrEqual(0.8);
    const delays = harmed.map(({ harmTick, onset }) => (harmTick ?? 0) - (onset ?? 0)).sort((a, b) => a - b);
    expect(delays[0]).toBeGreaterThan(0);
    expect(delays[delays.length >> 1]).toBeGreaterThanOrEqual(8);
    for (const { world, harmTick, ticks } of harmed) {
      expect(ticks).toBeLessThanOrEqual((harmTick ?? 0) + 4);
      expect(world.succeeded).toBe(false);
    }
  });

  it('lets a thing slip, which breaks if it is fragile, and the task fails', () => {
    const made = all('slip').filter((one) => one !== null);
    expect(made.filter(({ world }) => world.succeeded)).toEqual([]);
    const dishes = rollout(setupOf('dishes into rack', 1), 'slip', 1);
    expect(dishes?.world.harm?.kind).toBe('broken');
  });

  it.each(['drift', 'wrong object', 'collision course'] as const)(
    'leaves the other arm where it is, and a hand no quicker than hands are: %s',
    (kind) => {
      for (const made of all(kind).filter((one) => one !== null)) {
        const { world, onset, ticks, perturbation } = made;
        if (onset === null || perturbation === null) continue;
        const other = perturbation.arm === 'left' ? 'right' : 'left';
        const handAt = (tick: number) => world.stateAt(tick).grippers;
        for (let tick = onset + 1; tick < ticks; tick++) {
          const moved = (arm: Arm, from: number) => distance(handAt(tick)[arm].position, handAt(from)[arm].position);
          expect(moved(other, onset)).toBeLessThan(1e-6);
          expect(moved(perturbation.arm, tick - 1)).toBeLessThan(MOST_PER_TICK + 1e-6);
        }
      }
    },
  );

  it('sends a hand astray on a collision course: away from where it is wanted, more often than not', () => {
    const made = all('collision course').filter((one) => one !== null && one.harmTick !== null);
    const falls = made.filter((one) => {
      const { world, onset, harmTick } = one as NonNullable<typeof one>;
      return world.stateAt((harmTick ?? 0) - 1).progress < world.stateAt(onset ?? 0).progress;
    });
    expect(falls.length / made.length).toBeGreaterThan(0.7);
  });

  it('changes nothing before its onset', () => {
    for (const kind of PERTURBATIONS) {
      const scene = worldScene(equipped(cubes(), kind, new Random(2)) as WorldSetup);
      const policy = new ScriptedPolicy(scene);
      const disturbance = drawPerturbation(policy, kind, new Random(3));
      if (disturbance === null) throw new Error('no moment');
      const [world, undisturbed] = [new World(scene), new World(scene)];
      const other = perturbed(policy, disturbance);
      for (let i = 0; i < disturbance.onset; i++) {
        world.step(other.act(world));
        undisturbed.step(policy.act(undisturbed));
      }
      expect(world.stateAt(world.tick)).toEqual(undisturbed.stateAt(world.tick));
      for (let i = 0; i < 6; i++) {
        world.step(other.act(world));
        undisturbed.step(policy.act(undisturbed));
      }
      expect(world.stateAt(world.tick)).not.toEqual(undisturbed.stateAt(world.tick));
    }
  });
});

describe('worlds side by side', () => {
  const last = { ...cubes(), done: worldScene(cubes()).intentions.length - 1 };

  it('are a function of the seed, the place and the number of the episode', () => {
    const run = (count: number) => {
      const worlds = new Worlds(last, count, 5);
      const random = new Random(1);
      const seen: number[][] = [];
      for (let i = 0; i < 90; i++) {
        const observed = worlds.step(
          Uint8Array.from({ length: 4 }, () => random.below(ACTIONS.length)).slice(0, count),
        );
        seen.push([...observed.proprioception.slice(0, PROPRIOCEPTION), observed.progress[0] ?? 0]);
        observed.ended.forEach((ended, place) => {
          if (ended === 1) worlds.reset(place);
        });
      }
      return seen;
    };
    const seen = run(4);
    expect(run(4)).toEqual(seen);
    expect(run(1)).toEqual(seen);
    expect(seen.flat().every((value) => Math.abs(value) <= 1)).toBe(true);
    // Every episode begins elsewhere.
    expect(seen[40]).not.toEqual(seen[0]);
  });

  it('can be won by moves along the axes within the horizon, and end there', () => {
    const worlds = new Worlds(last, 8, 7);
    const bring = worlds.scene.intentions.at(-1) as Bring;
    const act = (world: World): number => {
      const { position, holding } = world.hand(bring.arm);
      const at = plus(holding === null ? world.positionOf(bring.object) : bring.destination.at, bring.gripOffset);
      const [dx, dy, dz] = minus(at, position);
      if (world.succeeded) return ACTIONS.indexOf('up');
      const aside = Math.max(Math.abs(dx), Math.abs(dz));
      if (aside > 0.035) {
        if (dy > -0.05) return ACTIONS.indexOf('up');
        if (aside === Math.abs(dx)) return ACTIONS.indexOf(dx > 0 ? 'right' : 'left');
        return ACTIONS.indexOf(dz > 0 ? 'forward' : 'back');
      }
      if (dy < -0.035) return ACTIONS.indexOf('down');
      return ACTIONS.indexOf(holding === null ? 'close' : 'open');
    };
    let observed = worlds.observe();
    const before = [...observed.progress];
    for (let i = 0; i < worlds.horizon; i++) {
      expect([...observed.ended]).toEqual(Array(8).fill(0));
      observed = worlds.step(worlds.episodes().map((_, place) => act(worlds.world(place))));
    }
    expect(before.every((progress) => progress < 0.1)).toBe(true);
    expect([...observed.succeeded]).toEqual(Array(8).fill(1));
    expect([...observed.ended]).toEqual(Array(8).fill(1));
    expect(worlds.episodes().map(({ tick }) => tick)).toEqual(Array(8).fill(worlds.horizon));
    worlds.step(Array<number>(8).fill(0));
    expect(worlds.world(0).tick).toBe(worlds.horizon);
  });
});
