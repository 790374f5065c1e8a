// Packing and staging: plates, cups and cutlery are brought onto the place mats of one or two persons; or cleared away.
import { COLOURS, shade } from '../palette';
import type { ColourName } from '../palette';
import type { Arm, Part, SceneObject, Vec3 } from '../scene';
import { around, bring, colours, listed, phrase } from '../template';
import type { Template } from '../template';
import { bowl, cutlery, mug, plate } from '../things/kitchenware';
import type { Cutlery } from '../things/kitchenware';
import { kindOf } from '../traits';

const THICK = 0.008;
/** Where the table is laid. */
const FRONT = 0.14;

interface Item {
  thing: SceneObject;
  arm: Arm;
  /** Where it waits, and its place on the mat. */
  spot: Vec3;
  slot: Vec3;
}

function mats(persons: 1 | 2, hues: readonly ColourName[], at: Vec3): SceneObject {
  const size: Vec3 = persons === 1 ? [0.62, THICK, 0.36] : [0.8, THICK, 0.34];
  const one = (x: number, width: number, hue: ColourName | undefined): Part[] => {
    const colour = shade(COLOURS[hue ?? 'blue'], 0.75);
    return [
      { shape: 'box', size: [width, THICK / 2, size[2]], at: [x, THICK / 4, 0], colour },
      { shape: 'box', size: [width - 0.04, THICK, size[2] - 0.04], at: [x, THICK / 2, 0], colour: shade(colour, 1.25) },
    ];
  };
  const [first, second] = hues;
  return {
    name: persons === 1 ? 'mat' : 'mats',
    ...(first === undefined ? {} : { hue: first }),
    size,
    at,
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: {},
    parts:
      persons === 1 ? one(0, size[0], first) : [...one(-0.205, 0.385, first), ...one(0.205, 0.385, second ?? first)],
  };
}

