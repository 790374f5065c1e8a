// Pick and place: coloured cubes and balls from both sides of the table go into a tray, or out of it.
import { COLOURS, shade } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { ball, cube, tray } from '../things/everyday';

const EDGE = 0.12;
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.12],
  [0.31, 0.12],
  [-0.24, 0.3],
  [0.24, 0.3],
  [-0.09, 0.2],
  [0.09, 0.2],
];
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.14, -0.07],
  [0.14, -0.07],
  [0, -0.07],
  [-0.14, 0.07],
  [0.14, 0.07],
  [0, 0.07],
];

export const cubesIntoTray: Template = {
  name: 'cubes into tray',
  category: 'pick and place',
  prepare(random) {
    const turned = random.float() < 0.5;
    const [trayColour = 'blue', ...rest] = colours(random, 7);
    const count = 4 + random.below(3);
    const noun = random.float() < 0.35 ? 'ball' : 'cube';
    const centre: Vec3 = around(random, 0, -0.15);
    const box = tray('tray', shade(COLOURS[trayColour], 0.8), [0.46, 0.06, 0.32], { at: centre, hue: trayColour });
    // Sides alternate, so that one arm reaches while the other carries.
    const first = random.below(2);
    const order = Array.from({ length: count }, (_, i) => (first === 0 || (i ^ 1) >= count ? i : i ^ 1));
    const places = order.map((index, i) => {
      const [x, z] = SPOTS[index] ?? [0, 0.2];
      const [dx, dz] = SLOTS[i] ?? [0, 0];
      return { table: around(random, x, z), tray: [centre[0] + dx, 0.012, centre[2] + dz] as Vec3 };
    });
    const items: SceneObject[] = places.map((place, i) => {
      const colour = rest[i] ?? 'red';
      const at = turned ? { at: place.tray, lies: { in: 'tray' } } : { at: place.table };
      return (noun === 'ball' ? ball : cube)(`${colour} ${noun}`, COLOURS[colour], EDGE, at);
    });
    const steps = items.map(({ name }, i) => {
      const { table, tray: slot } = places[i] as (typeof places)[number];
      return bring(armAt(table), name, turned ? { at: table } : { at: slot, in: 'tray' });
    });
    return {
      ...phrase(
        random,
        [
          [
            `Put the ${numberWord(count)} ${noun}s into the ${trayColour} tray.`,
            `Take the ${numberWord(count)} ${noun}s out of the ${trayColour} tray.`,
          ],
          [`Place all ${noun}s in the tray.`, `Take all ${noun}s out of the tray.`],
          [
            `Move every ${noun} from the table into the ${trayColour} tray.`,
            `Move every ${noun} from the ${trayColour} tray onto the table.`,
          ],
          [`Pick up the ${noun}s and put them into the tray.`, `Pick up the ${noun}s and put them on the table.`],
        ],
        turned,
      ),
      objects: [box, ...items],
      tallies: [{ kind: 'inside', container: 'tray', noun, objects: items.map(({ name }) => name) }],
      steps,
    };
  },
};
