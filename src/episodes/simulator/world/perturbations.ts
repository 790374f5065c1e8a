// What comes between an imitation policy and its plan: a hand drifts off, a grip loosens, a hand takes the wrong thing or
// runs into something that breaks. The policy does not see it.
import type { Random } from '../../../base/random';
import { decoyIn, freeSpot, placesInUse } from '../clutter';
import type { Used } from '../clutter';
import { COLOURS } from '../palette';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { mug } from '../things/kitchenware';
import { DEFAULTS, disc, round } from '../things/parts';
import { OPEN, SHUT } from '../timeline';
import { distance, hop, minus, plus, scaled } from '../tracks';
import type { Bring } from './intentions';
import { MOST_PER_TICK, WORKSPACE } from './motions';
import type { Command } from './motions';
import type { Policy, ScriptedPolicy } from './scriptedPolicy';
import type { World } from './world';
import { roomOf, worldScene } from './worldScene';
import type { WorldSetup } from './worldScene';

export const PERTURBATIONS = ['drift', 'slip', 'wrong object', 'collision course'] as const;
export type PerturbationKind = (typeof PERTURBATIONS)[number];

export interface Perturbation {
  kind: PerturbationKind;
  /** The first tick whose command is not the plan's. */
  onset: number;
  arm: Arm;
  /** Metres a tick. */
  speed: number;
  /** The thing that the hand was to bring. */
  object: string;
  /** What it goes to instead: the decoy, or what stands in its way. */
  target: string | null;
}

/** Least ticks from the onset to a collision, and how low the hand then goes; metres. */
const WAY = 12;
const LOW = 0.05;
/** Metres a tick of a hand on a collision course, and of one that drifts: 8 to 15 and 5 to 11 cm a second, as hands move. */
const COURSE = [0.025, 0.05] as const;
const DRIFT = [0.015, 0.035] as const;
/** A course does not lead where the hand is wanted, by this cosine at most: on its way there nobody could tell it. */
const ASTRAY = 0.5;
/** Nominal seconds in which the plan lowers what it has brought. */
const LOWERING = 0.75;
/** Nominal seconds in which it lifts what it has taken. */
const RISING = 0.6;
/** Metres from its place at which a thing slips, at least; the next ticks go towards it. */
const FAR = 0.2;
const CLEARANCE = 0.17;

/**
 * The set-up with what the perturbation needs, unless it has it: a decoy, or something that stands free and breaks.
 * @returns null where there is no room for it
 */
export function equipped(setup: WorldSetup, kind: PerturbationKind, random: Random): WorldSetup | null {
  if (kind !== 'wrong object' && kind !== 'collision course') return setup;
  const { extra = [] } = setup;
  const suits = kind === 'wrong object' ? isDecoy : isObstacle;
  if (extra.some(suits)) return setup;
  const { plan, performance } = worldScene(setup);
  const used = [...placesInUse(plan), ...extra.map(roomOf)];
  const names = [...performance.objects, ...extra].map(({ name }) => name);
  const thing = kind === 'wrong object' ? decoyIn(random, used, names) : obstacleIn(random, used);
  return thing === null ? null : { ...setup, extra: [...extra, thing] };
}

function isDecoy({ decoy }: SceneObject): boolean {
  return decoy === true;
}

function isObstacle({ clutter, fragile }: SceneObject): boolean {
  return clutter === true && fragile === true;
}

/** A vase or a glass that has nothing to do with the task. */
function obstacleIn(random: Random, used: readonly Used[]): SceneObject | null {
  const at = freeSpot(random, used, 0.06);
  if (at === null) return null;
  if (random.float() < 0.4) return { ...mug('white glass', 0xf2f4f5, [0.08, 0.12], { at }), clutter: true };
  const colour = COLOURS[random.pick(['blue', 'purple', 'cyan'] as const)];
  return {
    ...DEFAULTS,
    name: 'vase',
    fragile: true,
    clutter: true,
    size: [0.09, 0.16, 0.09],
    at,
    parts: [round([0.09, 0.1, 0.09], [0, 0.05, 0], colour), disc(0.05, 0.07, [0, 0.125, 0], colour)],
  };
}

