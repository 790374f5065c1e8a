// Appliance and object manipulation: two to four laptops, tablets or notebooks are opened or closed one after the other.
import { COLOURS, WHITE, shade } from '../palette';
import type { ColourName } from '../palette';
import type { Motion, SceneObject, Vec3 } from '../scene';
import { armAt, around, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { box } from '../things/parts';
import { alternating, handleInTurn } from '../turns';

interface Kind {
  noun: string;
  /** Angle of the open lid. */
  swing: number;
  base: number;
  /** What the lid's inner side shows, and a smaller field on it. */
  inner: number;
  field: number;
}

const KINDS: readonly Kind[] = [
  { noun: 'laptop', swing: 2.05, base: 0x33363d, inner: 0x9fe8ff, field: 0xffffff },
  { noun: 'tablet', swing: 2.2, base: 0x6cd4ff, inner: 0xd9d9d6, field: 0xb9b9b6 },
  { noun: 'notebook', swing: 2.6, base: 0xfbfaf0, inner: 0xfbfaf0, field: 0xd6d2bd },
];
/** Where they stand, by their number. */
const PLACES: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  2: [
    [-0.2, 0.08],
    [0.2, 0.08],
  ],
  3: [
    [-0.28, -0.02],
    [0.28, -0.02],
    [0.01, 0.2],
  ],
  4: [
    [-0.22, -0.13],
    [0.22, -0.13],
    [-0.22, 0.24],
    [0.22, 0.24],
  ],
};
const BASE = 0.022;

function laptop(
  kind: Kind,
  name: string,
  colour: number,
  [width, depth]: readonly [number, number],
  at: Vec3,
  open: number,
): SceneObject {
  const motions: Motion[] = [
    { kind: 'hinge', channel: 'open', axis: 'x', pivot: [0, BASE, -depth / 2], from: 0, to: -kind.swing },
  ];
  const part = (size: Vec3, y: number, z: number, tint: number, moves: readonly Motion[] = []) =>
    box(size, [0, y, z], tint, moves);
  return {
    name,
    size: [width, BASE + 0.02, depth],
    at,
    yaw: 0,
    container: false,
    flat: false,
    channels: { open },
    parts: [
      part([width, BASE, depth], BASE / 2, 0, shade(colour, 0.7)),
      part([width * 0.88, 0.003, depth * 0.84], BASE + 0.001, 0, kind.base),
      part(
        [width * 0.7, 0.003, depth * 0.3],
        BASE + 0.003,
        -depth * 0.12,
        shade(kind.base, kind.noun === 'laptop' ? 2.2 : 0.85),
      ),
      part([width, 0.014, depth], BASE + 0.012, 0, colour, motions),
      part([width * 0.2, 0.003, depth * 0.2], BASE + 0.02, 0, WHITE, motions),
      part([width * 0.9, 0.003, depth * 0.86], BASE + 0.0045, 0, kind.inner, motions),
      part([width * 0.5, 0.003, depth * 0.4], BASE + 0.003, 0, kind.field, motions),
    ],
  };
}

export const laptops: Template = {
  name: 'laptops',
  category: 'appliance and object manipulation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const kind = random.pick(KINDS);
    const count = 2 + random.below(3);
    const hues = colours(random, count, ['cyan']);
    const size: readonly [number, number] = count === 2 ? [0.28, 0.2] : count === 3 ? [0.22, 0.16] : [0.24, 0.16];
    const open = turned ? 1 : 0;
    const things = hues.map((colour, i) => {
      const [x, z] = PLACES[count]?.[i] ?? [0, 0];
      return laptop(kind, `${colour} ${kind.noun}`, COLOURS[colour], size, around(random, x, z, 0.01), open);
    });
    const order = alternating(random, things).map((thing) => things.indexOf(thing));
    const seconds = random.between(1, 1.2) * (count === 2 ? 7 : count === 3 ? 6 : 4.5);
    const steps = order.map((i) => {
      const { name, at } = things[i] as SceneObject;
      const length = size[1] * 0.97;
      const hinge: Vec3 = [at[0], BASE, at[2] - size[1] / 2];
      const edge = (share: number): Vec3 => {
        const angle = 0.06 + kind.swing * share;
        return [hinge[0], hinge[1] + 0.025 + length * Math.sin(angle), hinge[2] + length * Math.cos(angle)];
      };
      return handleInTurn(`${turned ? 'close' : 'open'} the ${name}`, armAt(at), name, {
        channel: 'open',
        to: 1 - open,
        path: (s) => edge(turned ? 1 - s : s),
        seconds,
        width: 0.05,
      });
    });
    const { noun } = kind;
    const number = numberWord(count);
    const named = (i: number): ColourName => hues[order[turned ? count - 1 - i : i] ?? 0] ?? 'red';
    return {
      ...phrase(
        random,
        [
          [`Open the ${number} ${noun}s.`, `Close the ${number} ${noun}s.`],
          [`Open every ${noun} on the table.`, `Close every ${noun} on the table.`],
          [
            `Open the ${named(0)} ${noun} first, then the ${count === 2 ? named(1) : 'other'} ${count === 2 ? 'one' : 'ones'}.`,
            `Close the ${noun}s, the ${named(0)} one last.`,
          ],
          [`Lift the lids of all ${noun}s.`, `Shut the lids of all ${noun}s.`],
          [`Open the ${noun}s one after the other.`, `Shut the ${noun}s one after the other.`],
          [`Open the ${listed(hues)} ${noun}.`, `Close the ${listed(hues)} ${noun}.`],
        ],
        turned,
      ),
      objects: things,
      tallies: [
        {
          kind: 'each',
          noun,
          done: 'open',
          undone: 'closed',
          objects: things.map(({ name }) => name),
          channel: 'open',
        },
      ],
      steps,
    };
  },
};
