// Dishes, cutlery, fruit and vegetables, bowls with walls. What is long lies along z, so that fingers close on its sides.
import { COLOURS, STEEL, shade } from './palette';
import type { ColourName } from './palette';
import type { Motion, Part, SceneObject, Vec3 } from './scene';

type Rest = Pick<SceneObject, 'at'> & Partial<SceneObject>;

const DEFAULTS = { yaw: 0, container: false, flat: false, channels: {} };

/** A part's fixed angle: a hinge that no channel moves. */
export function turnedBy(axis: 'x' | 'y' | 'z', angle: number, pivot: Vec3): Motion {
  return { kind: 'hinge', channel: 'fixed', axis, pivot, from: angle, to: angle };
}

/** A round wall of boxes around the origin, and a floor. */
export function roundWall(width: number, height: number, thick: number, colour: number, floor: number): Part[] {
  const sides = 12;
  const radius = (width - thick) / 2;
  const length = 2 * (width / 2) * Math.tan(Math.PI / sides) * 1.03;
  const wall = Array.from({ length: sides }, (_, i): Part => {
    const angle = (2 * Math.PI * i) / sides;
    return {
      shape: 'box',
      size: [length, height, thick],
      at: [0, height / 2, radius],
      colour,
      motions: [turnedBy('y', angle, [0, 0, 0])],
    };
  });
  return [{ shape: 'cylinder', size: [width * 0.97, 0.012, width * 0.97], at: [0, 0.006, 0], colour: floor }, ...wall];
}

export function plate(name: string, colour: number, width: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, 0.022, width],
    parts: [
      { shape: 'cylinder', size: [width * 0.7, 0.01, width * 0.7], at: [0, 0.005, 0], colour: shade(colour, 0.7) },
      { shape: 'cylinder', size: [width, 0.012, width], at: [0, 0.016, 0], colour },
      { shape: 'cylinder', size: [width * 0.66, 0.003, width * 0.66], at: [0, 0.0225, 0], colour: shade(colour, 0.75) },
    ],
    ...rest,
  };
}

/** A small bowl to be carried; what seems to be its hollow is a dark top. */
export function smallBowl(name: string, colour: number, width: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, 0.06, width],
    parts: [
      { shape: 'cylinder', size: [width * 0.6, 0.02, width * 0.6], at: [0, 0.01, 0], colour: shade(colour, 0.7) },
      { shape: 'cylinder', size: [width, 0.042, width], at: [0, 0.039, 0], colour },
      { shape: 'cylinder', size: [width * 0.82, 0.003, width * 0.82], at: [0, 0.0605, 0], colour: shade(colour, 0.45) },
    ],
    ...rest,
  };
}

/** A cup with its handle towards the front. */
export function mug(name: string, colour: number, width: number, height: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, height, width],
    parts: [
      { shape: 'cylinder', size: [width, height, width], at: [0, height / 2, 0], colour },
      { shape: 'cylinder', size: [width * 0.8, 0.004, width * 0.8], at: [0, height, 0], colour: shade(colour, 0.35) },
      {
        shape: 'box',
        size: [0.022, height * 0.6, 0.035],
        at: [0, height * 0.52, width / 2 + 0.012],
        colour: shade(colour, 0.8),
      },
    ],
    ...rest,
  };
}

export type Cutlery = 'fork' | 'spoon' | 'knife';

/** A steel head and a handle of the given colour, which is towards the front. */
export function cutlery(kind: Cutlery, name: string, colour: number, rest: Rest): SceneObject {
  const bright = shade(STEEL, 1.5);
  const heads: Record<Cutlery, Part[]> = {
    fork: [
      ...[-0.016, 0, 0.016].map((x): Part => ({
        shape: 'box',
        size: [0.009, 0.012, 0.06],
        at: [x, 0.01, -0.07],
        colour: bright,
      })),
      { shape: 'box', size: [0.042, 0.012, 0.025], at: [0, 0.01, -0.03], colour: bright },
    ],
    spoon: [{ shape: 'ball', size: [0.05, 0.016, 0.075], at: [0, 0.01, -0.06], colour: bright }],
    knife: [{ shape: 'box', size: [0.03, 0.01, 0.1], at: [0, 0.008, -0.05], colour: bright }],
  };
  return {
    ...DEFAULTS,
    name,
    size: [0.05, 0.02, 0.2],
    parts: [...heads[kind], { shape: 'box', size: [0.026, 0.018, 0.11], at: [0, 0.009, 0.045], colour }],
    ...rest,
  };
}

export type Produce = 'fruit' | 'vegetable';

interface Kind {
  name: string;
  sort: Produce;
  /** Its only colour, or those it may have, which it is then named by. */
  hue: ColourName | readonly ColourName[];
  size: Vec3;
  parts(colour: number): Part[];
}

const LEAF = 0x2c7a2f;
const STEM = 0x5b3a1c;

const round = (size: Vec3, colour: number, at: Vec3 = [0, size[1] / 2, 0]): Part => ({
  shape: 'ball',
  size,
  at,
  colour,
});
const stem = (y: number, colour = STEM, z = 0): Part => ({
  shape: 'box',
  size: [0.014, 0.03, 0.014],
  at: [0, y, z],
  colour,
});
/** A slice of something long, along z. */
const slice = (width: number, length: number, z: number, colour: number, height = 0.035): Part => ({
  shape: 'cylinder',
  size: [width, length, width],
  at: [0, height, z],
  colour,
  motions: [turnedBy('x', Math.PI / 2, [0, height, z])],
});

