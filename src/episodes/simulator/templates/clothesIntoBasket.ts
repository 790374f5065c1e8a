// Garments: dirty clothes from all over the table go into a laundry basket; or the clean ones come out of it.
import { COLOURS, WHITE, shade } from '../palette';
import type { Part, SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { LAUNDRY, laundry } from '../things/garments';
import { openBox } from '../things/parts';

const SIZE: Vec3 = [0.48, 0.11, 0.32];
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.32, 0.14],
  [0.32, 0.14],
  [-0.21, 0.3],
  [0.21, 0.3],
  [0, 0.24],
];
/** On the side of the spot with the same index. */
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.145, -0.07],
  [0.145, -0.07],
  [-0.145, 0.07],
  [0.145, 0.07],
  [0, 0],
];

export const clothesIntoBasket: Template = {
  name: 'clothes into basket',
  category: 'garment manipulation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 4 + random.below(2);
    const [hue = 'blue', ...hues] = colours(random, count + 1);
    const pale = random.float() < 0.4;
    const centre: Vec3 = around(random, 0, -0.15, 0.01);
    const kinds = random.shuffled([...LAUNDRY, ...LAUNDRY]).slice(0, count);
    const first = random.below(2);
    const places = kinds.map((_, i) => {
      const index = (i ^ first) < count ? i ^ first : i;
      const [x, z] = SPOTS[index] ?? [0, 0.25];
      const [dx, dz] = SLOTS[index] ?? [0, 0];
      return { table: around(random, x, z), slot: [centre[0] + dx, 0.012, centre[2] + dz] as Vec3 };
    });
    const clothes = kinds.map((kind, i) => {
      const { table, slot } = places[i] as (typeof places)[number];
      const colour = hues[i] ?? 'red';
      const at = turned ? { at: slot, lies: { in: 'basket' } } : { at: table };
      return laundry(kind, `${colour} ${kind.kind}`, COLOURS[colour], at);
    });
    const steps = clothes.map(({ name }, i) => {
      const { table, slot } = places[i] as (typeof places)[number];
      return bring(armAt(table), name, turned ? { at: table } : { at: slot, in: 'basket' });
    });
    const names = clothes.map(({ name }) => name);
    const sorts = [...new Set(kinds.map(({ kind }) => kind))];
    const mentioned = listed(sorts.slice(0, 2));
    const many = numberWord(count);
    const basket = pale ? 'laundry basket' : `${hue} basket`;
    return {
      ...phrase(
        random,
        [
          [`Put all clothes into the ${basket}.`, `Take all clothes out of the ${basket}.`],
          [`Put the ${many} garments in the laundry basket.`, `Take the ${many} garments out of the laundry basket.`],
          [
            `Put the ${names[0] ?? ''}, ${names[1] ?? ''} and the rest into the basket.`,
            `Take the ${names[0] ?? ''}, ${names[1] ?? ''} and the rest out.`,
          ],
          [`Collect the dirty laundry in the ${basket}.`, `Unload the clean laundry from the ${basket}.`],
          [
            `Throw the ${mentioned} and all other clothes into the basket.`,
            `Lay the ${mentioned} and all other clothes on the table.`,
          ],
          [`Fill the ${basket} with ${many} pieces of laundry.`, `Empty the ${basket} of ${many} pieces of laundry.`],
        ],
        turned,
      ),
      objects: [
        {
          name: 'basket',
          ...(pale ? {} : { hue }),
          size: SIZE,
          at: centre,
          yaw: 0,
          container: true,
          flat: false,
          channels: {},
          parts: weave(pale ? 0xd8c7a2 : shade(COLOURS[hue], 0.85)),
        } satisfies SceneObject,
        ...clothes,
      ],
      tallies: [{ kind: 'inside', container: 'basket', noun: 'garment', objects: names }],
      steps,
    };
  },
};

/** Walls with a pale band and slits, and a handle on each side. */
function weave(colour: number): Part[] {
  const [x, y, z] = SIZE;
  const slits = Array.from({ length: 7 }, (_, i): Part => ({
    shape: 'box',
    size: [0.03, y * 0.35, 0.006],
    at: [(i - 3) * 0.062, y * 0.4, z / 2 + 0.001],
    colour: shade(colour, 0.4),
  }));
  const handle = (side: number): Part => ({
    shape: 'box',
    size: [0.03, 0.02, 0.12],
    at: [side * (x / 2 + 0.012), y * 0.85, 0],
    colour: WHITE,
  });
  const rim: Part = { shape: 'box', size: [x + 0.006, 0.016, 0.02], at: [0, y - 0.004, z / 2], colour: WHITE };
  return [...openBox(SIZE, 0.018, colour, shade(colour, 0.4)), ...slits, handle(-1), handle(1), rim];
}
