// Laws of the simulated world, checked on moments of an episode. Each gives what breaks it, in words that name the
// episode and the frame, so that a test of all templates says at once where to look.
import { hashText } from '../../src/base/random';
import type { SimulatedEpisode } from '../../src/episodes/simulator/simulate';
import { simulate } from '../../src/episodes/simulator/simulate';
import type { ObjectState, SceneObject, SceneState, Tally, Vec3 } from '../../src/episodes/simulator/scene';
import { ARMS } from '../../src/episodes/simulator/scene';
import { distance } from '../../src/episodes/simulator/tracks';
import { overlap, solidsOf } from './simulatorSolids';

/** Raw frames between the watched moments. */
export const STRIDE = 8;
const VARIETIES = [0, 0.3, 1] as const;

export interface Watched {
  /** For messages: the id's words. */
  name: string;
  simulated: SimulatedEpisode;
  /** Every eighth raw frame and the last one. */
  states: readonly SceneState[];
}

/** Each template has a seed of its own, so that not all have the same mishaps. */
export function watch(template: string, number: number, variety: number, mishaps: number): Watched {
  const simulated = simulate(hashText(template) % 1000, number, { templates: [template], variety, mishaps });
  const { frameCount, stateAt, episode } = simulated;
  const frames = Array.from({ length: Math.ceil(frameCount / STRIDE) }, (_, i) => i * STRIDE);
  const mishap = episode.mishap === null ? '' : `, ${episode.mishap}`;
  return {
    name: `${episode.id}, ${template} number ${number}, variety ${variety}${mishap}`,
    simulated,
    states: [...frames, frameCount - 1].map(stateAt),
  };
}

/** Every variety, clean and with a mishap; `few` of the numbers in turn instead of all of them each time. */
export function worlds(template: string, numbers: readonly number[], few = false): Watched[] {
  const kinds = VARIETIES.flatMap((variety) => [0, 1].map((mishaps) => ({ variety, mishaps })));
  return numbers.flatMap((number, i) =>
    kinds
      .filter((_, k) => !few || k % numbers.length === i)
      .map(({ variety, mishaps }) => watch(template, number, variety, mishaps)),
  );
}

export type Law = (watched: Watched) => string[];

/** How much of a tally is done, in [0, 1]. */
export function doneShare(tally: Tally): number {
  switch (tally.kind) {
    case 'stains':
      return 1 - tally.count / tally.total;
    case 'fill':
    case 'open':
    case 'level':
      return tally.level;
    case 'switch':
      return tally.on ? 1 : 0;
    default:
      return tally.count / tally.total;
  }
}

export function isDecoy({ clutter, name }: SceneObject): boolean {
  return clutter === true && !name.startsWith('clutter ');
}

/** The first few complaints are enough. */
export function complaints({ name, states }: Watched, find: (state: SceneState, i: number) => string | null): string[] {
  const found: string[] = [];
  for (const [i, state] of states.entries()) {
    const said = find(state, i);
    if (said !== null) found.push(`${name}, frame ${state.frame}: ${said}`);
    if (found.length === 3) break;
  }
  return found;
}

export const isFinite: Law = (watched) =>
  complaints(watched, ({ objects, grippers, progress }) => {
    if (!(progress >= 0 && progress <= 1)) return `progress is ${progress}`;
    for (const arm of ARMS) {
      const { position, opening } = grippers[arm];
      if (![...position, opening].every(Number.isFinite)) return `the ${arm} gripper is at ${position.join(' ')}`;
    }
    for (const { name, position, yaw, tip, channels } of objects) {
      if (![...position, yaw, tip].every(Number.isFinite)) return `the ${name} is at ${position.join(' ')}`;
      const wild = Object.entries(channels).find(([, value]) => !(value >= -1e-9 && value <= 1 + 1e-9));
      if (wild) return `the ${name}'s "${wild[0]}" is ${wild[1]}`;
    }
    return null;
  });

/** What the camera shows of the table, metres; grippers rest at its edge. */
const SEEN = { side: 0.47, back: -0.47, front: 0.45, high: 0.6 };

export const staysInPicture: Law = (watched) =>
  complaints(watched, ({ objects, grippers }) => {
    const outside = ([x, y, z]: Vec3) =>
      Math.abs(x) > SEEN.side || z < SEEN.back || z > SEEN.front || y > SEEN.high || y < -0.001;
    for (const arm of ARMS) {
      const { position } = grippers[arm];
      if (outside(position)) return `the ${arm} gripper is at ${inWords(position)}`;
    }
    for (const { name, position } of objects) if (outside(position)) return `the ${name} is at ${inWords(position)}`;
    return null;
  });

export function inWords(at: Vec3): string {
  return at.map((metres) => metres.toFixed(3)).join(' ');
}

/** Metres a raw frame; what falls is faster. */
const FASTEST = 0.1;
const FASTEST_FALL = 0.15;

