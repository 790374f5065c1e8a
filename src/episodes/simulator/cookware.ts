// Builders of vessels and food for the templates of the kitchen.
import { DARK, WHITE, shade } from './palette';
import type { Motion, Part, SceneObject, Vec3 } from './scene';
import { turned } from './turns';

type Rest = Pick<SceneObject, 'at'> & Partial<SceneObject>;

const DEFAULTS = { yaw: 0, container: false, flat: false, channels: {} };
const WALLS = 12;

/** A round floor and a round wall of `WALLS` pieces, open above. */
export function roundWall(width: number, height: number, wall: number, colour: number, floor: number): Part[] {
  const radius = width / 2 - wall / 2;
  const length = 2 * (width / 2) * Math.tan(Math.PI / WALLS) * 1.04;
  const pieces = Array.from({ length: WALLS }, (_, i): Part => ({
    shape: 'box',
    size: [length, height, wall],
    at: [0, height / 2, radius],
    colour,
    motions: [turned('y', (i / WALLS) * 2 * Math.PI)],
  }));
  return [{ shape: 'cylinder', size: [width, 0.012, width], at: [0, 0.006, 0], colour: floor }, ...pieces];
}

/** A pot with two ears into which things are put. */
export function pot(name: string, colour: number, width: number, height: number, rest: Rest): SceneObject {
  const ear = (side: number): Part => ({
    shape: 'box',
    size: [0.05, 0.02, 0.08],
    at: [side * (width / 2 + 0.02), height * 0.8, 0],
    colour: DARK,
  });
  return {
    ...DEFAULTS,
    name,
    size: [width, height, width],
    container: true,
    parts: [...roundWall(width, height, 0.018, colour, shade(colour, 0.35)), ear(-1), ear(1)],
    ...rest,
  };
}

/** A round lid with a knob in its middle. */
export function roundLid(name: string, colour: number, width: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [width, 0.06, width],
    parts: [
      { shape: 'cylinder', size: [width, 0.02, width], at: [0, 0.01, 0], colour },
      { shape: 'cylinder', size: [width * 0.7, 0.012, width * 0.7], at: [0, 0.024, 0], colour: shade(colour, 1.25) },
      { shape: 'cylinder', size: [0.055, 0.035, 0.055], at: [0, 0.045, 0], colour: DARK },
    ],
    ...rest,
  };
}

/**
 * A mug, cup or bowl whose drink shows from above: a disc that grows with the channel `fill`.
 * @param drink colour of what it is filled with
 */
export function mug(
  name: string,
  colour: number,
  drink: number,
  [width, height]: readonly [width: number, height: number],
  ear: -1 | 0 | 1,
  rest: Rest,
): SceneObject {
  const grow: Motion = { kind: 'grow', channel: 'fill', axes: [1, 0, 1], pivot: [0, 0, 0], from: 0.001, to: 1 };
  const handle: Part[] =
    ear === 0
      ? []
      : [{ shape: 'box', size: [0.05, height * 0.6, 0.025], at: [(ear * width) / 2, height / 2, 0], colour }];
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, height, width],
    container: true,
    channels: { fill: 0 },
    parts: [
      { shape: 'cylinder', size: [width, height, width], at: [0, height / 2, 0], colour },
      { shape: 'cylinder', size: [width * 0.84, 0.004, width * 0.84], at: [0, height, 0], colour: WHITE },
      {
        shape: 'cylinder',
        size: [width * 0.8, 0.006, width * 0.8],
        at: [0, height + 0.001, 0],
        colour: drink,
        motions: [grow],
      },
      ...handle,
    ],
    ...rest,
  };
}

/** Vegetables by name, with their colours; all about 0.12 m wide and at most 0.095 m high. */
export const VEGETABLES = ['tomato', 'carrot', 'potato', 'onion', 'pepper', 'corn'] as const;
export type Vegetable = (typeof VEGETABLES)[number];

export function vegetable(name: Vegetable, rest: Rest): SceneObject {
  const round = (size: Vec3, colour: number): Part => ({ shape: 'ball', size, at: [0, size[1] / 2, 0], colour });
  const tip = (colour: number, y: number, width: number): Part => ({
    shape: 'cylinder',
    size: [width, 0.012, width],
    at: [0, y, 0],
    colour,
  });
  const looks: Record<Vegetable, Pick<SceneObject, 'parts' | 'hue'>> = {
    tomato: { hue: 'red', parts: [round([0.1, 0.085, 0.1], 0xe01b24), tip(0x1fa83a, 0.083, 0.04)] },
    carrot: {
      hue: 'orange',
      parts: [
        { shape: 'box', size: [0.1, 0.06, 0.055], at: [0, 0.03, 0], colour: 0xff7a00 },
        { shape: 'box', size: [0.03, 0.04, 0.05], at: [0.055, 0.03, 0], colour: 0x1fa83a },
      ],
    },
    potato: { parts: [round([0.11, 0.075, 0.085], 0xc99a4b)] },
    onion: { hue: 'purple', parts: [round([0.095, 0.085, 0.095], 0xa02a8a), tip(0xe8c9a0, 0.085, 0.025)] },
    pepper: {
      hue: 'green',
      parts: [
        { shape: 'cylinder', size: [0.095, 0.08, 0.095], at: [0, 0.04, 0], colour: 0x1fa83a },
        tip(0x0f5a1c, 0.082, 0.04),
      ],
    },
    corn: {
      hue: 'yellow',
      parts: [
        { shape: 'box', size: [0.09, 0.06, 0.06], at: [-0.01, 0.03, 0], colour: 0xffd000 },
        { shape: 'box', size: [0.03, 0.05, 0.07], at: [0.045, 0.025, 0], colour: 0x6bbf3a },
      ],
    },
  };
  const wide = ([x, y, z]: Vec3): Vec3 => [x * 1.2, y, z * 1.2];
  const { parts, hue } = looks[name];
  return {
    ...DEFAULTS,
    name,
    size: wide([0.1, 0.085, 0.1]),
    parts: parts.map((part) => ({ ...part, size: wide(part.size), at: wide(part.at) })),
    ...(hue && { hue }),
    ...rest,
  };
}