/** What can be disturbed so, and when; null where nothing of the plan suits. */
export function drawPerturbation(policy: ScriptedPolicy, kind: PerturbationKind, random: Random): Perturbation | null {
  const { intentions, setup, scene, plan } = policy.scene;
  const brings = intentions.filter((one, i): one is Bring => one.kind === 'bring' && i >= (setup.done ?? 0));
  const tick = (time: number): number => Math.max(1, Math.ceil(policy.tickOf(time)));
  const drawn = (bring: Bring, onset: number, speed: number, target: string | null): Perturbation => {
    return { kind, onset, arm: bring.arm, speed, object: bring.object, target };
  };
  if (brings.length === 0) return null;
  if (kind === 'drift') {
    const bring = random.pick(brings);
    return drawn(
      bring,
      tick(random.between(bring.taken + RISING, bring.released - LOWERING)),
      random.between(...DRIFT),
      null,
    );
  }
  // The ticks of the plan between two of its times at which the arm is so far from a point, seen from above.
  const ticksAway = (bring: Bring, from: number, until: number, at: Vec3, least: number): number[] => {
    const ticks: number[] = [];
    for (let i = tick(from); i < policy.tickOf(until); i++) {
      const hand = plan.gripper(bring.arm, policy.timeOf(i)).position;
      if (Math.hypot(hand[0] - at[0], hand[2] - at[2]) >= least) ticks.push(i);
    }
    return ticks;
  };
  const isAstray = (bring: Bring, at: number, towards: Vec3): boolean => {
    const time = policy.timeOf(at);
    const hand = plan.gripper(bring.arm, time).position;
    const wanted = time < bring.taken ? plan.gripper(bring.arm, bring.taken).position : bring.destination.at;
    const [ax, , az] = minus(towards, hand);
    const [bx, , bz] = minus(wanted, hand);
    return ax * bx + az * bz < ASTRAY * Math.hypot(ax, az) * Math.hypot(bx, bz);
  };
  if (kind === 'slip') {
    // Not above its place, where what is let go lies well.
    const moments = brings.flatMap((bring) => {
      const { at } = bring.destination;
      const ticks = ticksAway(bring, bring.taken + RISING, bring.released - LOWERING, at, FAR);
      return ticks.map((onset) => drawn(bring, onset, 0, null));
    });
    return moments.length === 0 ? null : random.pick(moments);
  }
  if (kind === 'wrong object') {
    const decoy = scene.objects.find(isDecoy);
    if (decoy === undefined) return null;
    const bring = random.pick(brings);
    return drawn(bring, tick(bring.from + random.between(0, 0.8)), random.between(0.05, 0.08), decoy.name);
  }
  const obstacle = scene.objects.find(isObstacle);
  if (obstacle === undefined) return null;
  const speed = random.between(...COURSE);
  // Any tick at which an arm reaches or carries and is far enough away; at a lower speed where it never is.
  for (const some of [speed, COURSE[0]]) {
    const onsets = brings.flatMap((bring) => {
      const ticks = ticksAway(bring, bring.from, bring.released - LOWERING, obstacle.at, WAY * some + 0.1).filter((i) =>
        isAstray(bring, i, obstacle.at),
      );
      return ticks.map((onset) => drawn(bring, onset, some, obstacle.name));
    });
    if (onsets.length > 0) return random.pick(onsets);
  }
  return null;
}

/**
 * The policy with what comes between. Both arms are one policy's: where one goes wrong, the other stands still, except that
 * after a slip both go on as if nothing had been.
 */
export function perturbed(policy: ScriptedPolicy, perturbation: Perturbation): Policy {
  const { onset, arm, kind } = perturbation;
  const disturb = { drift, slip, 'wrong object': mistake, 'collision course': collide }[kind](policy, perturbation);
  return {
    act(world: World): Command {
      const planned = policy.act(world);
      // The command that leads to the tick after `onset` is the first that differs.
      if (world.tick < onset) return planned;
      const disturbed = disturb(world, planned[arm] ?? still(world, arm));
      const other = arm === 'left' ? 'right' : 'left';
      return { [other]: kind === 'slip' ? planned[other] : still(world, other), [arm]: disturbed };
    },
  };
}

type Hand = NonNullable<Command[Arm]>;
type Disturb = (policy: ScriptedPolicy, perturbation: Perturbation) => (world: World, planned: Hand) => Hand;

function still(world: World, arm: Arm): Hand {
  const { position, opening } = world.hand(arm);
  return { to: position, opening };
}

function bringOf({ scene }: ScriptedPolicy, { object }: Perturbation): Bring {
  return scene.intentions.find((one) => one.kind === 'bring' && one.object === object) as Bring;
}