function largestMove(a: SceneState, b: SceneState): { by: number; of: string } {
  let largest = { by: 0, of: '' };
  const see = (of: string, from: Vec3 | undefined, to: Vec3 | undefined, allowed: number) => {
    const by = from && to ? (distance(from, to) * FASTEST) / allowed : 0;
    if (by > largest.by) largest = { by, of };
  };
  for (const arm of ARMS) see(`${arm} gripper`, a.grippers[arm].position, b.grippers[arm].position, FASTEST);
  b.objects.forEach(({ name, position, relation }, i) => {
    const before = a.objects[i];
    const falls = relation !== 'held' && before !== undefined && position[1] < before.position[1];
    see(name, before?.position, position, falls ? FASTEST_FALL : FASTEST);
  });
  return largest;
}

export const movesContinuously: Law = (watched) =>
  complaints(watched, (state, i) => {
    const before = watched.states[i - 1];
    // Nothing in eight frames, nothing in one; else each frame is looked at.
    if (before === undefined || largestMove(before, state).by <= FASTEST) return null;
    const { stateAt } = watched.simulated;
    for (let frame = before.frame + 1; frame <= state.frame; frame++) {
      const { by, of } = largestMove(stateAt(frame - 1), stateAt(frame));
      if (by > FASTEST) return `the ${of} jumps ${by.toFixed(2)} m`;
    }
    return null;
  });

/** Metres between the points between the arms' fingers. */
const ARMS_APART = 0.08;

export const keepsArmsApart: Law = (watched) => {
  if (watched.simulated.template === 'hand over') return [];
  return complaints(watched, ({ grippers: { left, right } }) => {
    const apart = distance(left.position, right.position);
    return apart < ARMS_APART ? `the grippers are ${apart.toFixed(3)} m apart at ${inWords(left.position)}` : null;
  });
};

/** Below this a gripper, or what it carries, could touch what stands about. */
const LOW = 0.2;

/** Metres between a point and a thing's footprint, taken as unturned and a little smaller than its circle. */
function beside([x, , z]: Vec3, object: SceneObject, state: ObjectState): number {
  const reach = Math.min(object.size[0], object.size[2]) / 2;
  return Math.hypot(x - state.position[0], z - state.position[2]) - reach;
}

export const leavesClutterAlone: Law = (watched) => {
  const { objects } = watched.simulated.scene;
  const clutter = objects.flatMap((object, i) => (object.clutter === true && !isDecoy(object) ? [i] : []));
  if (clutter.length === 0) return [];
  return complaints(watched, (state) => {
    for (const c of clutter) {
      const [thing, its] = [objects[c] as SceneObject, state.objects[c] as ObjectState];
      for (const arm of ARMS) {
        const { position } = state.grippers[arm];
        if (position[1] < LOW && beside(position, thing, its) < 0.02) return `the ${arm} gripper touches ${thing.name}`;
      }
      const solids = solidsOf(thing, its);
      for (const [i, other] of objects.entries()) {
        if (i === c || (other.clutter === true && i < c)) continue;
        const now = state.objects[i] as ObjectState;
        if (now.position[1] < LOW && overlap(solids, solidsOf(other, now), true) > 0) {
          return `the ${other.name} touches ${thing.name}`;
        }
      }
    }
    return null;
  });
};

/** Metres by which two solid things may be in each other. */
const SHALLOW = 0.03;

/** Whether one of them lies in or on the other, also by way of a third thing. */
function related(a: ObjectState, b: ObjectState, all: ReadonlyMap<string, ObjectState>): boolean {
  const stands = (upper: ObjectState, lower: ObjectState): boolean => {
    let below: ObjectState | undefined = upper;
    for (let depth = 0; depth < 5 && below !== undefined; depth++) {
      if (below.relationOf === lower.name) return true;
      below = all.get(below.relationOf ?? '');
    }
    return false;
  };
  return stands(a, b) || stands(b, a);
}

/** The deepest overlap of two things that lie neither in nor on each other. */
export function deepest(watched: Watched, state: SceneState): { depth: number; of: string } {
  const { objects } = watched.simulated.scene;
  const byName = new Map(state.objects.map((object) => [object.name, object]));
  const solids = objects.map((object, i) => {
    return object.flat ? [] : solidsOf(object, state.objects[i] as ObjectState);
  });
  let worst = { depth: 0, of: '' };
  for (let i = 0; i < objects.length; i++) {
    for (let j = i + 1; j < objects.length; j++) {
      const [a, b] = [state.objects[i] as ObjectState, state.objects[j] as ObjectState];
      // A knife is meant to be in what it cuts.
      const cuts = [a, b].some(({ name, relation }) => name.includes('knife') && relation === 'held');
      if (cuts || related(a, b, byName)) continue;
      const depth = overlap(solids[i] ?? [], solids[j] ?? [], false);
      if (depth > worst.depth) worst = { depth, of: `the ${a.name} and the ${b.name}` };
    }
  }
  return worst;
}

export const keepsThingsApart: Law = (watched) =>
  complaints(watched, (state, i) => {
    if (i % 6 !== 0 && i !== watched.states.length - 1) return null;
    const { depth, of } = deepest(watched, state);
    return depth > SHALLOW ? `${of} are ${depth.toFixed(3)} m in each other` : null;
  });

export const LAWS: Readonly<Record<string, Law>> = {
  'knows all numbers': isFinite,
  'stays in the picture': staysInPicture,
  'moves continuously': movesContinuously,
  'keeps the arms apart': keepsArmsApart,
  'leaves clutter alone': leavesClutterAlone,
  'keeps things apart': keepsThingsApart,
};
