// Fruit, vegetables and what else is eaten. What is long lies along z unless it is asked for along x.
import { COLOURS, shade } from '../palette';
import type { ColourName } from '../palette';
import type { Motion, Part, SceneObject, Vec3 } from '../scene';
import { DEFAULTS, box, disc, rod, round, turned } from './parts';
import type { Rest } from './parts';

interface Food {
  /** The colours it may have; none where it is always the same and no colour of ours. */
  hues: readonly ColourName[];
  size: Vec3;
  parts(colour: number): Part[];
}

const LEAF = 0x2c7a2f;
const STEM = 0x5b3a1c;

const stem = (y: number, colour = STEM) => box([0.014, 0.03, 0.014], [0, y, 0], colour);

export type FoodName =
  | 'apple'
  | 'pear'
  | 'banana'
  | 'lemon'
  | 'plum'
  | 'peach'
  | 'carrot'
  | 'cucumber'
  | 'aubergine'
  | 'pepper'
  | 'tomato'
  | 'potato'
  | 'onion'
  | 'corn'
  | 'sandwich'
  | 'biscuit'
  | 'juice box'
  | 'grapes';

export const FOODS: Readonly<Record<FoodName, Food>> = {
  apple: {
    hues: ['red', 'green'],
    size: [0.11, 0.105, 0.11],
    parts: (colour) => [round([0.11, 0.1, 0.11], [0, 0.05, 0], colour), stem(0.105)],
  },
  pear: {
    hues: ['green', 'yellow'],
    size: [0.1, 0.1, 0.14],
    parts: (colour) => [
      round([0.1, 0.1, 0.1], [0, 0.05, 0.02], colour),
      round([0.065, 0.065, 0.09], [0, 0.05, -0.04], colour),
      box([0.014, 0.014, 0.03], [0, 0.05, -0.085], STEM),
    ],
  },
  banana: {
    hues: ['yellow'],
    size: [0.08, 0.05, 0.155],
    parts: (colour) => [
      box([0.045, 0.045, 0.07], [0, 0.024, 0], colour),
      ...[1, -1].map((end) => {
        const [angle, z] = [end * 0.5, end * -0.052];
        return box([0.045, 0.045, 0.07], [-0.014, 0.024, z], colour, [turned('y', angle, [0, 0, z])]);
      }),
      box([0.02, 0.02, 0.03], [-0.035, 0.024, -0.088], STEM),
    ],
  },
  lemon: {
    hues: ['yellow'],
    size: [0.09, 0.09, 0.13],
    parts: (colour) => [
      round([0.09, 0.09, 0.11], [0, 0.045, 0], colour),
      round([0.035, 0.035, 0.13], [0, 0.045, 0], colour),
    ],
  },
  plum: {
    hues: ['purple'],
    size: [0.095, 0.09, 0.105],
    parts: (colour) => [round([0.095, 0.09, 0.105], [0, 0.045, 0], colour), stem(0.09)],
  },
  peach: {
    hues: ['orange', 'pink'],
    size: [0.11, 0.1, 0.11],
    parts: (colour) => [
      round([0.11, 0.1, 0.11], [0, 0.05, 0], colour),
      box([0.03, 0.006, 0.055], [0.02, 0.1, 0], LEAF),
    ],
  },
  carrot: {
    hues: ['orange'],
    size: [0.068, 0.068, 0.155],
    parts: (colour) => [
      rod('z', 0.068, 0.05, [0, 0.035, -0.025], colour),
      rod('z', 0.052, 0.04, [0, 0.035, 0.02], shade(colour, 0.95)),
      rod('z', 0.034, 0.038, [0, 0.035, 0.058], colour),
      round([0.06, 0.04, 0.045], [0, 0.035, -0.06], LEAF),
    ],
  },
  cucumber: {
    hues: ['green'],
    size: [0.065, 0.065, 0.155],
    parts: (colour) => [
      rod('z', 0.062, 0.11, [0, 0.035, 0], shade(colour, 0.75)),
      round([0.058, 0.058, 0.155], [0, 0.029, 0], colour),
    ],
  },
  aubergine: {
    hues: ['purple'],
    size: [0.085, 0.085, 0.155],
    parts: (colour) => [
      round([0.085, 0.085, 0.13], [0, 0.0425, 0.01], colour),
      round([0.06, 0.06, 0.045], [0, 0.045, -0.055], LEAF),
    ],
  },
  pepper: {
    hues: ['red', 'yellow', 'orange'],
    size: [0.11, 0.1, 0.11],
    parts: (colour) => [
      ...[-0.022, 0.022].flatMap((x) => [-0.022, 0.022].map((z) => round([0.07, 0.1, 0.07], [x, 0.05, z], colour))),
      stem(0.1, LEAF),
    ],
  },
  tomato: {
    hues: ['red'],
    size: [0.11, 0.09, 0.11],
    parts: (colour) => [
      round([0.11, 0.088, 0.11], [0, 0.044, 0], colour),
      box([0.06, 0.006, 0.014], [0, 0.088, 0], LEAF),
      box([0.014, 0.006, 0.06], [0, 0.088, 0], LEAF),
    ],
  },
  potato: {
    hues: [],
    size: [0.12, 0.085, 0.12],
    parts: () => [round([0.132, 0.075, 0.102], [0, 0.0375, 0], 0xc99a4b)],
  },
  onion: {
    hues: ['purple'],
    size: [0.12, 0.085, 0.12],
    parts: () => [round([0.114, 0.085, 0.114], [0, 0.0425, 0], 0xa02a8a), disc(0.03, 0.012, [0, 0.085, 0], 0xe8c9a0)],
  },
  corn: {
    hues: ['yellow'],
    size: [0.12, 0.085, 0.12],
    parts: (colour) => [
      box([0.072, 0.06, 0.108], [0, 0.03, -0.012], colour),
      box([0.084, 0.05, 0.036], [0, 0.025, 0.054], 0x6bbf3a),
    ],
  },
  sandwich: {
    hues: ['green', 'red'],
    size: [0.13, 0.075, 0.105],
    parts: (colour) => [
      box([0.13, 0.025, 0.105], [0, 0.0125, 0], 0xc98a45),
      box([0.135, 0.02, 0.11], [0, 0.035, 0], colour),
      box([0.13, 0.025, 0.105], [0, 0.0575, 0], 0xe0a95c),
      box([0.1, 0.005, 0.08], [0, 0.0725, 0], 0xf3d9a4),
    ],
  },
  biscuit: {
    hues: ['purple', 'pink'],
    size: [0.11, 0.035, 0.11],
    parts: (colour) => [disc(0.11, 0.03, [0, 0.015, 0], 0x7a4618), disc(0.075, 0.008, [0, 0.032, 0], colour)],
  },
  'juice box': {
    hues: ['cyan', 'blue', 'pink'],
    size: [0.09, 0.09, 0.08],
    parts: (colour) => [
      box([0.09, 0.085, 0.08], [0, 0.0425, 0], colour),
      box([0.05, 0.004, 0.08], [0, 0.086, 0], 0xffffff),
      box([0.014, 0.014, 0.014], [0.025, 0.09, -0.02], COLOURS.red),
    ],
  },
  grapes: {
    hues: ['purple', 'green'],
    size: [0.12, 0.07, 0.1],
    parts: (colour) => {
      const places: readonly Vec3[] = [
        [-0.035, 0.025, 0.025],
        [0.005, 0.025, 0.028],
        [0.04, 0.025, 0.005],
        [-0.02, 0.025, -0.025],
        [0.02, 0.025, -0.028],
        [0, 0.05, 0],
      ];
      const stalk = box([0.05, 0.012, 0.012], [0.03, 0.062, -0.015], 0x4a5a1a);
      return [...places.map((at) => round([0.048, 0.048, 0.048], at, colour)), stalk];
    },
  },
};

/** How it is drawn where it is not as large as usual, and which way its length lies. */
interface Laid {
  scale?: number;
  along?: 'x' | 'z';
}

/** One piece, of its kind's size unless `rest` says otherwise; also its name, which then has to say the colour. */
export function food(
  kind: FoodName,
  hue: ColourName | null,
  rest: Rest,
  { scale = 1, along = 'z' }: Laid = {},
): SceneObject {
  const { size, parts } = FOODS[kind];
  const scaled = ([x, y, z]: Vec3): Vec3 => [x * scale, y * scale, z * scale];
  const turn: Motion[] = along === 'x' ? [turned('y', Math.PI / 2)] : [];
  const laid = (motion: Motion): Motion =>
    motion.kind === 'slide' ? { ...motion, by: scaled(motion.by) } : { ...motion, pivot: scaled(motion.pivot) };
  return {
    ...DEFAULTS,
    name: kind,
    ...(hue && rest.name === undefined && { hue }),
    size,
    parts: parts(hue === null ? 0 : COLOURS[hue]).map((part) => ({
      ...part,
      size: scaled(part.size),
      at: scaled(part.at),
      motions: [...turn, ...(part.motions ?? []).map(laid)],
    })),
    ...rest,
  };
}
