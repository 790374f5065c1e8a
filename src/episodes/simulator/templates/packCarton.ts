// Packing: items go into a carton, then its two flaps are closed.
import { can, carton, cube, packet } from '../objects';
import { COLOURS } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, sceneOf } from '../template';
import type { Template } from '../template';

const SIZE: Vec3 = [0.36, 0.13, 0.3];
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.32, 0.12],
  [0.32, 0.12],
  [-0.16, 0.27],
  [0.16, 0.27],
];
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.09, -0.07],
  [0.09, -0.07],
  [-0.09, 0.07],
  [0.09, 0.07],
];

export const packCarton: Template = {
  name: 'pack carton',
  category: 'packing and staging',
  prepare(random) {
    const count = 3 + random.below(2);
    // Orange drowns in cardboard.
    const hues = colours(random, count, ['orange', 'yellow']);
    const centre: Vec3 = around(random, 0, -0.13);
    const items: SceneObject[] = hues.map((colour, i) => {
      const [x, z] = SPOTS[i] ?? [0, 0.2];
      const at = around(random, x, z);
      const hue = COLOURS[colour];
      const kind = random.below(3);
      if (kind === 0) return can(`${colour} can`, hue, 0.12, 0.11, { at });
      if (kind === 1) return packet(`${colour} packet`, hue, [0.13, 0.09, 0.11], { at });
      return cube(`${colour} cube`, hue, 0.115, { at });
    });
    const task = random.pick([
      `Pack the ${numberWord(count)} items into the carton and close it.`,
      'Put everything into the carton, then close both flaps.',
      'Pack the carton and close its flaps.',
      `Place ${numberWord(count)} items in the box and fold the flaps shut.`,
    ]);
    return {
      task,
      scene: sceneOf(
        random,
        [carton('carton', SIZE, { at: centre }), ...items],
        [
          { kind: 'inside', container: 'carton', noun: 'item', objects: items.map(({ name }) => name) },
          { kind: 'flaps', object: 'carton', channels: ['left flap', 'right flap'] },
        ],
      ),
      perform(act) {
        items.forEach((item, i) => {
          const [dx, dz] = SLOTS[i] ?? [0, 0];
          const arm = item.at[0] < 0 ? 'left' : 'right';
          act.transfer(arm, item.name, { at: [centre[0] + dx, 0.012, centre[2] + dz], in: 'carton' });
        });
        act.together();
        const sides = random.shuffled(['left', 'right'] as const);
        for (const arm of sides) {
          const side = arm === 'left' ? -1 : 1;
          const hinge: Vec3 = [centre[0] + (side * SIZE[0]) / 2, SIZE[1], centre[2]];
          const length = SIZE[0] / 2;
          const tip = (angle: number): Vec3 => [
            hinge[0] + side * length * Math.cos(angle),
            hinge[1] + length * Math.sin(angle) + 0.02,
            hinge[2],
          ];
          act.move(arm, tip(-0.5), { seconds: 1.3 });
          act.close(arm);
          act.change(arm, 'carton', `${arm} flap`, 1, 3, 0.9);
          act.follow(arm, 3, (s) => tip(Math.PI * s - 0.64 * (1 - s)));
          act.open(arm);
          const other = arm === 'left' ? 'right' : 'left';
          act.waitUntil(other, act.now(arm) - 1.3);
          act.aside(arm);
        }
      },
    };
  },
};