const KINDS: readonly Kind[] = [
  {
    name: 'apple',
    sort: 'fruit',
    hue: ['red', 'green'],
    size: [0.11, 0.105, 0.11],
    parts: (colour) => [round([0.11, 0.1, 0.11], colour), stem(0.105)],
  },
  {
    name: 'pear',
    sort: 'fruit',
    hue: ['green', 'yellow'],
    size: [0.1, 0.1, 0.14],
    parts: (colour) => [
      round([0.1, 0.1, 0.1], colour, [0, 0.05, 0.02]),
      round([0.065, 0.065, 0.09], colour, [0, 0.05, -0.04]),
      { shape: 'box', size: [0.014, 0.014, 0.03], at: [0, 0.05, -0.085], colour: STEM },
    ],
  },
  {
    name: 'banana',
    sort: 'fruit',
    hue: 'yellow',
    size: [0.08, 0.05, 0.155],
    parts: (colour) => {
      const bent = (angle: number, z: number): Part => ({
        shape: 'box',
        size: [0.045, 0.045, 0.07],
        at: [angle === 0 ? 0 : -0.014, 0.024, z],
        colour,
        motions: [turnedBy('y', angle, [0, 0, z])],
      });
      return [
        bent(0, 0),
        bent(0.5, -0.052),
        bent(-0.5, 0.052),
        { shape: 'box', size: [0.02, 0.02, 0.03], at: [-0.035, 0.024, -0.088], colour: STEM },
      ];
    },
  },
  {
    name: 'lemon',
    sort: 'fruit',
    hue: 'yellow',
    size: [0.09, 0.09, 0.13],
    parts: (colour) => [round([0.09, 0.09, 0.11], colour), round([0.035, 0.035, 0.13], colour, [0, 0.045, 0])],
  },
  {
    name: 'plum',
    sort: 'fruit',
    hue: 'purple',
    size: [0.095, 0.09, 0.105],
    parts: (colour) => [round([0.095, 0.09, 0.105], colour), stem(0.09)],
  },
  {
    name: 'peach',
    sort: 'fruit',
    hue: ['orange', 'pink'],
    size: [0.11, 0.1, 0.11],
    parts: (colour) => [
      round([0.11, 0.1, 0.11], colour),
      { shape: 'box', size: [0.03, 0.006, 0.055], at: [0.02, 0.1, 0], colour: LEAF },
    ],
  },
  {
    name: 'carrot',
    sort: 'vegetable',
    hue: 'orange',
    size: [0.068, 0.068, 0.155],
    parts: (colour) => [
      slice(0.068, 0.05, -0.025, colour),
      slice(0.052, 0.04, 0.02, shade(colour, 0.95)),
      slice(0.034, 0.038, 0.058, colour),
      round([0.06, 0.04, 0.045], LEAF, [0, 0.035, -0.06]),
    ],
  },
  {
    name: 'cucumber',
    sort: 'vegetable',
    hue: 'green',
    size: [0.065, 0.065, 0.155],
    parts: (colour) => [slice(0.062, 0.11, 0, shade(colour, 0.75)), round([0.058, 0.058, 0.155], colour)],
  },
  {
    name: 'aubergine',
    sort: 'vegetable',
    hue: 'purple',
    size: [0.085, 0.085, 0.155],
    parts: (colour) => [
      round([0.085, 0.085, 0.13], colour, [0, 0.0425, 0.01]),
      round([0.06, 0.06, 0.045], LEAF, [0, 0.045, -0.055]),
    ],
  },
  {
    name: 'pepper',
    sort: 'vegetable',
    hue: ['red', 'yellow', 'orange'],
    size: [0.11, 0.1, 0.11],
    parts: (colour) => [
      ...[-1, 1].flatMap((x) =>
        [-1, 1].map((z) => round([0.07, 0.1, 0.07], colour, [x * 0.022, 0.05, z * 0.022] as Vec3)),
      ),
      stem(0.1, LEAF),
    ],
  },
  {
    name: 'tomato',
    sort: 'vegetable',
    hue: 'red',
    size: [0.11, 0.09, 0.11],
    parts: (colour) => [
      round([0.11, 0.088, 0.11], colour),
      { shape: 'box', size: [0.06, 0.006, 0.014], at: [0, 0.088, 0], colour: LEAF },
      { shape: 'box', size: [0.014, 0.006, 0.06], at: [0, 0.088, 0], colour: LEAF },
    ],
  },
];

/** The kinds of one sort, or all of them. */
export function produceKinds(sort: Produce | null): readonly string[] {
  return KINDS.filter((kind) => sort === null || kind.sort === sort).map(({ name }) => name);
}

/**
 * One piece of fruit or vegetable.
 * @param pick chooses among the colours that the kind may have
 * @throws RangeError for an unknown kind
 */
export function produce(kindName: string, pick: (hues: readonly ColourName[]) => ColourName, rest: Rest): SceneObject {
  const kind = KINDS.find(({ name }) => name === kindName);
  if (kind === undefined) throw new RangeError(`No fruit or vegetable is called "${kindName}".`);
  const only = typeof kind.hue === 'string';
  const hue = typeof kind.hue === 'string' ? kind.hue : pick(kind.hue);
  return {
    ...DEFAULTS,
    name: only ? kind.name : `${hue} ${kind.name}`,
    ...(only ? { hue } : {}),
    size: kind.size,
    parts: kind.parts(COLOURS[hue]),
    ...rest,
  };
}
