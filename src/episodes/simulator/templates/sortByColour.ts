// Pick and place: things of two colours go onto the plate or into the tray of their own colour, or all come off again.
import type { Choreography } from '../choreography';
import { COLOURS, shade } from '../palette';
import type { ColourName } from '../palette';
import { ARMS } from '../scene';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, phrase } from '../template';
import type { Step, Template } from '../template';
import { ball, can, cube, packet, tray } from '../things/everyday';
import { mug, plate } from '../things/kitchenware';

const SIDE = 0.1;
/** Where the left tray's things lie; the third is beyond the middle, reached while the other arm waits. */
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.33, 0.11],
  [-0.22, 0.29],
  [0.05, 0.11],
];
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.075, -0.052],
  [0.075, -0.052],
  [0, 0.055],
];
const KINDS = ['cube', 'ball', 'can', 'packet', 'cup'] as const;

function thing(kind: (typeof KINDS)[number], colour: ColourName, place: Pick<SceneObject, 'at'>): SceneObject {
  const [name, paint] = [`${colour} ${kind}`, COLOURS[colour]];
  switch (kind) {
    case 'cube':
      return cube(name, paint, SIDE, place);
    case 'ball':
      return ball(name, paint, SIDE, place);
    case 'can':
      return can(name, paint, SIDE, 0.12, place);
    case 'packet':
      return packet(name, paint, [SIDE, 0.06, SIDE], place);
    case 'cup':
      return mug(name, paint, [0.09, 0.1], place);
  }
}

export const sortByColour: Template = {
  name: 'sort by colour',
  category: 'pick and place',
  prepare(random) {
    const turned = random.float() < 0.5;
    const kind = random.pick(['tray', 'plate'] as const);
    const hues = colours(random, 2) as [ColourName, ColourName];
    const counts = random.shuffled(
      random.pick([
        [2, 2],
        [2, 3],
        [3, 3],
      ] as const),
    );
    const items = ARMS.map((arm, side) => {
      const [colour, mirror] = [hues[side] as ColourName, arm === 'left' ? 1 : -1];
      const centre: Vec3 = around(random, -0.21 * mirror, -0.18, 0.01);
      const support =
        kind === 'tray'
          ? tray(`${colour} tray`, shade(COLOURS[colour], 0.8), [0.35, 0.05, 0.29], { at: centre })
          : { ...plate(`${colour} plate`, shade(COLOURS[colour], 0.85), 0.34, { at: centre }), fragile: false };
      const height = kind === 'tray' ? 0.012 : support.size[1];
      const order = random.shuffled(
        SPOTS.slice(0, counts[side]).length === 3
          ? [0, 1, 2]
          : random.pick([
              [0, 1],
              [0, 2],
            ]),
      );
      const kinds = random.shuffled(KINDS);
      const things = order.map((place, i) => {
        const [x, z] = SPOTS[place] ?? [0, 0.2];
        // Things from beyond the middle lie one behind the other.
        const spot = around(random, x * mirror, place === 2 && arm === 'right' ? z + 0.18 : z, 0.008);
        const [dx, dz] = SLOTS[i] ?? [0, 0];
        const slot: Vec3 = [centre[0] + dx, height, centre[2] + dz];
        const lies = kind === 'tray' ? { in: support.name } : { on: support.name };
        const made = thing(kinds[i] ?? 'cube', colour, { at: turned ? slot : spot });
        const object = { ...made, channels: { sorted: turned ? 1 : 0 }, ...(turned ? { lies } : {}) };
        const destination = turned ? { at: spot } : { at: slot, ...lies };
        return { object, step: sort(arm, object.name, destination, support.name, place === 2) };
      });
      return { support, things };
    });
    const [left, right] = items;
    if (left === undefined || right === undefined) throw new Error('A colour has no place.');
    // The arms alternate as long as both have something to do.
    const steps = SPOTS.flatMap((_, i) => random.shuffled([left.things[i], right.things[i]]))
      .filter((item) => item !== undefined)
      .map(({ step }) => step);
    const things = [...left.things, ...right.things].map(({ object }) => object);
    const [a, b] = random.shuffled(hues) as [ColourName, ColourName];
    const word = numberWord(things.length);
    const onto = kind === 'tray' ? 'into' : 'onto';
    const off = kind === 'tray' ? 'out of' : 'off';
    return {
      ...phrase(
        random,
        [
          [`Sort the things by colour ${onto} the ${kind}s.`, `Take everything ${off} the two ${kind}s.`],
          [
            `Sort the ${a} and ${b} things ${onto} their ${kind}s.`,
            `Take the ${a} and ${b} things ${off} the ${kind}s.`,
          ],
          [`Put each thing ${onto} the ${kind} of its own colour.`, `Put everything from the ${kind}s onto the table.`],
          [
            `Put ${a} things ${onto} the ${a} ${kind}, ${b} ones ${onto} the other.`,
            `Empty the ${a} ${kind} and the ${b} ${kind}.`,
          ],
          [`Sort ${word} things by colour.`, `Take ${word} sorted things ${off} the ${kind}s.`],
        ],
        turned,
      ),
      objects: [left.support, right.support, ...things],
      tallies: [
        {
          kind: 'each',
          noun: 'thing',
          done: 'sorted',
          undone: 'unsorted',
          objects: things.map(({ name }) => name),
          channel: 'sorted',
        },
      ],
      steps,
    };
  },
};

/** One thing is brought; its channel says from when on it lies where it belongs. */
function sort(
  arm: Arm,
  name: string,
  destination: { at: Vec3; in?: string; on?: string },
  support: string,
  beyond: boolean,
): Step {
  const mark = (play: Choreography): void => {
    const placements = play.placements(name);
    const last = placements.at(-1);
    if (last === undefined) return;
    const lies = last.by !== null && 'object' in last.by;
    const taken = placements.findLast(({ by }) => by !== null && 'arm' in by) ?? last;
    play.channel(name, 'sorted').change((lies ? last : taken).from - 0.3, 0.3, lies ? 1 : 0);
  };
  const alone = (play: Choreography): void => {
    if (beyond) play.together();
  };
  const towards = destination.in ?? destination.on;
  return {
    name: towards === undefined ? `take the ${name} off the ${support}` : `put the ${name} on the ${support}`,
    act: (play) => {
      alone(play);
      play.transfer(arm, name, destination);
      mark(play);
    },
    undo: (play) => {
      alone(play);
      play.takeBack(arm, name);
      mark(play);
    },
  };
}
