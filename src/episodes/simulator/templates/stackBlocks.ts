// Other: wide blocks are stacked to a tower, or a tower is taken apart.
import { COLOURS } from '../palette';
import type { Vec3 } from '../scene';
import { armAt, around, bring, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { packet } from '../things/everyday';

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
    const turned = random.float() < 0.5;
    const count = 4 + random.below(2);
    const hues = colours(random, count);
    const centre: Vec3 = around(random, 0, -0.1);
    const names = hues.map((colour) => `${colour} block`);
    const spots = hues.map((_, i) => around(random, ...(SPOTS[i] ?? ([0, 0.22] as const))));
    const level = (i: number): Vec3 => [centre[0], i * SIZE[1], centre[2]];
    const blocks = hues.map((colour, i) => {
      const below = names[i - 1];
      const spot = spots[i] as Vec3;
      if (!turned) return packet(names[i] ?? '', COLOURS[colour], SIZE, { at: spot });
      return packet(names[i] ?? '', COLOURS[colour], SIZE, { at: level(i), ...(below ? { lies: { on: below } } : {}) });
    });
    const steps = names.map((name, i) => {
      const below = names[i - 1];
      const spot = spots[i] as Vec3;
      if (turned) return bring(armAt(spot), name, { at: spot });
      return bring(armAt(spot), name, below === undefined ? { at: level(i) } : { at: level(i), on: below });
    });
    return {
      ...phrase(
        random,
        [
          [`Stack the ${numberWord(count)} blocks to a tower.`, `Take the tower of ${numberWord(count)} blocks apart.`],
          ['Build a tower from all blocks.', 'Take the tower apart.'],
          [
            `Stack all blocks with the ${hues[count - 1] ?? 'red'} block on top.`,
            `Unstack all blocks, the ${hues[count - 1] ?? 'red'} block first.`,
          ],
          ['Put the blocks on top of each other.', 'Put all blocks of the tower on the table.'],
        ],
        turned,
      ),
      objects: blocks,
      tallies: [{ kind: 'stacked', noun: 'block', objects: names }],
      steps: turned ? steps.reverse() : steps,
    };
  },
};
