// Packing: a lunch goes into the two compartments of a box that closes like a book; or it is opened and unpacked.
import { COLOURS, shade } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { FOODS, food } from '../things/food';
import type { FoodName } from '../things/food';
import { sideLid, sideLidTab } from '../things/lids';
import { openBox } from '../things/parts';
import { alone } from '../turns';

const SIZE: Vec3 = [0.32, 0.06, 0.25];
const DOME = 0.055;
interface Snack {
  kind: FoodName;
  /** What it takes of a compartment of 0.15 by 0.12 metres, where that is not its usual size. */
  room?: Vec3;
  scale?: number;
  along?: 'x';
}

const SNACKS: readonly Snack[] = [
  { kind: 'sandwich' },
  { kind: 'apple', room: [0.1, 0.09, 0.1], scale: 0.86 },
  { kind: 'banana', room: [0.14, 0.04, 0.08], scale: 0.9, along: 'x' },
  { kind: 'carrot', room: [0.15, 0.045, 0.05], scale: 0.9, along: 'x' },
  { kind: 'biscuit' },
  { kind: 'juice box' },
  { kind: 'grapes' },
];
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.17],
  [0.31, 0.17],
  [-0.13, 0.29],
  [0.13, 0.29],
];

export const lunchBox: Template = {
  name: 'lunch box',
  category: 'packing and staging',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 3 + random.below(2);
    const chosen = random.shuffled(SNACKS).slice(0, count);
    const hues = chosen.map(({ kind }) => random.pick(FOODS[kind].hues));
    const [hue = 'blue'] = colours(random, 1, hues);
    // The upper half lies on this side of the lower one when open.
    const side = random.pick([1, -1] as const);
    const centre: Vec3 = around(random, -side * 0.15, -0.11, 0.01);
    const colour = shade(COLOURS[hue], 0.9);
    const lower: SceneObject = {
      name: 'lunchbox',
      hue,
      size: SIZE,
      at: centre,
      yaw: 0,
      container: true,
      flat: false,
      channels: { lid: turned ? 1 : 0 },
      parts: [
        ...openBox(SIZE, 0.014, colour, shade(colour, 0.4)),
        { shape: 'box', size: [0.014, SIZE[1] * 0.8, SIZE[2] - 0.02], at: [0, SIZE[1] * 0.4, 0], colour },
        ...sideLid(SIZE, DOME, colour, side),
      ],
    };
    const mat: SceneObject = {
      name: 'mat',
      size: [SIZE[0] * 2 + 0.04, 0.004, SIZE[2] + 0.05],
      at: [centre[0] + (side * SIZE[0]) / 2, 0, centre[2] + 0.005],
      yaw: 0,
      container: false,
      flat: true,
      shadow: false,
      channels: {},
      parts: [
        {
          shape: 'box',
          size: [SIZE[0] * 2 + 0.04, 0.004, SIZE[2] + 0.05],
          at: [0, 0.002, 0],
          colour: random.pick([0xf3e6ef, 0xe6eef5, 0xeef3e2, 0xf5efdf]),
        },
      ],
    };
    // The arm on the box's own side fills the outer compartment, the other one the inner.
    let outer = 0;
    let inner = 0;
    const first = random.below(2);
    const places = chosen.map((_, i) => {
      const index = (i ^ first) < count ? i ^ first : i;
      const [x, z] = SPOTS[index] ?? [0, 0.3];
      const near = Math.sign(x) === -side;
      const row = near ? outer++ : inner++;
      const dx = side * (near ? -0.075 : 0.075);
      const slot: Vec3 = [centre[0] + dx, 0.012, centre[2] + (row === 0 ? -0.055 : 0.055)];
      return { table: around(random, x, z), slot };
    });
    const items = chosen.map((snack, i) => {
      const { table, slot } = places[i] as (typeof places)[number];
      const place = turned ? { at: slot, lies: { in: 'lunchbox' } } : { at: table };
      return food(snack.kind, hues[i] ?? 'red', { ...place, ...(snack.room && { size: snack.room }) }, snack);
    });
    const moves = items.map(({ name }, i) => {
      const { table, slot } = places[i] as (typeof places)[number];
      return bring(armAt(table), name, turned ? { at: table } : { at: slot, in: 'lunchbox' });
    });
    const tab = sideLidTab(centre, SIZE, side);
    const lid = alone(`${turned ? 'open' : 'close'} the lunchbox`, side > 0 ? 'right' : 'left', 'lunchbox', {
      channel: 'lid',
      to: turned ? 0 : 1,
      path: (s) => tab(turned ? 1 - s : s),
      seconds: 4.5,
      weight: 1.3,
    });
    const names = items.map(({ name }) => name);
    const [some = ''] = names;
    const many = numberWord(count);
    return {
      ...phrase(
        random,
        [
          ['Pack the lunch into the box and close it.', 'Open the box and unpack the lunch.'],
          [
            `Put the ${some} and the rest into the ${hue} lunchbox.`,
            `Take the ${some} and the rest out of the ${hue} lunchbox.`,
          ],
          [`Pack the ${hue} lunchbox and shut it.`, `Open and empty the ${hue} lunchbox.`],
          [`Put ${many} things into the lunchbox.`, `Take ${many} things out of the lunchbox.`],
          [`Put the ${listed(names)} into the lunchbox.`, `Take the ${listed(names)} out of the lunchbox.`],
          ['Fill the lunchbox with food, then close its lid.', 'Open the lid of the lunchbox, then take the food out.'],
        ],
        turned,
      ),
      objects: [mat, lower, ...items],
      tallies: [
        { kind: 'inside', container: 'lunchbox', noun: 'item', objects: names },
        { kind: 'level', object: 'lunchbox', channel: 'lid', done: 'closed' },
      ],
      steps: turned ? [lid, ...moves] : [...moves, lid],
    };
  },
};