/** The hand leaves the plan for the nearer edge, away from the goal, and past it; it keeps what it holds. */
const drift: Disturb = (policy, perturbation) => {
  const { arm, speed } = perturbation;
  const bring = bringOf(policy, perturbation);
  let way: Vec3 | null = null;
  return (world) => {
    const { position, opening } = world.hand(arm);
    way ??= edgeward(position, bring.destination.at);
    return { to: plus(position, scaled(way, speed)), opening };
  };
};

/** To the left, the right or the front, where the edge is near and the goal is not in between. */
function edgeward(from: Vec3, goal: Vec3): Vec3 {
  const { low, high } = WORKSPACE;
  const ways: readonly [Vec3, number][] = [
    [[-1, 0, 0], from[0] - low[0] + Math.max(0, from[0] - goal[0])],
    [[1, 0, 0], high[0] - from[0] + Math.max(0, goal[0] - from[0])],
    [[0, 0, 1], high[2] - from[2] + Math.max(0, goal[2] - from[2])],
  ];
  return ways.reduce((best, way) => (way[1] < best[1] ? way : best))[0];
}

/** The fingers loosen for a moment; then the plan goes on with an empty hand. */
const slip: Disturb = (_, { onset }) => {
  return (world, planned) => (world.tick < onset + 2 ? { ...planned, opening: OPEN } : planned);
};

/** A way through points, at a speed; null once it is over. */
class Route {
  readonly #legs: readonly { to: Vec3; opening: number }[];
  readonly #speed: number;
  #leg = 0;

  constructor(speed: number, legs: readonly { to: Vec3; opening: number }[]) {
    this.#speed = speed;
    this.#legs = legs;
  }

  next({ position, opening }: { position: Vec3; opening: number }): Hand | null {
    const leg = this.#legs[this.#leg];
    if (leg === undefined) return null;
    const way = distance(position, leg.to);
    if (way > 1e-6) {
      const fingers = leg.opening > opening ? opening : leg.opening;
      return { to: hop(position, leg.to, 0)(Math.min(1, this.#speed / way)), opening: fingers };
    }
    this.#leg++;
    return { to: leg.to, opening: leg.opening };
  }
}

/** Takes the decoy, brings it where the thing was to go, and lets go. */
const mistake: Disturb = (policy, perturbation) => {
  const { arm, speed, target } = perturbation;
  const { at: goal } = bringOf(policy, perturbation).destination;
  let route: Route | null = null;
  let last: Hand | null = null;
  return (world) => {
    if (route === null) {
      const decoy = policy.scene.scene.objects.find(({ name }) => name === target) as SceneObject;
      const high: Vec3 = [0, CLEARANCE, 0];
      const grip: Vec3 = [0, decoy.size[1] * 0.55, 0];
      const from = plus(world.positionOf(decoy.name), grip);
      const to = plus(goal, plus(grip, [0, 0.02, 0]));
      route = new Route(Math.min(speed, MOST_PER_TICK), [
        { to: plus(from, high), opening: OPEN },
        { to: from, opening: OPEN },
        { to: from, opening: Math.min(OPEN, decoy.size[0]) - 0.005 },
        { to: plus(from, high), opening: SHUT },
        { to: plus(to, high), opening: SHUT },
        { to, opening: SHUT },
        { to, opening: OPEN },
        { to: plus(to, high), opening: OPEN },
      ]);
    }
    last = route.next(world.hand(arm)) ?? last ?? still(world, arm);
    return last;
  };
};

/** Sinks and heads for what stands in the way, and on past it. */
const collide: Disturb = (policy, { arm, speed, target }) => {
  let heading: Vec3 | null = null;
  return (world, { opening }) => {
    const { position, holding } = world.hand(arm);
    const at = world.positionOf(target ?? '');
    const [dx, , dz] = minus(at, position);
    const away = Math.hypot(dx, dz);
    if (heading === null || away > 0.15) heading = [(dx * speed) / away, 0, (dz * speed) / away];
    const object = policy.scene.scene.objects.find(({ name }) => name === holding);
    const low = LOW + (object === undefined ? 0 : object.size[1] * 0.55);
    // It is low three ticks before it gets there.
    const left = Math.max(1, (away - 0.1) / speed - 3);
    const sink = position[1] > low ? (low - position[1]) / left : 0;
    return {
      to: plus(position, plus(heading, [0, sink, 0])),
      opening: holding === null ? opening : world.hand(arm).opening,
    };
  };
};
