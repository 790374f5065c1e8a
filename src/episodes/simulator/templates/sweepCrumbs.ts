// Cleaning: heaps of crumbs are swept with a brush into a dustpan that the other hand holds.
import type { Choreography } from '../choreography';
import { COLOURS, DARK, WOOD, shade } from '../palette';
import { otherArm } from '../scene';
import type { Arm, Motion, Part, SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';

const PAN: Vec3 = [0.22, 0.05, 0.32];
const BRUSH: Vec3 = [0.06, 0.1, 0.19];
/** What lies about: a noun, the colours of its bits, and of how many bits a heap is. */
const DIRT: readonly (readonly [string, readonly number[], Part['shape']])[] = [
  ['crumbs', [0x7a3f10, 0xa55a1a, 0x5a2a08], 'ball'],
  ['sand', [0xc08a30, 0xa06c18, 0xd09a40], 'ball'],
  ['paper scraps', [0x1c4fe0, 0xe01b24, 0x1fa83a], 'box'],
  ['beans', [0x6a0f1a, 0x8e1a28, 0x4a0a12], 'ball'],
  ['coffee grounds', [0x2b1206, 0x3d1d0c, 0x1a0a03], 'ball'],
];
const SPOTS: readonly (readonly [number, number])[] = [
  [0.03, 0.02],
  [0.1, -0.2],
  [0.1, 0.23],
  [0.29, -0.08],
  [0.29, 0.12],
];

export const sweepCrumbs: Template = {
  name: 'sweep crumbs',
  category: 'cleaning and tidying',
  prepare(random) {
    const count = 3 + random.below(3);
    const [noun, tints, shape] = random.pick(DIRT);
    const [panColour = 'red', brushColour = 'blue'] = colours(random, 2, ['orange']);
    const arm: Arm = random.pick(['left', 'right'] as const);
    const holder = otherArm(arm);
    // The brush's arm sweeps from its own side to the other.
    const side = arm === 'left' ? -1 : 1;
    const panAt: Vec3 = [-side * 0.2, 0, 0.04 + random.between(-0.02, 0.02)];
    const pan = dustpan(COLOURS[panColour], side, panAt, panColour);
    const first = random.below(2);
    const places = SPOTS.slice(0, count).map(([x, z]) => around(random, side * x, first === 0 ? z : -z + 0.04, 0.015));
    // The nearest first, so that none is swept through another.
    places.sort((a, b) => side * a[0] - side * b[0]);
    const heaps = places.map((at, i) => {
      const target: Vec3 = [panAt[0] + side * random.between(-0.01, 0.03), 0, panAt[2] + (i - (count - 1) / 2) * 0.03];
      return { target, object: heap(`heap ${i + 1}`, tints, shape, at, target, () => random.between(-1, 1)) };
    });
    const brushAt = around(random, side * 0.34, 0.32, 0.005);
    const tint = COLOURS[brushColour];
    const brush: SceneObject = {
      name: 'brush',
      hue: brushColour,
      size: BRUSH,
      at: brushAt,
      yaw: 0,
      container: false,
      flat: false,
      channels: {},
      parts: [
        { shape: 'box', size: [0.06, 0.03, 0.19], at: [0, 0.065, 0], colour: tint },
        { shape: 'box', size: [0.045, 0.05, 0.18], at: [0, 0.025, 0], colour: 0xf0e2b0 },
        { shape: 'box', size: [0.03, 0.03, 0.06], at: [0, 0.09, 0], colour: WOOD },
      ],
    };
    const number = numberWord(count);
    return {
      ...phrase(random, [
        [`Sweep the ${noun} into the dustpan.`, null],
        [`Sweep the ${number} heaps of ${noun} into the ${panColour} dustpan.`, null],
        [`Brush all ${noun} off the table into the dustpan.`, null],
        [`Take the ${brushColour} brush and sweep up the ${noun}.`, null],
        [`Sweep the ${noun} up with the ${arm} hand.`, null],
        [`Clean the table: sweep ${number} heaps into the dustpan.`, null],
      ]),
      objects: [pan, ...heaps.map(({ object }) => object), brush],
      tallies: [
        {
          kind: 'each',
          noun: 'heap',
          done: 'swept',
          undone: 'left',
          objects: heaps.map(({ object }) => object.name),
          channel: 'swept',
        },
      ],
      steps: [
        {
          name: 'take the dustpan and the brush',
          act: (play) => {
            hold(play, holder, [panAt[0] - side * (PAN[0] / 2 + 0.02), 0.06, panAt[2]]);
            play.grasp(arm, 'brush', { grip: [0, 0.09, 0], width: 0.04, weight: 0.2 });
          },
        },
        ...heaps.map(({ object, target }) => ({
          name: 'sweep a heap',
          act: (play: Choreography) => sweep(play, arm, object, target),
        })),
        {
          name: 'put the brush down',
          act: (play) => {
            play.waitUntil(holder, play.now(arm));
            play.hold(holder, null);
            play.open(holder);
            play.put(arm, 'brush', { at: brushAt }, { weight: 0.3 });
            if (!play.over) play.aside(arm);
          },
        },
      ],
    };
  },
};

/** Its mouth is towards `side`, its handle away from it. */
function dustpan(colour: number, side: 1 | -1, at: Vec3, hue: SceneObject['hue'] & string): SceneObject {
  const [x, y, z] = PAN;
  const dark = shade(colour, 0.75);
  return {
    name: 'dustpan',
    hue,
    size: PAN,
    at,
    yaw: 0,
    container: true,
    flat: false,
    channels: {},
    parts: [
      { shape: 'box', size: [x, 0.006, z], at: [0, 0.003, 0], colour: shade(colour, 1.3) },
      { shape: 'box', size: [x, y, 0.016], at: [0, y / 2, -z / 2], colour: dark },
      { shape: 'box', size: [x, y, 0.016], at: [0, y / 2, z / 2], colour },
      { shape: 'box', size: [0.016, y, z], at: [(-side * x) / 2, y / 2, 0], colour: dark },
      { shape: 'box', size: [0.09, 0.03, 0.05], at: [-side * (x / 2 + 0.04), 0.04, 0], colour: DARK },
    ],
  };
}

/** Bits that go together to the target, closer to each other there. */
function heap(
  name: string,
  tints: readonly number[],
  shape: Part['shape'],
  at: Vec3,
  target: Vec3,
  jitter: () => number,
): SceneObject {
  const slide: Motion = { kind: 'slide', channel: 'swept', by: [target[0] - at[0], 0.004, target[2] - at[2]] };
  const gather: Motion = { kind: 'grow', channel: 'swept', axes: [1, 0, 1], pivot: [0, 0, 0], from: 1, to: 0.72 };
  const ring = Array.from({ length: 8 }, (_, i): Part => {
    const angle = (i / 7) * 2 * Math.PI;
    const radius = i === 7 ? 0 : 0.042 + jitter() * 0.006;
    const width = i === 7 ? 0.055 : 0.038 + jitter() * 0.006;
    return {
      shape,
      size: [width, width * 0.7, width],
      at: [radius * Math.cos(angle), width * 0.35, radius * Math.sin(angle)],
      colour: tints[i % tints.length] ?? DARK,
      motions: [slide, gather],
    };
  });
  return {
    name,
    size: [0.13, 0.035, 0.13],
    at,
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: { swept: 0 },
    parts: ring,
  };
}

function hold(play: Choreography, arm: Arm, point: Vec3): void {
  play.move(arm, [point[0], point[1] + 0.12, point[2]]);
  play.move(arm, point, { seconds: 0.5 });
  play.close(arm, 0.05);
  play.hold(arm, 'dustpan');
}

/** The brush comes down behind a heap, drives it into the dustpan and is lifted over its edge. */
function sweep(play: Choreography, arm: Arm, { name, at }: SceneObject, target: Vec3): void {
  const side = arm === 'left' ? -1 : 1;
  const low = 0.095;
  const behind = (point: Vec3, gap: number): Vec3 => [point[0] + side * gap, low, point[2]];
  const start = behind(at, 0.1);
  const end = behind(target, 0.075);
  play.move(arm, [start[0], low + 0.07, start[2]], { speed: 0.3, lift: 0.03 });
  play.move(arm, start, { seconds: 0.4 });
  const seconds = play.random.between(4, 5);
  play.change(arm, name, 'swept', 1, seconds, 1);
  play.follow(arm, seconds, (s) => [
    start[0] + (end[0] - start[0]) * s,
    low + 0.012 * Math.abs(Math.sin(3 * Math.PI * s)),
    start[2] + (end[2] - start[2]) * s,
  ]);
  play.move(arm, [end[0] + side * 0.04, low + 0.08, end[2]], { seconds: 0.4 });
}
