// Packing: items go into a carton, then its two flaps are closed; or the flaps are opened and all is taken out.
import { COLOURS } from '../palette';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, handle, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { can, carton, cube, packet } from '../things/everyday';

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
    const turned = random.float() < 0.5;
    const count = 3 + random.below(2);
    // Orange drowns in cardboard.
    const hues = colours(random, count, ['orange', 'yellow']);
    const centre: Vec3 = around(random, 0, -0.13);
    const spots = hues.map((_, i) => around(random, ...(SPOTS[i] ?? ([0, 0.2] as const))));
    const slots = hues.map((_, i): Vec3 => {
      const [dx, dz] = SLOTS[i] ?? [0, 0];
      return [centre[0] + dx, 0.012, centre[2] + dz];
    });
    const items: SceneObject[] = hues.map((colour, i) => {
      const place = turned ? { at: slots[i] as Vec3, lies: { in: 'carton' } } : { at: spots[i] as Vec3 };
      const hue = COLOURS[colour];
      const kind = random.below(3);
      if (kind === 0) return can(`${colour} can`, hue, 0.12, 0.11, place);
      if (kind === 1) return packet(`${colour} packet`, hue, [0.13, 0.09, 0.11], place);
      return cube(`${colour} cube`, hue, 0.115, place);
    });
    const box = carton('carton', SIZE, { at: centre });
    const closed = { ...box, channels: { 'left flap': 1, 'right flap': 1 } };
    const moves = items.map(({ name }, i) => {
      const spot = spots[i] as Vec3;
      return bring(armAt(spot), name, turned ? { at: spot } : { at: slots[i] as Vec3, in: 'carton' });
    });
    const flaps = random.shuffled(['left', 'right'] as const).map((arm) => flap(arm, centre, turned));
    return {
      ...phrase(
        random,
        [
          [
            `Pack the ${numberWord(count)} items into the carton and close it.`,
            `Open the carton and unpack the ${numberWord(count)} items.`,
          ],
          ['Put everything into the carton, then close both flaps.', 'Open both flaps, then take everything out.'],
          ['Pack the carton and close its flaps.', 'Open the flaps and unpack the carton.'],
          [
            `Place ${numberWord(count)} items in the box and fold the flaps shut.`,
            `Fold the flaps open and take ${numberWord(count)} items out of the box.`,
          ],
        ],
        turned,
      ),
      objects: [turned ? closed : box, ...items],
      tallies: [
        { kind: 'inside', container: 'carton', noun: 'item', objects: items.map(({ name }) => name) },
        { kind: 'flaps', object: 'carton', channels: ['left flap', 'right flap'] },
      ],
      steps: turned ? [...flaps, ...moves] : [...moves, ...flaps],
    };
  },
};

/** A flap is led around its hinge by the arm on its side. */
function flap(arm: Arm, centre: Vec3, opening: boolean) {
  const side = arm === 'left' ? -1 : 1;
  const hinge: Vec3 = [centre[0] + (side * SIZE[0]) / 2, SIZE[1], centre[2]];
  const length = SIZE[0] / 2;
  const tip = (angle: number): Vec3 => [
    hinge[0] + side * length * Math.cos(angle),
    hinge[1] + length * Math.sin(angle) + 0.02,
    hinge[2],
  ];
  const angle = (s: number) => Math.PI * s - 0.64 * (1 - s);
  const channel = `${arm} flap`;
  const path = (s: number) => tip(angle(opening ? 1 - s : s));
  const name = `${opening ? 'open' : 'close'} the ${arm} flap`;
  return handle(name, arm, 'carton', { channel, to: opening ? 0 : 1, path, seconds: 3, weight: 0.9, holds: false });
}
