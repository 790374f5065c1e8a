// Staging: parcels of different sizes are lined up by size on a conveyor or loaded on a pallet; or unloaded again.
import { CARDBOARD, COLOURS, STEEL, WHITE, WOOD, shade } from '../palette';
import type { Part, SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, numberWord, phrase } from '../template';
import type { Phrasing, Template } from '../template';
import { DEFAULTS } from '../things/parts';

/** Width, height and depth from the smallest to the biggest. */
const SIZES: readonly Vec3[] = [
  [0.095, 0.06, 0.09],
  [0.12, 0.075, 0.105],
  [0.145, 0.09, 0.12],
  [0.175, 0.105, 0.135],
];
const CONVEYOR: Vec3 = [0.76, 0.045, 0.2];
const PALLET: Vec3 = [0.46, 0.045, 0.34];
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.14],
  [-0.13, 0.27],
  [0.13, 0.27],
  [0.31, 0.14],
];

export const stageParcels: Template = {
  name: 'stage parcels',
  category: 'packing and staging',
  prepare(random) {
    const turned = random.float() < 0.5;
    const onPallet = random.float() < 0.45;
    const support = onPallet ? 'pallet' : 'conveyor';
    const bed = onPallet ? PALLET : CONVEYOR;
    const count = onPallet ? 4 : 3 + random.below(2);
    const sizes = count === 4 ? SIZES : SIZES.slice(1);
    const growing = random.float() < 0.5;
    const row = growing ? sizes : [...sizes].reverse();
    const hues = colours(random, count, ['orange']);
    const centre: Vec3 = around(random, 0, onPallet ? -0.13 : -0.19, 0.01);
    // The outer and the inner spot of each side are swapped by chance: the table does not show the order.
    const [left, right] = [random.float() < 0.5, random.float() < 0.5];
    const spotOf = count === 4 ? [left ? 0 : 1, left ? 1 : 0, right ? 2 : 3, right ? 3 : 2] : [0, right ? 1 : 2, 3];
    const places = row.map((size, i) => {
      const [x, z] = SPOTS[spotOf[i] ?? 0] ?? [0, 0.25];
      const slot = onPallet ? palletSlot(i) : conveyorSlot(row, i);
      return {
        size,
        table: around(random, x, z, 0.01),
        slot: [centre[0] + slot[0], bed[1], centre[2] + slot[1]] as Vec3,
        name: `${hues[i] ?? 'red'} parcel`,
        paint: COLOURS[hues[i] ?? 'red'],
      };
    });
    const parcels = places.map(({ size, table, slot, name, paint }) =>
      parcel(name, paint, size, turned ? { at: slot, lies: { on: support } } : { at: table }),
    );
    // Sides alternate.
    const order = count === 4 ? [0, 2, 1, 3] : [0, 2, 1];
    const steps = order.map((index) => {
      const { name, table, slot } = places[index] as (typeof places)[number];
      return bring(armAt(table), name, turned ? { at: table } : { at: slot, on: support }, { weight: 1 });
    });
    const many = numberWord(count);
    const small = hues[growing ? 0 : count - 1] ?? 'red';
    const big = hues[growing ? count - 1 : 0] ?? 'red';
    const common: Phrasing[] = [
      [`Put all parcels on the ${support}.`, `Take all parcels off the ${support}.`],
      [`Load the ${many} parcels onto the ${support}.`, `Unload the ${many} parcels from the ${support}.`],
      [
        `Move the ${small} parcel and all others onto the ${support}.`,
        `Move the ${small} parcel and all others off the ${support}.`,
      ],
    ];
    const particular: Phrasing[] = onPallet
      ? [
          ['Stage the parcels on the pallet for shipping.', 'Clear the pallet of all parcels.'],
          [`Load the pallet with the ${big} parcel and the rest.`, `Unload the ${big} parcel and the rest.`],
        ]
      : [
          [
            `Line the parcels up by size, the ${growing ? 'smallest' : 'biggest'} on the left.`,
            'Take the row of parcels off the conveyor.',
          ],
          [
            `Sort the ${many} parcels from ${growing ? 'small to big' : 'big to small'} on the conveyor.`,
            `Clear the conveyor of its ${many} parcels.`,
          ],
        ];
    return {
      ...phrase(random, [...common, ...particular], turned),
      objects: [onPallet ? pallet(centre) : conveyor(centre), ...parcels],
      tallies: [{ kind: 'on', support, noun: 'parcel', objects: parcels.map(({ name }) => name) }],
      steps: turned ? steps.reverse() : steps,
    };
  },
};

/** Side by side with equal gaps. */
function conveyorSlot(row: readonly Vec3[], index: number): readonly [number, number] {
  const widths = row.map(([width]) => width);
  const gap = (CONVEYOR[0] - 0.02 - widths.reduce((a, b) => a + b, 0)) / row.length;
  const before = widths.slice(0, index).reduce((a, b) => a + b + gap, 0);
  return [-CONVEYOR[0] / 2 + 0.01 + gap / 2 + before + (widths[index] ?? 0) / 2, 0];
}

/** The left two on the left, behind each other, the right two on the right. */
function palletSlot(index: number): readonly [number, number] {
  return [index < 2 ? -0.105 : 0.105, index % 2 === 0 ? -0.08 : 0.08];
}

function parcel(name: string, paint: number, size: Vec3, rest: Pick<SceneObject, 'at' | 'lies'>): SceneObject {
  const [x, y, z] = size;
  return {
    name,
    size,
    yaw: 0,
    container: false,
    flat: false,
    channels: {},
    parts: [
      { shape: 'box', size, at: [0, y / 2, 0], colour: paint },
      { shape: 'box', size: [x * 0.2, 0.004, z], at: [0, y, 0], colour: CARDBOARD },
      { shape: 'box', size: [x * 0.28, 0.004, z * 0.3], at: [x * 0.28, y, z * 0.25], colour: WHITE },
    ],
    ...rest,
  };
}

function conveyor(at: Vec3): SceneObject {
  const [x, y, z] = CONVEYOR;
  const rollers = Array.from({ length: 12 }, (_, i): Part => ({
    shape: 'box',
    size: [0.03, 0.01, z - 0.03],
    at: [-x / 2 + (i + 0.5) * (x / 12), y - 0.005, 0],
    colour: shade(STEEL, 1.4),
  }));
  return {
    ...DEFAULTS,
    name: 'conveyor',
    size: CONVEYOR,
    at,
    parts: [
      { shape: 'box', size: [x, y - 0.012, z], at: [0, (y - 0.012) / 2, 0], colour: shade(STEEL, 0.55) },
      ...rollers,
      { shape: 'box', size: [x, y, 0.016], at: [0, y / 2, z / 2], colour: 0x39424f },
      { shape: 'box', size: [x, y, 0.016], at: [0, y / 2, -z / 2], colour: 0x39424f },
    ],
  };
}

function pallet(at: Vec3): SceneObject {
  const [x, y, z] = PALLET;
  const slats = Array.from({ length: 5 }, (_, i): Part => ({
    shape: 'box',
    size: [x, 0.014, z / 5 - 0.018],
    at: [0, y - 0.007, -z / 2 + (i + 0.5) * (z / 5)],
    colour: shade(WOOD, 1.15),
  }));
  const beams = [-0.42, 0, 0.42].map((share): Part => ({
    shape: 'box',
    size: [0.05, y - 0.014, z],
    at: [share * x, (y - 0.014) / 2, 0],
    colour: shade(WOOD, 0.6),
  }));
  return { ...DEFAULTS, name: 'pallet', size: PALLET, at, parts: [...beams, ...slats] };
}
