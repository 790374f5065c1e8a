// Pick and place: fruit and vegetables lying about go into a bowl or a basket, or out of it; with both hands or one.
import type { Random } from '../../../base/random';
import { COLOURS, shade } from '../palette';
import { ARMS } from '../scene';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, handed, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { FOODS, food } from '../things/food';
import type { FoodName } from '../things/food';
import { DEFAULTS, openBox, roundWall } from '../things/parts';
import { kindOf } from '../traits';

const WICKER = 0xa8703a;
const BOWL = 0.44;
const BASKET: Vec3 = [0.46, 0.09, 0.32];
const FRUIT: readonly FoodName[] = ['apple', 'pear', 'banana', 'lemon', 'plum', 'peach'];
const VEGETABLES: readonly FoodName[] = ['carrot', 'cucumber', 'aubergine', 'pepper', 'tomato'];
const KINDS = { fruit: FRUIT, vegetable: VEGETABLES, item: [...FRUIT, ...VEGETABLES] };
/** For both hands, sides alternating; and for the left hand alone. */
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.1],
  [0.31, 0.1],
  [-0.2, 0.28],
  [0.2, 0.28],
  [0.02, 0.2],
];
const LEFT_SPOTS: readonly (readonly [number, number])[] = [
  [-0.33, 0.08],
  [-0.15, 0.13],
  [-0.3, 0.29],
  [-0.12, 0.32],
  [0.06, 0.23],
];
/** Staggered, so that long things fit beside round ones. */
const SLOTS: Readonly<Record<'bowl' | 'basket', readonly (readonly [number, number])[]>> = {
  basket: [
    [-0.17, 0.06],
    [0.17, 0.06],
    [-0.085, -0.06],
    [0.085, -0.06],
    [0, 0.06],
  ],
  bowl: [
    [-0.14, -0.015],
    [0.14, -0.015],
    [-0.06, 0.09],
    [0.06, 0.09],
    [0, -0.1],
  ],
};

function vessel(kind: 'bowl' | 'basket', colour: number, at: Vec3): SceneObject {
  const common = { ...DEFAULTS, name: kind, at, container: true };
  if (kind === 'bowl')
    return { ...common, size: [BOWL, 0.07, BOWL], parts: roundWall(BOWL, 0.07, 0.022, colour, shade(colour, 0.55)) };
  return {
    ...common,
    size: BASKET,
    parts: [
      ...openBox(BASKET, 0.022, WICKER, shade(WICKER, 0.45)),
      ...[-1, 1].map((side) => ({
        shape: 'box' as const,
        size: [0.03, 0.03, 0.12] as Vec3,
        at: [(side * BASKET[0]) / 2, BASKET[1], 0] as Vec3,
        colour,
      })),
    ],
  };
}

/** In one of the colours that its kind has; named by it where there are several. */
function piece(kind: FoodName, random: Random, place: Pick<SceneObject, 'at' | 'lies'>): SceneObject {
  const { hues } = FOODS[kind];
  if (hues.length === 1) return food(kind, hues[0] ?? null, place);
  const hue = random.pick(hues);
  return food(kind, hue, { ...place, name: `${hue} ${kind}` });
}

export const fruitIntoBowl: Template = {
  name: 'fruit into bowl',
  category: 'pick and place',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 3 + random.below(3);
    const sort = random.pick(['fruit', 'vegetable', null] as const);
    const into = random.pick(['bowl', 'basket'] as const);
    const hand = random.float() < 0.3 ? random.pick(ARMS) : null;
    const [colour = 'blue'] = colours(random, 1, ['orange', 'yellow', 'green', 'red', 'purple']);
    const centre: Vec3 = around(random, 0, -0.17);
    const first = random.below(2);
    const items = random
      .shuffled(KINDS[sort ?? 'item'])
      .slice(0, count)
      .map((kind, i) => {
        // Sides alternate, so that one arm reaches while the other carries.
        const index = (i ^ first) >= count ? i : i ^ first;
        const [x, z] = (hand === null ? SPOTS[index] : LEFT_SPOTS[i]) ?? [0, 0.2];
        const spot = around(random, hand === 'right' ? -x : x, z, 0.012);
        // What lies at the left goes to the left, so that long ways do not cross.
        const [dx, dz] = SLOTS[into][hand === null ? index : i] ?? [0, 0];
        const slot: Vec3 = [centre[0] + dx, 0.012, centre[2] + dz];
        const place = turned ? { at: slot, lies: { in: into } } : { at: spot };
        return { spot, slot, thing: piece(kind, random, place) };
      });
    const names = items.map(({ thing }) => thing.name);
    const kinds = names.map(kindOf);
    const noun = sort ?? 'item';
    const all = sort === 'fruit' ? 'fruit' : sort === 'vegetable' ? 'vegetables' : 'food';
    const vesselName = `${colour} ${into}`;
    return {
      ...phrase(
        random,
        handed(
          [
            [`Put the ${all} into the ${into}.`, `Take the ${all} out of the ${into}.`],
            [`Put the ${listed(kinds)} into the ${into}.`, `Take the ${listed(kinds)} out of the ${into}.`],
            [`Place all the ${all} in the ${vesselName}.`, `Empty the ${vesselName} onto the table.`],
            [`Gather the ${all} in the ${vesselName}.`, `Spread the ${all} from the ${vesselName} on the table.`],
            [
              `Fill the ${into} with ${numberWord(count)} ${noun}s.`,
              `Take ${numberWord(count)} ${noun}s out of the ${into}.`,
            ],
            [`Clear the ${all} from the table.`, `Lay the ${all} out on the table.`],
          ],
          hand,
        ),
        turned,
      ),
      objects: [{ ...vessel(into, COLOURS[colour], centre), hue: colour }, ...items.map(({ thing }) => thing)],
      tallies: [{ kind: 'inside', container: into, noun, objects: names }],
      steps: items.map(({ thing, spot, slot }) =>
        bring(hand ?? armAt(spot), thing.name, turned ? { at: spot } : { at: slot, in: into }),
      ),
    };
  },
};
