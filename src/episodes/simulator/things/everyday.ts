// Plain things of any colour that many templates move about, and the simplest of what they are put into.
import { CARDBOARD, shade } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { DEFAULTS, box, disc, openBox, round } from './parts';
import type { Rest } from './parts';

export function cube(name: string, colour: number, edge: number, rest: Rest): SceneObject {
  const inner = edge * 0.62;
  return {
    ...DEFAULTS,
    name,
    size: [edge, edge, edge],
    parts: [
      box([edge, edge, edge], [0, edge / 2, 0], colour),
      box([inner, 0.004, inner], [0, edge, 0], shade(colour, 1.25)),
    ],
    ...rest,
  };
}

export function ball(name: string, colour: number, width: number, rest: Rest): SceneObject {
  const size: Vec3 = [width, width, width];
  return { ...DEFAULTS, name, size, parts: [round(size, [0, width / 2, 0], colour)], ...rest };
}

export function can(name: string, colour: number, width: number, height: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [width, height, width],
    parts: [disc(width, height, [0, height / 2, 0], colour), disc(width * 0.8, 0.004, [0, height, 0], 0xe8e8e8)],
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
    parts: [box(size, [0, y / 2, 0], colour), box([x * 0.6, 0.004, z * 0.6], [0, y, 0], shade(colour, 1.3))],
    ...rest,
  };
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
  const flap = (side: 1 | -1, channel: string) =>
    box([x / 2, 0.012, z], [(side * x) / 4, y + 0.006 + (side > 0 ? 0.004 : 0), 0], shade(CARDBOARD, 1.2), [
      // Hanging outwards when open.
      { kind: 'hinge', channel, axis: 'z', pivot: [(side * x) / 2, y, 0], from: side * -2.5, to: 0 },
    ]);
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
