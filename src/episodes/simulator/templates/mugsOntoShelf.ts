// Pick and place: mugs, cups or jars go onto a low shelf at the back, of one board or of two in steps, or come down.
import { COLOURS, WHITE, WOOD, shade } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { can } from '../things/everyday';
import { mug } from '../things/kitchenware';
import { box } from '../things/parts';

const WIDTH = 0.56;
const MUG = 0.115;
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.13],
  [0.31, 0.13],
  [-0.16, 0.28],
  [0.16, 0.28],
];
/** Relative to the shelf's middle: across, upwards, to the front. Left and right alternate as in the spots. */
const TWO_BOARDS: readonly Vec3[] = [
  [-0.17, 0.1, -0.09],
  [0.17, 0.1, -0.09],
  [-0.1, 0.02, 0.08],
  [0.1, 0.02, 0.08],
];
const ONE_BOARD: readonly Vec3[] = [
  [-0.21, 0.06, 0],
  [0.21, 0.06, 0],
  [-0.07, 0.06, 0],
  [0.07, 0.06, 0],
];

function shelf(boards: 1 | 2, colour: number, at: Vec3): SceneObject {
  const dark = shade(colour, 0.65);
  const [x, thick] = [WIDTH / 2 - 0.012, 0.024];
  const parts =
    boards === 2
      ? [
          box([WIDTH, 0.02, 0.18], [0, 0.01, 0.08], colour),
          box([WIDTH, 0.02, 0.18], [0, 0.09, -0.09], colour),
          box([thick, 0.1, 0.18], [-x, 0.05, -0.09], dark),
          box([thick, 0.1, 0.18], [x, 0.05, -0.09], dark),
          box([WIDTH, 0.08, 0.01], [0, 0.04, -0.01], dark),
        ]
      : [
          box([WIDTH, 0.02, 0.2], [0, 0.05, 0], colour),
          box([thick, 0.05, 0.2], [-x, 0.025, 0], dark),
          box([thick, 0.05, 0.2], [x, 0.025, 0], dark),
          box([WIDTH, 0.04, 0.01], [0, 0.02, 0.085], dark),
        ];
  return {
    name: 'shelf',
    size: [WIDTH, boards === 2 ? 0.1 : 0.06, boards === 2 ? 0.35 : 0.2],
    at,
    yaw: 0,
    container: false,
    flat: false,
    channels: {},
    parts,
  };
}

export const mugsOntoShelf: Template = {
  name: 'mugs onto shelf',
  category: 'pick and place',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 3 + random.below(2);
    const boards = random.pick([1, 2] as const);
    const noun = random.pick(['mug', 'cup', 'jar'] as const);
    const hues = colours(random, count);
    const centre: Vec3 = around(random, 0, boards === 2 ? -0.155 : -0.2, 0.01);
    const slots = boards === 2 ? TWO_BOARDS : ONE_BOARD;
    const first = random.below(2);
    // Which of a side's two places is taken first.
    const swapped = random.below(2) * 2;
    const items = hues.map((colour, i) => {
      const index = (i ^ first) >= count ? i : i ^ first;
      const [x, z] = SPOTS[index] ?? [0, 0.2];
      const [dx, dy, dz] = slots[index ^ swapped] ?? [0, 0, 0];
      const spot = around(random, x, z);
      const slot: Vec3 = [centre[0] + dx, dy, centre[2] + dz];
      const place = turned ? { at: slot, lies: { on: 'shelf' } } : { at: spot };
      const name = `${colour} ${noun}`;
      const thing =
        noun === 'jar'
          ? { ...can(name, COLOURS[colour], MUG, 0.13, place), fragile: true }
          : mug(name, COLOURS[colour], noun === 'cup' ? [0.12, 0.085] : [MUG, 0.125], place);
      return { thing, spot, slot };
    });
    const names = items.map(({ thing }) => thing.name);
    const [some = 'red'] = hues;
    const number = numberWord(count);
    return {
      ...phrase(
        random,
        [
          [`Put the ${number} ${noun}s onto the shelf.`, `Take the ${number} ${noun}s down from the shelf.`],
          [`Place all ${noun}s on the shelf.`, `Put all ${noun}s from the shelf on the table.`],
          [`Put the ${listed(hues)} ${noun}s on the shelf.`, `Take the ${listed(hues)} ${noun}s off the shelf.`],
          [`Tidy the ${noun}s away onto the shelf.`, `Get the ${noun}s down from the shelf.`],
          [
            `Stand the ${some} ${noun} and the others on the shelf.`,
            `Take the ${some} ${noun} and the others off the shelf.`,
          ],
          [`Fill the shelf with the ${noun}s.`, `Empty the shelf.`],
        ],
        turned,
      ),
      objects: [
        shelf(boards, random.pick([WOOD, shade(WOOD, 1.35), shade(WHITE, 0.85)]), centre),
        ...items.map(({ thing }) => thing),
      ],
      tallies: [{ kind: 'on', support: 'shelf', noun, objects: names }],
      steps: items.map(({ thing, spot, slot }) =>
        bring(armAt(spot), thing.name, turned ? { at: spot } : { at: slot, on: 'shelf' }),
      ),
    };
  },
};
