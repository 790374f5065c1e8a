// Cleaning and tidying: the lid of a bin is opened, litter is thrown in piece by piece, the lid is closed again.
import { COLOURS, DARK, WHITE, shade } from '../palette';
import type { ColourName } from '../palette';
import { ARMS } from '../scene';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, handle, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { can } from '../things/everyday';
import { DEFAULTS, openBox, rod, turned } from '../things/parts';
import { kindOf } from '../traits';

const SIZE: Vec3 = [0.26, 0.12, 0.28];
/** How far the lid swings over. */
const SWING = 3.05;
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.14],
  [0.31, 0.14],
  [-0.17, 0.29],
  [0.17, 0.29],
];
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.062, -0.058],
  [0.062, -0.058],
  [-0.062, 0.058],
  [0.062, 0.058],
];
const KINDS = ['paper', 'can', 'wrapper', 'bottle', 'peel'] as const;
type Kind = (typeof KINDS)[number];

function bin(colour: number, hinge: Arm, at: Vec3): SceneObject {
  const side = hinge === 'left' ? -1 : 1;
  const [x, y, z] = SIZE;
  const lid = {
    kind: 'hinge',
    channel: 'lid',
    axis: 'z',
    pivot: [(side * x) / 2, y, 0],
    from: side * -SWING,
    to: 0,
  } as const;
  return {
    name: 'bin',
    size: SIZE,
    at,
    yaw: 0,
    container: true,
    flat: false,
    channels: { lid: 1 },
    parts: [
      ...openBox(SIZE, 0.018, colour, DARK),
      { shape: 'box', size: [x, 0.014, z], at: [0, y + 0.008, 0], colour: shade(colour, 1.3), motions: [lid] },
      {
        shape: 'box',
        size: [0.03, 0.03, 0.12],
        at: [-side * (x / 2 - 0.03), y + 0.028, 0],
        colour: DARK,
        motions: [lid],
      },
    ],
  };
}

function litter(kind: Kind, colour: ColourName, at: Vec3): SceneObject {
  const paint = COLOURS[colour];
  const common = { ...DEFAULTS, at };
  switch (kind) {
    case 'paper': {
      const lump = (x: number, y: number, z: number, angle: number) => ({
        shape: 'box' as const,
        size: [0.075, 0.065, 0.07] as Vec3,
        at: [x, y, z] as Vec3,
        colour: shade(WHITE, angle > 0.6 ? 0.86 : 1),
        motions: [turned('y', angle, [x, y, z]), turned('x', angle * 0.7, [x, y, z])],
      });
      return {
        ...common,
        name: 'paper',
        size: [0.11, 0.09, 0.11],
        parts: [lump(-0.015, 0.045, 0.012, 0.3), lump(0.015, 0.05, -0.012, 0.9), lump(0, 0.04, 0.015, 1.4)],
      };
    }
    case 'can':
      return can(`${colour} can`, paint, 0.095, 0.1, { at });
    case 'wrapper':
      return {
        ...common,
        name: `${colour} wrapper`,
        size: [0.1, 0.05, 0.125],
        parts: [
          { shape: 'ball', size: [0.095, 0.05, 0.09], at: [0, 0.025, 0], colour: paint },
          ...[-1, 1].map((z) => ({
            shape: 'box' as const,
            size: [0.075, 0.03, 0.035] as Vec3,
            at: [0, 0.025, z * 0.055] as Vec3,
            colour: shade(paint, 0.75),
          })),
        ],
      };
    case 'bottle':
      return {
        ...common,
        name: `${colour} bottle`,
        size: [0.075, 0.075, 0.14],
        parts: [
          rod('z', 0.075, 0.1, [0, 0.0375, 0.02], paint),
          rod('z', 0.035, 0.045, [0, 0.0375, -0.048], shade(paint, 0.6)),
        ],
      };
    case 'peel':
      return {
        ...common,
        name: 'peel',
        hue: 'yellow',
        size: [0.12, 0.045, 0.12],
        parts: [0, 1, 2].map((i) => ({
          shape: 'box' as const,
          size: [0.036, 0.02, 0.075] as Vec3,
          at: [0, 0.025, 0.032] as Vec3,
          colour: shade(COLOURS.yellow, i === 1 ? 0.85 : 1),
          motions: [turned('y', (i * 2 * Math.PI) / 3, [0, 0, 0]), turned('x', 0.25, [0, 0.03, 0])],
        })),
      };
  }
}

export const trashIntoBin: Template = {
  name: 'trash into bin',
  category: 'cleaning and tidying',
  prepare(random) {
    const count = 3 + random.below(2);
    const [binColour = 'green', ...hues] = colours(random, count + 1);
    const centre: Vec3 = around(random, 0, -0.15, 0.01);
    const hinge = random.pick(ARMS);
    const first = random.below(2);
    const items = random
      .shuffled(KINDS)
      .slice(0, count)
      .map((kind, i) => {
        const index = (i ^ first) >= count ? i : i ^ first;
        const at = around(random, ...(SPOTS[index] ?? ([0, 0.2] as const)), 0.012);
        const [dx, dz] = SLOTS[index] ?? [0, 0];
        const slot: Vec3 = [centre[0] + dx, 0.012, centre[2] + dz];
        return { thing: litter(kind, hues[i] ?? 'red', at), slot };
      });
    const names = items.map(({ thing }) => thing.name);
    const side = hinge === 'left' ? -1 : 1;
    const length = SIZE[0] - 0.04;
    const tip = (s: number): Vec3 => [
      centre[0] + side * (SIZE[0] / 2 - length * Math.cos(SWING * s)),
      SIZE[1] + 0.05 + length * Math.sin(SWING * s),
      centre[2],
    ];
    const noun = random.pick(['trash', 'litter', 'rubbish'] as const);
    const swing = { channel: 'lid', seconds: 3.6, weight: 0.9 };
    return {
      ...phrase(random, [
        [`Throw the ${noun} into the bin and close it.`, null],
        [`Open the ${binColour} bin, throw the ${noun} in, close it.`, null],
        [`Clean up the ${noun}.`, null],
        [`Put ${numberWord(count)} pieces of ${noun} into the ${binColour} bin.`, null],
        [`Throw the ${listed(names.map(kindOf))} away.`, null],
        [`Clear the table of ${noun} and shut the bin.`, null],
      ]),
      objects: [{ ...bin(COLOURS[binColour], hinge, centre), hue: binColour }, ...items.map(({ thing }) => thing)],
      tallies: [
        { kind: 'inside', container: 'bin', noun: 'piece', objects: names },
        { kind: 'level', object: 'bin', channel: 'lid', done: 'closed' },
      ],
      steps: [
        handle('open the bin', hinge, 'bin', { ...swing, to: 0, path: tip, width: 0.05 }),
        ...items.map(({ thing, slot }) => bring(armAt(thing.at), thing.name, { at: slot, in: 'bin' })),
        handle('close the bin', hinge, 'bin', { ...swing, to: 1, path: (s) => tip(1 - s), holds: false }),
      ],
    };
  },
};