export const setTable: Template = {
  name: 'set the table',
  category: 'packing and staging',
  prepare(random) {
    const turned = random.float() < 0.5;
    const persons = random.pick([1, 2] as const);
    const [matHue = 'blue', dishHue = 'red', otherHue = 'yellow'] = colours(random, 3);
    const where: Vec3 = around(random, 0, FRONT, 0.008);
    const support = mats(persons, [matHue, matHue], where);
    const items: Item[] = [];
    const add = (
      make: (place: Pick<SceneObject, 'at' | 'lies'>) => SceneObject,
      arm: Arm,
      [x, z]: readonly [number, number],
      [dx, dz]: readonly [number, number],
    ): void => {
      const spot = around(random, x, z, 0.006);
      const slot: Vec3 = [where[0] + dx, THICK, where[2] + dz];
      const thing = make(turned ? { at: slot, lies: { on: support.name } } : { at: spot });
      items.push({ thing, arm, spot, slot });
    };
    const drink = random.pick(['cup', 'mug'] as const);
    const dish = random.pick(['plate', 'bowl'] as const);
    const mirror = random.pick([-1, 1]);
    const served = (hue: ColourName, width: number) => (place: Pick<SceneObject, 'at' | 'lies'>) =>
      dish === 'plate'
        ? plate(`${hue} ${dish}`, COLOURS[hue], width, place)
        : bowl(`${hue} ${dish}`, COLOURS[hue], [width, 0.06], place);
    const drunk = (hue: ColourName, width: number) => (place: Pick<SceneObject, 'at' | 'lies'>) =>
      mug(`${hue} ${drink}`, COLOURS[hue], [width, drink === 'cup' ? 0.08 : 0.11], place);
    const laid = (kind: Cutlery, hue: ColourName) => (place: Pick<SceneObject, 'at' | 'lies'>) =>
      cutlery(kind, `${hue} ${kind}`, COLOURS[hue], place);
    if (persons === 1) {
      const right = random.pick(['knife', 'spoon'] as const);
      const side = random.float() < 0.6;
      const dishArm: Arm = mirror < 0 ? 'left' : 'right';
      add(served(dishHue, dish === 'plate' ? 0.21 : 0.19), dishArm, [mirror * 0.16, -0.26], [0, 0.02]);
      add(laid('fork', dishHue), 'left', [-0.02 - mirror * 0.03, -0.25], [-0.155, 0.03]);
      add(laid(right, dishHue), 'right', [0.06 - mirror * 0.03, -0.25], [0.155, 0.03]);
      add(drunk(otherHue, 0.1), 'right', [mirror < 0 ? 0.2 : 0.34, -0.24], [0.24, -0.08]);
      if (side)
        add(
          (place) => bowl(`${otherHue} dish`, COLOURS[otherHue], [0.12, 0.06], place),
          'left',
          [mirror < 0 ? -0.34 : -0.2, -0.24],
          [-0.235, -0.085],
        );
    } else {
      const tool = random.pick(['fork', 'spoon'] as const);
      for (const [arm, x, hue] of [
        ['left', -1, dishHue],
        ['right', 1, otherHue],
      ] as const) {
        add(served(hue, 0.18), arm, [x * 0.185, -0.26], [x * 0.205 + 0.005, 0.03]);
        add(drunk(hue, 0.09), arm, [x * 0.335, -0.24], [x * 0.205 + 0.125, -0.09]);
        if (random.float() < 0.7) add(laid(tool, hue), arm, [x * 0.05, -0.25], [x * 0.205 - 0.13, 0.03]);
      }
    }
    // The arms alternate where they can.
    const [left, right] = (['left', 'right'] as const).map((arm) =>
      random.shuffled(items.filter((item) => item.arm === arm)),
    );
    const order = items.flatMap((_, i) => [left?.[i], right?.[i]]).filter((item): item is Item => item !== undefined);
    const kinds = [...new Set(items.map(({ thing }) => kindOf(thing.name)))];
    const people = persons === 1 ? 'one' : 'two';
    const mat = persons === 1 ? 'mat' : 'mats';
    const plural = persons === 1 ? '' : 's';
    return {
      ...phrase(
        random,
        [
          [`Set the table for ${people}.`, `Clear the table set for ${people}.`],
          [
            `Put the ${listed(kinds.map((kind) => (persons === 2 && kind !== 'knife' ? `${kind}s` : kind)))} on the ${mat}.`,
            `Take the ${listed(kinds.map((kind) => (persons === 2 && kind !== 'knife' ? `${kind}s` : kind)))} off the ${mat}.`,
          ],
          [
            `Lay the ${matHue} ${mat} with the ${dish}${plural} and cutlery.`,
            `Clear the ${dish}${plural} and cutlery off the ${matHue} ${mat}.`,
          ],
          [
            `Set out the ${dishHue} ${dish}, the ${otherHue} ${persons === 1 ? drink : dish} and the rest.`,
            `Clear away the ${dishHue} ${dish}, the ${otherHue} ${persons === 1 ? drink : dish} and the rest.`,
          ],
          [`Lay the table for ${people} on the ${matHue} ${mat}.`, `Clear everything off the ${matHue} ${mat}.`],
          [`Bring all the dishes onto the ${matHue} ${mat}.`, `Bring all the dishes back from the ${matHue} ${mat}.`],
        ],
        turned,
      ),
      objects: [support, ...items.map(({ thing }) => thing)],
      tallies: [{ kind: 'on', support: support.name, noun: 'piece', objects: items.map(({ thing }) => thing.name) }],
      steps: (turned ? order.toReversed() : order).map(({ thing, arm, spot, slot }) =>
        bring(arm, thing.name, turned ? { at: spot } : { at: slot, on: support.name }, {
          width: thing.size[2] > 0.18 && thing.size[0] < 0.1 ? 0.04 : thing.size[0],
        }),
      ),
    };
  },
};
