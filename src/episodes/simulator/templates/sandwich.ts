// Cooking: a sandwich is built on a plate from what lies around it, or taken apart again.
import { COLOURS, WHITE, shade } from '../palette';
import type { ColourName } from '../palette';
import type { Part, SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { box, disc } from '../things/parts';

const PLATE: Vec3 = [0.27, 0.03, 0.27];
const FLOOR = 0.012;
const WIDTH = 0.17;
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, -0.05],
  [0.31, -0.05],
  [-0.31, 0.15],
  [0.31, 0.15],
  [-0.1, 0.26],
  [0.1, 0.26],
];

interface Slice {
  name: string;
  hue?: ColourName;
  height: number;
  parts: readonly Part[];
}

const slab = (size: Vec3, colour: number, y = size[1] / 2) => box(size, [0, y, 0], colour);

function bread(name: string): Slice {
  const height = 0.035;
  return {
    name,
    height,
    parts: [slab([WIDTH, height, WIDTH], 0xa8662a), slab([WIDTH * 0.84, 0.004, WIDTH * 0.84], 0xf0d49a, height)],
  };
}

const corners = [
  [-0.04, -0.04],
  [0.04, -0.04],
  [-0.04, 0.04],
  [0.04, 0.04],
] as const;

const FILLINGS: readonly Slice[] = [
  {
    name: 'cheese',
    hue: 'yellow',
    height: 0.016,
    parts: [
      slab([WIDTH, 0.016, WIDTH * 0.96], COLOURS.yellow),
      disc(0.03, 0.003, [0.04, 0.016, 0.03], 0xd9a400),
      disc(0.025, 0.003, [-0.04, 0.016, -0.02], 0xd9a400),
    ],
  },
  {
    name: 'salad',
    hue: 'green',
    height: 0.018,
    parts: [
      disc(0.16, 0.018, [0, 0.009, 0], 0x35b53a),
      ...corners.map(([x, z]) => disc(0.085, 0.016, [x * 1.1, 0.009, z * 1.1], 0x57cf4a)),
    ],
  },
  {
    name: 'tomato',
    hue: 'red',
    height: 0.018,
    parts: corners.flatMap(([x, z]) => [
      disc(0.085, 0.018, [x, 0.009, z], COLOURS.red),
      disc(0.05, 0.003, [x, 0.018, z], 0xff6a5a),
    ]),
  },
  {
    name: 'ham',
    hue: 'pink',
    height: 0.014,
    parts: [slab([WIDTH, 0.014, WIDTH * 0.9], COLOURS.pink), slab([WIDTH * 0.7, 0.003, 0.03], 0xffc4de, 0.014)],
  },
  {
    name: 'egg',
    height: 0.016,
    parts: corners.flatMap(([x, z]) => [
      disc(0.085, 0.016, [x, 0.008, z], WHITE),
      disc(0.045, 0.004, [x, 0.017, z], 0xffa800),
    ]),
  },
];

export const sandwich: Template = {
  name: 'sandwich',
  category: 'cooking and food preparation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const fillings = random.shuffled(FILLINGS).slice(0, 2 + random.below(3));
    const layers = [bread('bread 1'), ...fillings, bread('bread 2')];
    const hue = random.pick(['blue', 'red', 'purple', 'cyan'] as const);
    const centre: Vec3 = around(random, 0, -0.1, 0.01);
    const plate: SceneObject = {
      name: 'plate',
      hue,
      fragile: true,
      size: PLATE,
      at: centre,
      yaw: 0,
      container: true,
      flat: false,
      channels: {},
      parts: [
        { shape: 'cylinder', size: [PLATE[0], 0.012, PLATE[2]], at: [0, 0.006, 0], colour: COLOURS[hue] },
        {
          shape: 'cylinder',
          size: [PLATE[0] * 0.8, 0.004, PLATE[2] * 0.8],
          at: [0, 0.012, 0],
          colour: shade(COLOURS[hue], 1.5),
        },
      ],
    };
    // Sides alternate, so that one arm reaches while the other carries.
    const mirror = random.pick([-1, 1] as const);
    let height = FLOOR;
    const places = layers.map((layer, i) => {
      const [x, z] = SPOTS[i] ?? [0, 0.3];
      const stacked: Vec3 = [centre[0], height, centre[2]];
      height += layer.height;
      return { table: around(random, mirror * x, z, 0.01), stacked };
    });
    const items = layers.map(({ name, hue: colour, height: high, parts }, i): SceneObject => {
      const { table, stacked } = places[i] as (typeof places)[number];
      const below = layers[i - 1]?.name;
      const lies = below === undefined ? { in: 'plate' } : { on: below };
      return {
        name,
        ...(colour && { hue: colour }),
        size: [WIDTH, high, WIDTH],
        ...(turned ? { at: stacked, lies } : { at: table }),
        yaw: 0,
        container: false,
        flat: false,
        channels: {},
        parts,
      };
    });
    const moves = items.map(({ name }, i) => {
      const { table, stacked } = places[i] as (typeof places)[number];
      const below = layers[i - 1]?.name;
      const on = below === undefined ? { at: stacked, in: 'plate' } : { at: stacked, on: below };
      const what = name.replace(/ \d$/, '');
      return bring(armAt(table), name, turned ? { at: table } : on, {
        grip: [0, 0.032, 0],
        step: turned ? `take the ${what} off` : `put the ${what} on the plate`,
      });
    });
    const names = fillings.map(({ name }) => name);
    const list = listed(names);
    const back = [...names].reverse();
    const tsil = listed(back);
    const number = numberWord(layers.length);
    return {
      ...phrase(
        random,
        [
          [`Make a sandwich with ${list}.`, `Take apart the sandwich with ${list}.`],
          [`Build the sandwich on the ${hue} plate.`, `Take the sandwich on the ${hue} plate apart.`],
          [`Stack ${list} between the two slices of bread.`, `Take the bread, ${tsil} off the plate.`],
          [
            `Stack the ${number} layers of the sandwich on the plate.`,
            `Take the ${number} layers of the sandwich off the plate.`,
          ],
          [
            `Put bread, ${names.join(', ')} and bread on the plate.`,
            `Put bread, ${back.join(', ')} and bread back on the table.`,
          ],
        ],
        turned,
      ),
      objects: [plate, ...items],
      tallies: [{ kind: 'stacked', noun: 'layer', objects: items.map(({ name }) => name) }],
      steps: turned ? [...moves].reverse() : moves,
    };
  },
};
