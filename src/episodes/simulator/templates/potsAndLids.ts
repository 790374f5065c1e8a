// Cooking: vegetables go into a pot and its lid onto it; or the lid is taken off and the vegetables out.
import { COLOURS, shade } from '../palette';
import type { ColourName } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, listed, numberWord, phrase } from '../template';
import type { Step, Template } from '../template';
import { food } from '../things/food';
import type { FoodName } from '../things/food';
import { pot, potLid } from '../things/kitchenware';
import { carryInTurn } from '../turns';

const WIDTH = 0.31;
const HEIGHT = 0.11;
const NOUNS = ['pot', 'pan', 'casserole'] as const;
/** What each vegetable takes of the pot. */
const ROOM: Vec3 = [0.12, 0.085, 0.12];

interface Vegetable {
  kind: FoodName;
  hue: ColourName | null;
  scale?: number;
  along?: 'x';
}

const VEGETABLES: readonly Vegetable[] = [
  { kind: 'tomato', hue: 'red' },
  { kind: 'carrot', hue: 'orange', scale: 0.775, along: 'x' },
  { kind: 'potato', hue: null },
  { kind: 'onion', hue: 'purple' },
  { kind: 'pepper', hue: 'green', scale: 0.85 },
  { kind: 'corn', hue: 'yellow', along: 'x' },
];
/** On the table, mirrored where the lid lies on the right. */
const SPOTS: readonly (readonly [number, number])[] = [
  [0.31, 0.0],
  [0.13, 0.28],
  [0.3, 0.21],
  [0.14, 0.11],
];
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.062, -0.055],
  [0.062, -0.055],
  [-0.062, 0.06],
  [0.062, 0.06],
];

export const potsAndLids: Template = {
  name: 'pots and lids',
  category: 'cooking and food preparation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const noun = random.pick(NOUNS);
    const count = 2 + random.below(3);
    const [potColour = 'blue', lidColour = 'red'] = colours(random, 2, ['orange', 'green']);
    const vegetables = random.shuffled(VEGETABLES).slice(0, count);
    const kinds = vegetables.map(({ kind }) => kind);
    const side = random.pick([-1, 1] as const);
    const centre: Vec3 = around(random, 0, -0.17, 0.01);
    const places = kinds.map((_, i) => {
      const [x, z] = SPOTS[i] ?? [0, 0.3];
      const [dx, dz] = SLOTS[i] ?? [0, 0];
      return {
        table: around(random, side * x, z, 0.01),
        pot: [centre[0] + dx, 0.012, centre[2] + dz] as Vec3,
      };
    });
    const vessel = pot(noun, COLOURS[potColour], WIDTH, HEIGHT, {
      at: centre,
      hue: potColour,
      channels: { lid: turned ? 1 : 0 },
    });
    const lidTable: Vec3 = around(random, -side * 0.23, 0.22, 0.01);
    const lidPot: Vec3 = [centre[0], HEIGHT, centre[2]];
    const lid = potLid('lid', shade(COLOURS[lidColour], 0.9), WIDTH * 0.98, {
      hue: lidColour,
      ...(turned ? { at: lidPot, lies: { on: noun } } : { at: lidTable }),
    });
    const items: SceneObject[] = vegetables.map(({ kind, hue, ...laid }, i) => {
      const { table, pot: slot } = places[i] as (typeof places)[number];
      const place = turned ? { at: slot, lies: { in: noun } } : { at: table };
      return food(kind, hue, { ...place, size: ROOM }, laid);
    });
    const arm = armAt(lidTable);
    const grip = { grip: [0, 0.05, 0] as Vec3, width: 0.055 };
    const covered = { object: noun as string, channel: 'lid' };
    const cover = (on: boolean, weight: number): Step['act'] => {
      return (play) => {
        const marks = on ? { mark: covered } : { unmark: covered };
        const destination = on ? { at: lidPot, on: noun } : { at: lidTable };
        carryInTurn(play, arm, 'lid', destination, { ...grip, ...marks, weight });
        if (!play.over) play.aside(arm);
      };
    };
    const lidStep: Step = {
      name: turned ? `take the lid off the ${noun}` : `put the lid on the ${noun}`,
      act: cover(!turned, 1.3),
      undo: cover(turned, -1.3),
    };
    const moves = items.map(({ name }, i) => {
      const { table, pot: slot } = places[i] as (typeof places)[number];
      return bring(armAt(table), name, turned ? { at: table } : { at: slot, in: noun });
    });
    const [one = 'tomato', two = 'carrot'] = kinds;
    const number = numberWord(count);
    return {
      ...phrase(
        random,
        [
          [
            `Put the ${number} vegetables into the ${noun} and cover it.`,
            `Uncover the ${noun} and take the ${number} vegetables out.`,
          ],
          [
            `Put all vegetables into the ${potColour} ${noun}, then the lid on.`,
            `Take the lid off the ${potColour} ${noun}, then all vegetables out.`,
          ],
          [`Fill the ${noun} with the vegetables and close it.`, `Open the ${noun} and empty the vegetables out.`],
          [`Put ${listed(kinds)} into the ${noun}, lid on.`, `Take off the lid, then take ${listed(kinds)} out.`],
          [
            `Pack the ${one} and the rest into the ${noun}; cover it.`,
            `Uncover the ${noun}; take the ${one} and the rest out.`,
          ],
          [
            `Put the ${one}, the ${two} and the ${lidColour} lid in place.`,
            `Take the ${lidColour} lid, the ${two} and the ${one} away.`,
          ],
        ],
        turned,
      ),
      objects: [vessel, ...items, lid],
      tallies: [
        { kind: 'inside', container: noun, noun: 'vegetable', objects: items.map(({ name }) => name) },
        { kind: 'level', object: noun, channel: 'lid', done: 'covered' },
      ],
      steps: turned ? [lidStep, ...moves] : [...moves, lidStep],
    };
  },
};
