// Pick and place: coloured cubes and balls from both sides of the table go into a tray.
import { ball, cube, tray } from '../objects';
import { COLOURS, shade } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, sceneOf } from '../template';
import type { Template } from '../template';

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
    const [trayColour = 'blue', ...rest] = colours(random, 7);
    const count = 4 + random.below(3);
    const round = random.float() < 0.35;
    const noun = round ? 'ball' : 'cube';
    const centre: Vec3 = around(random, 0, -0.15);
    const box = tray('tray', shade(COLOURS[trayColour], 0.8), [0.46, 0.06, 0.32], { at: centre });
    const items: SceneObject[] = rest.slice(0, count).map((colour, i) => {
      const [x, z] = SPOTS[i] ?? [0, 0.2];
      return (round ? ball : cube)(`${colour} ${noun}`, COLOURS[colour], EDGE, { at: around(random, x, z) });
    });
    const names = items.map(({ name }) => name);
    const task = random.pick([
      `Put the ${numberWord(count)} ${noun}s into the ${trayColour} tray.`,
      `Place all ${noun}s in the tray.`,
      `Move every ${noun} from the table into the ${trayColour} tray.`,
      `Pick up the ${noun}s and put them into the tray.`,
    ]);
    return {
      task,
      scene: sceneOf(random, [box, ...items], [{ kind: 'inside', container: 'tray', noun, objects: names }]),
      perform(act) {
        // Sides alternate, so that one arm reaches while the other carries.
        const first = random.below(2);
        for (let i = 0; i < count; i++) {
          const index = first === 0 || (i ^ 1) >= count ? i : i ^ 1;
          const item = items[index];
          const [dx, dz] = SLOTS[i] ?? [0, 0];
          if (item === undefined) continue;
          const arm = item.at[0] < 0 ? 'left' : 'right';
          act.transfer(arm, item.name, { at: [centre[0] + dx, 0.012, centre[2] + dz], in: 'tray' });
        }
      },
    };
  },
};
