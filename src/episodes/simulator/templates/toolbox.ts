// Packing: tools go side by side into a toolbox whose lid is then closed; or it is opened and they are laid out.
import { COLOURS, DARK, STEEL, shade } from '../palette';
import { ARMS } from '../scene';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { backHinge, backLid, backLidEnd } from '../things/lids';
import { box, openBox } from '../things/parts';
import { TOOLS, tool } from '../things/tools';
import { alone } from '../turns';

const SIZE: Vec3 = [0.5, 0.08, 0.21];
const DOME = 0.03;
/** Of the spot and of the slot with the same index, so that no arm reaches across the other. */
const SPOTS = [-0.33, 0.33, -0.12, 0.12];
const SLOTS = [-0.18, 0.18, -0.06, 0.06];

export const toolbox: Template = {
  name: 'toolbox',
  category: 'packing and staging',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 3 + random.below(2);
    const [hue = 'red', ...hues] = colours(random, count + 1);
    const centre: Vec3 = around(random, 0, -0.09, 0.01);
    const colour = shade(COLOURS[hue], 0.9);
    const hinge = backHinge(SIZE);
    const top = SIZE[1] + DOME;
    const chest: SceneObject = {
      name: 'toolbox',
      hue,
      size: SIZE,
      at: centre,
      yaw: 0,
      container: true,
      flat: false,
      channels: { lid: turned ? 1 : 0 },
      parts: [
        ...openBox(SIZE, 0.014, colour, shade(STEEL, 0.6)),
        ...backLid(SIZE, DOME, colour),
        // A bow handle on the lid, and two catches at the front.
        box([0.2, 0.02, 0.035], [0, top + 0.03, 0], DARK, [hinge]),
        ...[-0.09, 0.09].flatMap((x) => [
          box([0.02, 0.03, 0.035], [x, top + 0.015, 0], DARK, [hinge]),
          box([0.05, 0.04, 0.012], [x * 1.8, SIZE[1] - 0.02, SIZE[2] / 2], STEEL),
        ]),
      ],
    };
    const first = random.below(2);
    const kinds = random.shuffled(TOOLS).slice(0, count);
    const places = kinds.map((_, i) => {
      const index = (i ^ first) < count ? i ^ first : i;
      const slot: Vec3 = [centre[0] + (SLOTS[index] ?? 0), 0.012, centre[2]];
      return { table: around(random, SPOTS[index] ?? 0, 0.23 + (index > 1 ? 0.03 : 0)), slot };
    });
    const tools = kinds.map((kind, i) => {
      const { table, slot } = places[i] as (typeof places)[number];
      const hueOf = hues[i] ?? 'blue';
      return tool(kind, hueOf, COLOURS[hueOf], turned ? { at: slot, lies: { in: 'toolbox' } } : { at: table });
    });
    const moves = tools.map(({ name, size }, i) => {
      const { table, slot } = places[i] as (typeof places)[number];
      const grip = { grip: [0, size[1] * 0.5, 0.01] as Vec3, width: 0.06 };
      return bring(armAt(table), name, turned ? { at: table } : { at: slot, in: 'toolbox' }, grip);
    });
    const arm = random.pick(ARMS);
    const end = backLidEnd(arm, centre, SIZE, DOME);
    const lid = alone(`${turned ? 'open' : 'close'} the toolbox`, arm, 'toolbox', {
      channel: 'lid',
      to: turned ? 0 : 1,
      path: (s) => end(turned ? 1 - s : s),
      seconds: 4,
      weight: 1.2,
    });
    const names = kinds.map(({ kind }) => kind);
    const many = numberWord(count);
    return {
      ...phrase(
        random,
        [
          ['Put the tools away and close the toolbox.', 'Open the toolbox and lay the tools on the table.'],
          [`Pack the ${many} tools into the ${hue} toolbox.`, `Unpack the ${many} tools from the ${hue} toolbox.`],
          [`Put the ${listed(names)} into the toolbox.`, `Take the ${listed(names)} out of the toolbox.`],
          [
            `Put the ${names[0] ?? ''} and all other tools in the toolbox.`,
            `Take the ${names[0] ?? ''} and all other tools out of the toolbox.`,
          ],
          [`Tidy every tool into the ${hue} box, then shut the lid.`, `Open the ${hue} box and take every tool out.`],
          [`Fill the ${hue} toolbox and shut it.`, `Open the ${hue} toolbox and empty it.`],
        ],
        turned,
      ),
      objects: [chest, ...tools],
      tallies: [
        { kind: 'inside', container: 'toolbox', noun: 'tool', objects: tools.map(({ name }) => name) },
        { kind: 'level', object: 'toolbox', channel: 'lid', done: 'closed' },
      ],
      steps: turned ? [lid, ...moves] : [...moves, lid],
    };
  },
};
