// Things that have no part in the task: a decoy that a hand may take by mistake, clutter that stands about, and now and
// then something that moves by itself. They stand where nothing of the task ever comes.
import type { Random } from '../../base/random';
import { COLOURS, COLOUR_NAMES, shade } from './palette';
import type { SceneObject, Vec3 } from './scene';
import { ARMS } from './scene';
import { ball, can, cube, packet } from './things/everyday';
import { DEFAULTS } from './things/parts';
import type { Rest } from './things/parts';
import type { Timeline } from './timeline';

/** A circle on the table that is in use at some time; metres. */
export interface Used {
  x: number;
  z: number;
  radius: number;
}

/** Below this a gripper or what it carries could touch something that stands about. */
const LOW = 0.22;
const SAMPLES = 60;
/** What the camera sees of the table for sure. */
const SEEN = { x: 0.4, back: -0.42, front: 0.38 };

/** Where the task's things and hands are at any time, seen at moments of a performance. */
export function placesInUse(play: Timeline): Used[] {
  const used: Used[] = [];
  for (let i = 0; i <= SAMPLES; i++) {
    const time = (i / SAMPLES) * play.completion;
    for (const { name, size } of play.objects) {
      const [x, y, z] = play.anchor(name, time);
      if (y < LOW) used.push({ x, z, radius: Math.hypot(size[0], size[2]) / 2 });
    }
    for (const arm of ARMS) {
      const [x, y, z] = play.gripper(arm, time).position;
      if (y < LOW) used.push({ x, z, radius: 0.11 });
    }
  }
  return used;
}

/** A point of the table that keeps a centimetre from all that is in use; null where a few dozen draws find none. */
export function freeSpot(random: Random, used: readonly Used[], radius: number): Vec3 | null {
  for (let attempt = 0; attempt < 60; attempt++) {
    const x = random.between(-SEEN.x, SEEN.x);
    const z = random.between(SEEN.back, SEEN.front);
    if (used.every((other) => Math.hypot(other.x - x, other.z - z) > other.radius + radius + 0.01)) return [x, 0, z];
  }
  return null;
}

/**
 * A thing that a hand may take by mistake; null where there is no room for one.
 * @param taken names of the scene's things, whose colours it must not have
 */
export function decoyIn(random: Random, used: Used[], taken: readonly string[]): SceneObject | null {
  const at = freeSpot(random, used, 0.08);
  if (at === null) return null;
  const free = COLOUR_NAMES.filter((colour) => !taken.some((name) => name.startsWith(colour)));
  if (free.length === 0) return null;
  used.push({ x: at[0], z: at[2], radius: 0.08 });
  const colour = random.pick(free);
  const kind = random.below(3);
  const made =
    kind === 0
      ? can(`${colour} tin`, COLOURS[colour], 0.1, 0.12, { at })
      : kind === 1
        ? packet(`${colour} soap`, COLOURS[colour], [0.11, 0.06, 0.08], { at })
        : ball(`${colour} apple`, COLOURS[colour], 0.09, { at });
  return { ...made, clutter: true, decoy: true };
}

const KINDS = ['cube', 'can', 'packet', 'plant', 'metronome'] as const;
/** Metres from the middle to the farthest corner, or as far as it swings; of the others it follows from their width. */
const REACH: Partial<Record<(typeof KINDS)[number], number>> = { plant: 0.055, metronome: 0.08 };

/** Up to four things that stand about, and now and then one that swings by itself. */
export function clutterIn(random: Random, used: Used[], variety: number): SceneObject[] {
  const count = Math.floor(random.float() * variety * 5);
  const made: SceneObject[] = [];
  for (let i = 0; i < count; i++) {
    const width = random.between(0.05, 0.1);
    const kind = random.pick(KINDS);
    const radius = REACH[kind] ?? width * 0.83;
    const at = freeSpot(random, used, radius);
    if (at === null) continue;
    used.push({ x: at[0], z: at[2], radius });
    const colour = shade(random.pick(DULL), random.between(0.8, 1.1));
    const name = `clutter ${i + 1}`;
    const rest = { at, yaw: random.between(-0.7, 0.7), clutter: true };
    if (kind === 'cube') made.push(cube(name, colour, width, rest));
    else if (kind === 'can') made.push(can(name, colour, width, width * random.between(0.8, 1.8), rest));
    else if (kind === 'packet') made.push(packet(name, colour, [width, width * 0.3, width * 1.3], rest));
    else made.push(kind === 'plant' ? plant(name, rest) : metronome(name, colour, random, rest));
  }
  return made;
}

/** Dull, so that what matters stands out. */
const DULL: readonly number[] = [0x8c8f94, 0xa69b8a, 0x6f7a82, 0xb3a394, 0x94857a, 0x7d8f88];

function plant(name: string, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [0.09, 0.16, 0.09],
    parts: [
      { shape: 'cylinder', size: [0.08, 0.07, 0.08], at: [0, 0.035, 0], colour: 0x9a6a4a },
      { shape: 'ball', size: [0.1, 0.1, 0.1], at: [0, 0.11, 0], colour: 0x55795a },
    ],
    ...rest,
  };
}

/** A hand that swings to and fro, so that not all that moves has to do with the task. */
function metronome(name: string, colour: number, random: Random, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [0.09, 0.14, 0.07],
    channels: { swing: 0.5 },
    sway: { channel: 'swing', period: random.between(1.5, 5), phase: random.float() },
    parts: [
      { shape: 'box', size: [0.08, 0.04, 0.06], at: [0, 0.02, 0], colour: shade(colour, 0.8) },
      {
        shape: 'box',
        size: [0.012, 0.12, 0.012],
        at: [0, 0.09, 0],
        colour,
        motions: [{ kind: 'hinge', channel: 'swing', axis: 'z', pivot: [0, 0.03, 0], from: -0.7, to: 0.7 }],
      },
    ],
    ...rest,
  };
}
