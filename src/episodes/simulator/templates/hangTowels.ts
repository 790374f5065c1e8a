// Garments: folded towels (or shirts, scarfs, skirts) are laid over a drying rack and pulled down; or gathered and
// taken off it.
import { COLOURS, WHITE, WOOD, shade } from '../palette';
import type { Arm, Part, SceneObject, Vec3 } from '../scene';
import { around, bring, colours, handle, numberWord, phrase } from '../template';
import type { Step, Template } from '../template';
import { HANGING, SLOPE, hangable } from '../things/garments';
import type { HungKind } from '../things/garments';
import { rod, turned } from '../things/parts';

const RACK: Vec3 = [0.75, 0.165, 0.3];
/** Of the bar from the middle of the rack. */
const BAR = -0.1;
const KINDS: readonly HungKind[] = ['towel', 'shirt', 'scarf', 'skirt'];
const PLURAL: Readonly<Record<HungKind, string>> = {
  towel: 'towels',
  shirt: 'shirts',
  scarf: 'scarfs',
  skirt: 'skirts',
};
/** Along the bar and on the table, for the first two on the left and the first two on the right. */
const BARS = [-0.27, 0.27, -0.092, 0.092];
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.31, 0.25],
  [0.31, 0.25],
  [-0.11, 0.3],
  [0.11, 0.3],
];

export const hangTowels: Template = {
  name: 'hang towels',
  category: 'garment manipulation',
  prepare(random) {
    const down = random.float() < 0.5;
    const count = 3 + random.below(2);
    const kind = random.pick(KINDS);
    const hues = colours(random, count);
    const centre: Vec3 = around(random, 0, -0.055, 0.01);
    const swap = random.below(2);
    const width = count === 4 ? 0.165 : 0.2;
    const things = hues.map((hue, i) => {
      const index = i < 2 ? i ^ swap : swap === 0 || count === 3 ? i : i ^ 1;
      const middle = count === 3 && i === 2;
      const arm: Arm = index % 2 === 0 ? 'left' : 'right';
      const [x, z] = middle ? [0.01, 0.3] : (SPOTS[index] ?? [0, 0.3]);
      const bar = middle ? 0 : (BARS[index] ?? 0) * (count === 3 ? 0.88 : 1);
      const table = around(random, x, z, 0.01);
      const hung: Vec3 = [centre[0] + bar, RACK[1], centre[2] + BAR];
      const name = `${hue} ${kind}`;
      const object = hangable(kind, name, COLOURS[hue], width, {
        at: down ? hung : table,
        channels: { hung: down ? 1 : 0 },
        ...(down ? { lies: { on: 'rack' } } : {}),
      });
      const carry = bring(arm, name, down ? { at: table } : { at: hung, on: 'rack' }, {
        weight: 0.8,
        step: down ? `take the ${name} off the rack` : `lay the ${name} over the rack`,
      });
      const spread = handle(`${down ? 'gather' : 'pull down'} the ${name}`, arm, name, {
        channel: 'hung',
        to: down ? 0 : 1,
        path: (s) => hem(hung, down ? 1 - s : s),
        seconds: 2.9,
        weight: 1,
      });
      return { object, carry, spread };
    });
    const names = things.map(({ object }) => object.name);
    const many = numberWord(count);
    const nouns = PLURAL[kind];
    return {
      ...phrase(
        random,
        [
          [`Hang the ${many} ${nouns} on the drying rack.`, `Take the ${many} ${nouns} off the drying rack.`],
          [`Hang up all ${nouns}.`, `Take down all ${nouns}.`],
          [`Hang the ${nouns} up to dry.`, `Gather the dry ${nouns} from the rack.`],
          [
            `Put the ${names[0] ?? ''} and the other ${nouns} on the rack.`,
            `Take the ${names[0] ?? ''} and the other ${nouns} down.`,
          ],
          [`Lay every ${kind} over the bar and pull it down.`, `Fold up every ${kind} and put it on the table.`],
          [`Fill the rack with ${many} ${nouns}.`, `Clear the rack of its ${many} ${nouns}.`],
        ],
        down,
      ),
      objects: [rack(centre), ...things.map(({ object }) => object)],
      tallies: [
        {
          kind: 'each',
          noun: kind,
          done: 'hung',
          undone: 'folded',
          objects: names,
          channel: 'hung',
        },
      ],
      steps: interleaved(things.map(({ carry, spread }) => (down ? [spread, carry] : [carry, spread]))),
    };
  },
};

/** While one arm does the second half of a thing, the other one does the first half of the next. */
function interleaved(pairs: readonly (readonly Step[])[]): Step[] {
  const steps: Step[] = [];
  pairs.forEach((pair, i) => {
    const next = pairs[i + 1]?.[0];
    if (i === 0 && pair[0]) steps.push(pair[0]);
    if (next) steps.push(next);
    if (pair[1]) steps.push(pair[1]);
  });
  return steps;
}

/** Where the hem is, from the bar down the slope. */
function hem(hung: Vec3, share: number): Vec3 {
  const length = HANGING * (0.12 + 0.84 * share);
  return [hung[0], hung[1] + 0.035 - Math.sin(SLOPE) * length, hung[2] + 0.01 + Math.cos(SLOPE) * length];
}

function rack(at: Vec3): SceneObject {
  const [x, y, z] = RACK;
  const frame = shade(WOOD, 1.1);
  const leg = (side: number): Part => ({
    shape: 'box',
    size: [0.02, 0.02, 0.33],
    at: [(side * x) / 2, y / 2, BAR + 0.12],
    colour: frame,
    motions: [turned('x', SLOPE - 0.02, [0, y / 2, BAR + 0.12])],
  });
  const bar = (share: number, colour: number) =>
    rod('x', 0.018, x, [0, y - 0.012 - share * (y - 0.02), BAR + share * 0.235], colour);
  return {
    name: 'rack',
    size: [x, y, z],
    at,
    yaw: 0,
    container: false,
    flat: false,
    shadow: false,
    channels: {},
    parts: [
      leg(-1),
      leg(1),
      { shape: 'box', size: [0.02, y, 0.02], at: [-x / 2, y / 2, BAR], colour: frame },
      { shape: 'box', size: [0.02, y, 0.02], at: [x / 2, y / 2, BAR], colour: frame },
      bar(0, WHITE),
      bar(0.45, WHITE),
      bar(0.9, WHITE),
    ],
  };
}
