// Things for a packed lunch, each small enough for a compartment of 0.15 by 0.12 metres.
import { rod, turned } from './packaging';
import { COLOURS } from './palette';
import type { ColourName } from './palette';
import type { Part, SceneObject, Vec3 } from './scene';

type Rest = Pick<SceneObject, 'at' | 'lies'>;

interface Snack {
  kind: string;
  /** Its name says none of these; the colour drawn for it where there are several. */
  hues: readonly ColourName[];
  size: Vec3;
  parts(colour: number): Part[];
}

const box = (size: Vec3, at: Vec3, colour: number): Part => ({ shape: 'box', size, at, colour });
const ball = (size: Vec3, at: Vec3, colour: number): Part => ({ shape: 'ball', size, at, colour });

export const SNACKS: readonly Snack[] = [
  {
    kind: 'sandwich',
    hues: ['green', 'red'],
    size: [0.13, 0.075, 0.105],
    parts: (colour) => [
      box([0.13, 0.025, 0.105], [0, 0.0125, 0], 0xc98a45),
      box([0.135, 0.02, 0.11], [0, 0.035, 0], colour),
      box([0.13, 0.025, 0.105], [0, 0.0575, 0], 0xe0a95c),
      box([0.1, 0.005, 0.08], [0, 0.0725, 0], 0xf3d9a4),
    ],
  },
  {
    kind: 'apple',
    hues: ['red', 'green'],
    size: [0.1, 0.09, 0.1],
    parts: (colour) => [
      ball([0.1, 0.09, 0.1], [0, 0.045, 0], colour),
      box([0.012, 0.03, 0.012], [0, 0.09, 0], 0x4a2d12),
    ],
  },
  {
    kind: 'banana',
    hues: ['yellow'],
    size: [0.14, 0.04, 0.08],
    parts: (colour) => [
      box([0.06, 0.036, 0.036], [0, 0.02, 0.02], colour),
      {
        ...box([0.05, 0.034, 0.034], [-0.045, 0.02, 0.006], colour),
        motions: [turned('y', -0.65, [-0.045, 0, 0.006])],
      },
      { ...box([0.05, 0.034, 0.034], [0.045, 0.02, 0.006], colour), motions: [turned('y', 0.65, [0.045, 0, 0.006])] },
      box([0.016, 0.03, 0.016], [-0.067, 0.02, -0.016], 0x5a3a10),
    ],
  },
  {
    kind: 'carrot',
    hues: ['orange'],
    size: [0.15, 0.045, 0.05],
    parts: (colour) => [
      rod('x', 0.045, 0.06, [0.02, 0.0225, 0], colour),
      rod('x', 0.032, 0.05, [-0.03, 0.0225, 0], colour),
      box([0.04, 0.03, 0.05], [0.06, 0.0225, 0], COLOURS.green),
    ],
  },
  {
    kind: 'biscuit',
    hues: ['purple', 'pink'],
    size: [0.11, 0.035, 0.11],
    parts: (colour) => [
      { shape: 'cylinder', size: [0.11, 0.03, 0.11], at: [0, 0.015, 0], colour: 0x7a4618 },
      { shape: 'cylinder', size: [0.075, 0.008, 0.075], at: [0, 0.032, 0], colour },
    ],
  },
  {
    kind: 'juice box',
    hues: ['cyan', 'blue', 'pink'],
    size: [0.09, 0.09, 0.08],
    parts: (colour) => [
      box([0.09, 0.085, 0.08], [0, 0.0425, 0], colour),
      box([0.05, 0.004, 0.08], [0, 0.086, 0], 0xffffff),
      box([0.014, 0.014, 0.014], [0.025, 0.09, -0.02], COLOURS.red),
    ],
  },
  {
    kind: 'grapes',
    hues: ['purple', 'green'],
    size: [0.12, 0.07, 0.1],
    parts: (colour) => [
      ...(
        [
          [-0.035, 0.025, 0.025],
          [0.005, 0.025, 0.028],
          [0.04, 0.025, 0.005],
          [-0.02, 0.025, -0.025],
          [0.02, 0.025, -0.028],
          [0, 0.05, 0],
        ] as const
      ).map((at) => ball([0.048, 0.048, 0.048], at, colour)),
      box([0.05, 0.012, 0.012], [0.03, 0.062, -0.015], 0x4a5a1a),
    ],
  },
];

export function snack({ kind, size, parts }: Snack, hue: ColourName, rest: Rest): SceneObject {
  return {
    name: kind,
    hue,
    size,
    yaw: 0,
    container: false,
    flat: false,
    channels: {},
    parts: parts(COLOURS[hue]),
    ...rest,
  };
}
