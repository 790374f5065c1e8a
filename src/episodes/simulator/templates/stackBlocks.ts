// Other: wide blocks are stacked to a tower.
import { packet } from '../objects';
import { COLOURS } from '../palette';
import type { Vec3 } from '../scene';
import { around, colours, numberWord, sceneOf } from '../template';
import type { Template } from '../template';

const SIZE: Vec3 = [0.16, 0.08, 0.14];
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.29, 0.04],
  [0.29, 0.04],
  [-0.27, 0.25],
  [0.27, 0.25],
  [0.02, 0.29],
];

export const stackBlocks: Template = {
  name: 'stack blocks',
  category: 'other',
  prepare(random) {
    const count = 4 + random.below(2);
    const hues = colours(random, count);
    const centre: Vec3 = around(random, 0, -0.1);
    const blocks = hues.map((colour, i) => {
      const [x, z] = SPOTS[i] ?? [0, 0.22];
      return packet(`${colour} block`, COLOURS[colour], SIZE, { at: around(random, x, z) });
    });
    const names = blocks.map(({ name }) => name);
    const task = random.pick([
      `Stack the ${numberWord(count)} blocks to a tower.`,
      'Build a tower from all blocks.',
      `Stack all blocks with the ${hues[count - 1] ?? 'red'} block on top.`,
      'Put the blocks on top of each other.',
    ]);
    return {
      task,
      scene: sceneOf(random, blocks, [{ kind: 'stacked', noun: 'block', objects: names }]),
      perform(act) {
        blocks.forEach(({ name, at }, i) => {
          const below = names[i - 1];
          const target: Vec3 = [centre[0], i * SIZE[1], centre[2]];
          const arm = at[0] < 0 ? 'left' : 'right';
          act.transfer(arm, name, below === undefined ? { at: target } : { at: target, on: below });
        });
      },
    };
  },
};
