// A hand that plays about with the last thing of a task: takes it or not, carries it here and there, now and then to its
// place, lets it go where it should and where it should not. What a policy does that still has to learn looks like this.
import type { Random } from '../../../base/random';
import { OPEN, REST, SHUT } from '../timeline';
import type { Vec3 } from '../scene';
import { hop, distance, plus } from '../tracks';
import type { Bring } from './intentions';
import { REACHABLE } from './motions';
import type { Rollout } from './rollout';
import { World } from './world';
import { worldScene } from './worldScene';
import type { WorldSetup } from './worldScene';

const TICKS = 48;
/** Metres a tick. */
const SPEED = [0.03, 0.08] as const;
/** Ticks for which the hand goes to one point. */
const LEG = [2, 9] as const;
/** Chances of the points that a leg leads to: the thing, its place; anywhere else. */
const TO_THING = 0.25;
const TO_PLACE = 0.3;
/** Chance that the fingers change at the end of a leg, where nothing speaks for it. */
const CHANGES = 0.2;
const JITTER = 0.04;

/** @returns null where the task has nothing to be brought last */
export function randomPlay(setup: WorldSetup, random: Random): Rollout | null {
  const scene = worldScene(setup);
  const done = scene.intentions.length - 1;
  const last = scene.intentions[done];
  if (last?.kind !== 'bring') return null;
  const held = random.float() < 0.6;
  const play = { ...scene, setup: { ...setup, done, held } };
  const begin = held ? new World(play).hand(last.arm).position : REST[last.arm];
  const world = new World(play, { [last.arm]: plus(begin, around(random)) });
  const { arm } = last;
  let { opening } = world.hand(arm);
  while (world.tick < TICKS) {
    const goal = drawnGoal(world, last, random);
    const speed = random.between(...SPEED);
    const ticks = LEG[0] + random.below(LEG[1] - LEG[0]);
    for (let i = 0; i < ticks && world.tick < TICKS; i++) {
      const { position } = world.hand(arm);
      const way = distance(position, goal.at);
      world.step({ [arm]: { to: way > speed ? hop(position, goal.at, 0)(speed / way) : goal.at, opening } });
    }
    const arrived = distance(world.hand(arm).position, goal.at) < 0.02;
    const isHolding = world.hand(arm).holding !== null;
    if (goal.kind === 'thing' && arrived && !isHolding) opening = SHUT;
    else if (goal.kind === 'place' && arrived && isHolding) opening = OPEN;
    else if (random.float() < CHANGES) opening = opening > SHUT ? SHUT : OPEN;
  }
  const harmTick = world.harm?.tick ?? null;
  return { world, ticks: world.tick, kind: 'play', perturbation: null, onset: null, harmTick };
}

interface Goal {
  kind: 'thing' | 'place' | 'anywhere';
  at: Vec3;
}

function drawnGoal(world: World, { object, gripOffset, destination }: Bring, random: Random): Goal {
  const draw = random.float();
  if (draw < TO_THING) return { kind: 'thing', at: plus(world.positionOf(object), gripOffset) };
  if (draw < TO_THING + TO_PLACE) return { kind: 'place', at: plus(destination.at, plus(gripOffset, [0, 0.03, 0])) };
  const { low, high } = REACHABLE;
  const between = (axis: 0 | 1 | 2) => random.between(low[axis], high[axis]);
  return { kind: 'anywhere', at: [between(0), between(1), between(2)] };
}

function around(random: Random): Vec3 {
  const jitter = () => random.between(-JITTER, JITTER);
  return [jitter(), jitter(), jitter()];
}
