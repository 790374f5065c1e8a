// What is eaten from, drunk from, eaten with and cooked in. What is long lies along z, so that fingers close on its sides.
import { DARK, STEEL, shade } from '../palette';
import type { Part, SceneObject } from '../scene';
import { DEFAULTS, box, disc, round, roundWall } from './parts';
import type { Rest } from './parts';

export function plate(name: string, colour: number, width: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, 0.022, width],
    parts: [
      disc(width * 0.7, 0.01, [0, 0.005, 0], shade(colour, 0.7)),
      disc(width, 0.012, [0, 0.016, 0], colour),
      disc(width * 0.66, 0.003, [0, 0.0225, 0], shade(colour, 0.75)),
    ],
    ...rest,
  };
}

/** What is seen in a bowl or a mug from above. */
interface Contents {
  /** Colour of its inner side; a dark shade of its own unless given. */
  inside?: number;
  /** Colour of a drink that spreads with the channel `fill`. */
  drink?: number;
}

function hollow(width: number, height: number, dark: number, { inside = dark, drink }: Contents): Part[] {
  const bottom = disc(width, 0.004, [0, height, 0], inside);
  if (drink === undefined) return [bottom];
  const spread = { kind: 'grow', channel: 'fill', axes: [1, 0, 1], pivot: [0, 0, 0], from: 0.001, to: 1 } as const;
  return [bottom, disc(width * 0.95, 0.006, [0, height + 0.001, 0], drink, [spread])];
}

/** A bowl to be carried; what seems to be its hollow is its top. */
export function bowl(
  name: string,
  colour: number,
  [width, height]: readonly [width: number, height: number],
  rest: Rest,
  contents: Contents = {},
): SceneObject {
  const foot = 0.018;
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, height, width],
    parts: [
      disc(width * 0.6, 0.02, [0, 0.01, 0], shade(colour, 0.7)),
      disc(width, height - foot, [0, (height + foot) / 2, 0], colour),
      ...hollow(width * 0.82, height, shade(colour, 0.45), contents),
    ],
    ...rest,
  };
}

/** A mug or cup with its ear at one side, or towards the viewer. */
export function mug(
  name: string,
  colour: number,
  [width, height]: readonly [width: number, height: number],
  rest: Rest,
  contents: Contents & { earAt?: Side } = {},
): SceneObject {
  return {
    ...DEFAULTS,
    name,
    fragile: true,
    size: [width, height, width],
    parts: [
      disc(width, height, [0, height / 2, 0], colour),
      ...hollow(width * 0.8, height, shade(colour, 0.35), contents),
      ear(contents.earAt ?? 'front', width, height, colour),
    ],
    ...rest,
  };
}

type Side = 'left' | 'right' | 'front';

/** By which a vessel is taken. */
export function ear(side: Side, width: number, height: number, colour: number): Part {
  const [thick, high, long] = [0.022, height * 0.6, 0.035];
  const [y, out, tint] = [height * 0.52, width / 2 + 0.012, shade(colour, 0.8)];
  return side === 'front'
    ? box([thick, high, long], [0, y, out], tint)
    : box([long, high, thick], [side === 'left' ? -out : out, y, 0], tint);
}

export type Cutlery = 'fork' | 'spoon' | 'knife';

/** A steel head and a handle of the given colour, which is towards the front. */
export function cutlery(kind: Cutlery, name: string, colour: number, rest: Rest): SceneObject {
  const bright = shade(STEEL, 1.5);
  const heads: Record<Cutlery, Part[]> = {
    fork: [
      ...[-0.016, 0, 0.016].map((x) => box([0.009, 0.012, 0.06], [x, 0.01, -0.07], bright)),
      box([0.042, 0.012, 0.025], [0, 0.01, -0.03], bright),
    ],
    spoon: [round([0.05, 0.016, 0.075], [0, 0.01, -0.06], bright)],
    knife: [box([0.03, 0.01, 0.1], [0, 0.008, -0.05], bright)],
  };
  return {
    ...DEFAULTS,
    name,
    size: [0.05, 0.02, 0.2],
    parts: [...heads[kind], box([0.026, 0.018, 0.11], [0, 0.009, 0.045], colour)],
    ...rest,
  };
}

/** A pot with two lugs into which things are put. */
export function pot(name: string, colour: number, width: number, height: number, rest: Rest): SceneObject {
  const lug = (side: number) => box([0.05, 0.02, 0.08], [side * (width / 2 + 0.02), height * 0.8, 0], DARK);
  return {
    ...DEFAULTS,
    name,
    size: [width, height, width],
    container: true,
    parts: [...roundWall(width, height, 0.018, colour, shade(colour, 0.35)), lug(-1), lug(1)],
    ...rest,
  };
}

/** The lid of a pot, with a knob in its middle. */
export function potLid(name: string, colour: number, width: number, rest: Rest): SceneObject {
  return {
    ...DEFAULTS,
    name,
    size: [width, 0.06, width],
    parts: [
      disc(width, 0.02, [0, 0.01, 0], colour),
      disc(width * 0.7, 0.012, [0, 0.024, 0], shade(colour, 1.25)),
      disc(0.055, 0.035, [0, 0.045, 0], DARK),
    ],
    ...rest,
  };
}
