// Cleaning and tidying: washed dishes go from the sink at the back into the drying rack in front; or into the sink.
import { COLOURS, STEEL, shade } from '../palette';
import type { ColourName } from '../palette';
import { ARMS } from '../scene';
import type { Arm, Part, SceneObject, Vec3 } from '../scene';
import { around, bring, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { bowl, mug, plate } from '../things/kitchenware';
import { box, openBox } from '../things/parts';

const SINK: Vec3 = [0.5, 0.07, 0.3];
const RACK: Vec3 = [0.54, 0.06, 0.3];
/** In the sink and in the rack alike; left and right alternate, the fifth lies in the middle. */
const SLOTS: readonly (readonly [number, number])[] = [
  [-0.16, -0.062],
  [0.16, -0.062],
  [-0.13, 0.064],
  [0.13, 0.064],
  [0, 0],
];
const KINDS = ['plate', 'bowl', 'cup'] as const;

function sink(at: Vec3): SceneObject {
  const tap: Part[] = [
    { shape: 'cylinder', size: [0.045, 0.13, 0.045], at: [0, 0.065, -0.17], colour: shade(STEEL, 1.4) },
    { shape: 'box', size: [0.032, 0.03, 0.1], at: [0, 0.125, -0.13], colour: shade(STEEL, 1.4) },
    { shape: 'ball', size: [0.04, 0.03, 0.04], at: [-0.06, 0.02, -0.17], colour: COLOURS.red },
    { shape: 'ball', size: [0.04, 0.03, 0.04], at: [0.06, 0.02, -0.17], colour: COLOURS.blue },
  ];
  return {
    name: 'sink',
    size: SINK,
    at,
    yaw: 0,
    container: true,
    flat: false,
    channels: {},
    parts: [
      ...openBox(SINK, 0.026, shade(STEEL, 1.35), shade(STEEL, 0.9)),
      { shape: 'cylinder', size: [0.05, 0.004, 0.05], at: [0, 0.013, 0], colour: shade(STEEL, 0.5) },
      ...tap,
    ],
  };
}

/** A frame of rods; light, so that it does not look like the sink. */
function rack(colour: number, at: Vec3): SceneObject {
  const bar = (size: Vec3, place: Vec3, tint = colour) => box(size, place, tint);
  const [x, y, z] = RACK;
  const across = Array.from({ length: 8 }, (_, i) => {
    const place = -x / 2 + 0.035 + (i * (x - 0.07)) / 7;
    return [
      bar([0.012, 0.012, z - 0.02], [place, 0.02, 0]),
      bar([0.012, y, 0.012], [place, y / 2, -z / 2 + 0.008]),
      bar([0.012, y, 0.012], [place, y / 2, z / 2 - 0.008]),
    ];
  });
  return {
    name: 'rack',
    size: RACK,
    at,
    yaw: 0,
    container: true,
    flat: false,
    channels: {},
    parts: [
      bar([x, 0.008, z], [0, 0.004, 0], shade(colour, 0.45)),
      ...across.flat(),
      bar([x, 0.016, 0.016], [0, y, -z / 2 + 0.008]),
      bar([x, 0.016, 0.016], [0, y, z / 2 - 0.008]),
      bar([0.016, 0.016, z], [-x / 2 + 0.008, y, 0]),
      bar([0.016, 0.016, z], [x / 2 - 0.008, y, 0]),
    ],
  };
}

function dish(kind: (typeof KINDS)[number], colour: ColourName, place: Pick<SceneObject, 'at'>): SceneObject {
  const [name, paint] = [`${colour} ${kind}`, COLOURS[colour]];
  if (kind === 'plate') return plate(name, paint, 0.122, place);
  if (kind === 'bowl') return bowl(name, paint, [0.118, 0.06], place);
  return mug(name, paint, [0.1, 0.09], place);
}

export const dishesIntoRack: Template = {
  name: 'dishes into rack',
  category: 'cleaning and tidying',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 3 + random.below(3);
    const [rackColour = 'blue', ...hues] = colours(random, count + 1);
    const back: Vec3 = around(random, 0, -0.19, 0.008);
    const front: Vec3 = around(random, 0, 0.19, 0.008);
    const mixed = random.float() < 0.5;
    const kinds = mixed ? random.shuffled(KINDS).slice(0, 2) : [random.pick(KINDS)];
    const noun = mixed ? 'piece' : (kinds[0] ?? 'plate');
    const word = mixed ? 'dishes' : `${noun}s`;
    const first = random.below(2);
    const items = Array.from({ length: count }, (_, i) => {
      const index = (i ^ first) >= count ? i : i ^ first;
      const [dx, dz] = SLOTS[index] ?? [0, 0];
      const arm: Arm = dx === 0 ? random.pick(ARMS) : dx < 0 ? 'left' : 'right';
      const sunk: Vec3 = [back[0] + dx, 0.014, back[2] + dz];
      const dry: Vec3 = [front[0] + dx, 0.026, front[2] + dz];
      const place = turned ? { at: dry, lies: { in: 'rack' } } : { at: sunk, lies: { in: 'sink' } };
      return { arm, sunk, dry, thing: dish(kinds[i % kinds.length] ?? 'plate', hues[i] ?? 'red', place) };
    });
    const names = items.map(({ thing }) => thing.name);
    const [some = 'red', other = 'blue'] = hues.slice(0, count);
    return {
      ...phrase(
        random,
        [
          [`Put the ${word} from the sink into the rack.`, `Put the ${word} from the rack into the sink.`],
          [
            `Move ${numberWord(count)} ${word} into the ${rackColour} rack.`,
            `Move ${numberWord(count)} ${word} from the ${rackColour} rack to the sink.`,
          ],
          [`Empty the sink into the drying rack.`, `Empty the drying rack into the sink.`],
          [
            `Put the ${some} and ${other} ${word} and all others to dry.`,
            `Put the ${some} and ${other} ${word} and all others into the sink.`,
          ],
          [`Let the washed ${word} dry in the ${rackColour} rack.`, `Put the ${word} into the sink for washing.`],
          [
            `Take the ${numberWord(count)} ${word} out of the sink.`,
            `Take the ${numberWord(count)} ${word} out of the ${rackColour} rack.`,
          ],
        ],
        turned,
      ),
      objects: [
        sink(back),
        { ...rack(COLOURS[rackColour], front), hue: rackColour },
        ...items.map(({ thing }) => thing),
      ],
      tallies: [{ kind: 'inside', container: 'rack', noun, objects: names }],
      steps: items.map(({ thing, arm, sunk, dry }) =>
        bring(arm, thing.name, turned ? { at: sunk, in: 'sink' } : { at: dry, in: 'rack' }),
      ),
      settings: ['kitchen counter', 'dining table', 'oak table', 'workbench'],
    };
  },
};
