// Builders of the everyday things that several templates use. A template may as well write a SceneObject of its own.
import { CARDBOARD, shade } from './palette';
import type { Motion, Part, SceneObject, Vec3 } from './scene';

type Rest = Pick<SceneObject, 'at'> & Partial<SceneObject>;

const DEFAULTS = { yaw: 0, container: false, flat: false, channels: {} };

export function cube(name: string, colour: number, edge: number, rest: Rest): SceneObject {
  const inner = edge * 0.62;
  return {
    ...DEFAULTS,
    name,
    size: [edge, edge, edge],
    parts: [
      { shape: 'box', size: [edge, edge, edge], at: [0, edge / 2, 0], colour },
      { shape: 'box', size: [inner, 0.004, inner], at: [0, edge, 0], colour: shade(colour, 1.25) },
    ],
    ...rest,
  };
}

export function ball(name: string, colour: number, width: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [width, width, width],
    parts: [{ shape: 'ball', size: [width, width, width], at: [0, width / 2, 0], colour }],
    ...rest,
  };
}

export function can(name: string, colour: number, width: number, height: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [width, height, width],
    parts: [
      { shape: 'cylinder', size: [width, height, width], at: [0, height / 2, 0], colour },
      { shape: 'cylinder', size: [width * 0.8, 0.004, width * 0.8], at: [0, height, 0], colour: 0xe8e8e8 },
    ],
    ...rest,
  };
}

/** A box of any proportions with a lighter top. */
export function packet(name: string, colour: number, size: Vec3, rest: Rest): SceneObject {
  const [x, y, z] = size;
  return {
    ...DEFAULTS,
    name,
    size,
    parts: [
      { shape: 'box', size, at: [0, y / 2, 0], colour },
      { shape: 'box', size: [x * 0.6, 0.004, z * 0.6], at: [0, y, 0], colour: shade(colour, 1.3) },
    ],
    ...rest,
  };
}

/** Floor and four walls; `motions` move them all (a drawer). */
export function openBox(size: Vec3, wall: number, colour: number, floor: number, motions: Motion[] = []): Part[] {
  const [x, y, z] = size;
  const side = (at: Vec3, extents: Vec3, tint: number): Part => ({
    shape: 'box',
    size: extents,
    at,
    colour: tint,
    motions,
  });
  return [
    side([0, 0.006, 0], [x, 0.012, z], floor),
    side([-x / 2 + wall / 2, y / 2, 0], [wall, y, z], colour),
    side([x / 2 - wall / 2, y / 2, 0], [wall, y, z], colour),
    side([0, y / 2, -z / 2 + wall / 2], [x, y, wall], shade(colour, 0.9)),
    side([0, y / 2, z / 2 - wall / 2], [x, y, wall], colour),
  ];
}

export function tray(name: string, colour: number, size: Vec3, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size,
    container: true,
    parts: openBox(size, 0.018, colour, shade(colour, 0.55)),
    ...rest,
  };
}

/** A carton with a left and a right flap, open (0) or closed (1) by the channels `left flap` and `right flap`. */
export function carton(name: string, size: Vec3, rest: Rest): SceneObject {
  const [x, y, z] = size;
  const flap = (side: 1 | -1, channel: string): Part => ({
    shape: 'box',
    size: [x / 2, 0.012, z],
    at: [(side * x) / 4, y + 0.006 + (side > 0 ? 0.004 : 0), 0],
    colour: shade(CARDBOARD, 1.2),
    // Hanging outwards when open.
    motions: [{ kind: 'hinge', channel, axis: 'z', pivot: [(side * x) / 2, y, 0], from: side * -2.5, to: 0 }],
  });
  return {
    ...DEFAULTS,
    name,
    size,
    container: true,
    channels: { 'left flap': 0, 'right flap': 0 },
    parts: [...openBox(size, 0.014, CARDBOARD, shade(CARDBOARD, 0.45)), flap(-1, 'left flap'), flap(1, 'right flap')],
    ...rest,
  };
}
