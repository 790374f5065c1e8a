// Packing: eggs go into the cups of a carton, whose lid is then closed; or it is opened and they are taken out.
import { COLOURS, WHITE, shade } from '../palette';
import { ARMS } from '../scene';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { backLid, backLidEnd } from '../things/lids';
import { openBox } from '../things/parts';
import { alone } from '../turns';

const SIZE: Vec3 = [0.46, 0.065, 0.24];
const DOME = 0.06;
const EGG: Vec3 = [0.09, 0.105, 0.09];
const BROWN = 0xa85f2a;
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.33, 0.14],
  [0.33, 0.14],
  [-0.24, 0.3],
  [0.24, 0.3],
  [-0.08, 0.24],
  [0.08, 0.24],
];
/** On the side of the spot with the same index. */
const CUPS: readonly (readonly [number, number])[] = [
  [-0.15, -0.055],
  [0.15, -0.055],
  [-0.15, 0.055],
  [0.15, 0.055],
  [0, -0.055],
  [0, 0.055],
];

export const eggCarton: Template = {
  name: 'egg carton',
  category: 'packing and staging',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 4 + random.below(3);
    const shell = random.pick(['brown', 'white', 'coloured'] as const);
    const [hue = 'blue', ...shells] = colours(random, 7, shell === 'brown' ? ['orange', 'yellow'] : ['yellow']);
    const centre: Vec3 = around(random, 0, -0.055, 0.01);
    const colour = shade(COLOURS[hue], 0.85);
    const carton: SceneObject = {
      name: 'carton',
      hue,
      size: SIZE,
      at: centre,
      yaw: 0,
      container: true,
      flat: false,
      channels: { lid: turned ? 1 : 0 },
      parts: [
        ...openBox(SIZE, 0.014, colour, shade(colour, 0.5)),
        ...CUPS.map(([dx, dz]) => ({
          shape: 'cylinder' as const,
          size: [0.1, 0.004, 0.095] as const,
          at: [dx, 0.013, dz] as const,
          colour: shade(colour, 0.25),
        })),
        ...backLid(SIZE, DOME, colour),
      ],
    };
    const first = random.below(2);
    const places = Array.from({ length: count }, (_, i) => {
      const index = (i ^ first) < count ? i ^ first : i;
      const [x, z] = SPOTS[index] ?? [0, 0.25];
      const [dx, dz] = CUPS[index] ?? [0, 0];
      return { table: around(random, x, z), cup: [centre[0] + dx, 0.015, centre[2] + dz] as Vec3 };
    });
    const eggs = places.map(({ table, cup }, i): SceneObject => {
      const tint = shells[i] ?? 'red';
      const name = shell === 'coloured' ? `${tint} egg` : `${shell} egg ${i + 1}`;
      return egg(name, shell === 'coloured' ? COLOURS[tint] : shell === 'brown' ? BROWN : WHITE, {
        at: turned ? cup : table,
        ...(turned ? { lies: { in: 'carton' } } : {}),
      });
    });
    const moves = eggs.map(({ name }, i) => {
      const { table, cup } = places[i] as (typeof places)[number];
      return bring(armAt(table), name, turned ? { at: table } : { at: cup, in: 'carton' });
    });
    const arm = random.pick(ARMS);
    const end = backLidEnd(arm, centre, SIZE, DOME);
    const lid = alone(`${turned ? 'open' : 'close'} the lid of the carton`, arm, 'carton', {
      channel: 'lid',
      to: turned ? 0 : 1,
      path: (s) => end(turned ? 1 - s : s),
      seconds: 4,
      weight: 1.2,
    });
    const many = numberWord(count);
    return {
      ...phrase(
        random,
        [
          [`Put the ${many} eggs into the carton and close it.`, `Open the carton and take out the ${many} eggs.`],
          [`Pack the ${shell} eggs into the carton.`, `Unpack the ${shell} eggs from the carton.`],
          [`Fill the ${hue} egg carton and close the lid.`, `Open the lid and empty the ${hue} egg carton.`],
          [
            `Place all ${shell} eggs in the ${hue} carton, then shut it.`,
            `Open the ${hue} carton, then remove all ${shell} eggs.`,
          ],
          ['Put the eggs away in the egg carton.', 'Take the eggs out of the egg carton.'],
          [`Set ${many} ${shell} eggs into the egg carton.`, `Lift ${many} ${shell} eggs out of the egg carton.`],
        ],
        turned,
      ),
      objects: [carton, ...eggs],
      tallies: [
        { kind: 'inside', container: 'carton', noun: 'egg', objects: eggs.map(({ name }) => name) },
        { kind: 'level', object: 'carton', channel: 'lid', done: 'closed' },
      ],
      steps: turned ? [lid, ...moves] : [...moves, lid],
    };
  },
};

function egg(name: string, colour: number, rest: Pick<SceneObject, 'at' | 'lies'>): SceneObject {
  return {
    name,
    fragile: true,
    size: EGG,
    yaw: 0,
    container: false,
    flat: false,
    channels: {},
    parts: [
      { shape: 'ball', size: EGG, at: [0, EGG[1] / 2, 0], colour },
      { shape: 'ball', size: [0.035, 0.03, 0.035], at: [-0.014, EGG[1] * 0.84, 0.004], colour: shade(colour, 1.35) },
    ],
    ...rest,
  };
}
