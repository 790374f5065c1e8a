// Appliance and object manipulation: open a drawer, put things into it, close it.
import { COLOURS, STEEL, WOOD, shade } from '../palette';
import { ARMS } from '../scene';
import type { SceneObject, Vec3 } from '../scene';
import { armAt, around, bring, colours, handle, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { ball, cube } from '../things/everyday';
import { openBox } from '../things/parts';

const WIDTH = 0.52;
const DEPTH = 0.26;
const HEIGHT = 0.15;
const TRAVEL = 0.24;

export const drawer: Template = {
  name: 'drawer',
  category: 'appliance and object manipulation',
  prepare(random) {
    const count = 2 + random.below(2);
    const [front = 'blue', ...hues] = colours(random, count + 1, ['orange']);
    const noun = random.pick(['cube', 'ball'] as const);
    const back: Vec3 = around(random, 0, -0.24, 0.01);
    const cabinet: SceneObject = {
      name: 'cabinet',
      size: [WIDTH, HEIGHT, DEPTH],
      at: back,
      yaw: 0,
      container: false,
      flat: false,
      channels: {},
      parts: [
        { shape: 'box', size: [WIDTH, 0.02, DEPTH], at: [0, HEIGHT, 0], colour: WOOD },
        { shape: 'box', size: [0.02, HEIGHT, DEPTH], at: [-WIDTH / 2 + 0.01, HEIGHT / 2, 0], colour: shade(WOOD, 0.8) },
        { shape: 'box', size: [0.02, HEIGHT, DEPTH], at: [WIDTH / 2 - 0.01, HEIGHT / 2, 0], colour: shade(WOOD, 0.8) },
        { shape: 'box', size: [WIDTH, HEIGHT, 0.02], at: [0, HEIGHT / 2, -DEPTH / 2], colour: shade(WOOD, 0.6) },
      ],
    };
    const slide = { kind: 'slide', channel: 'open', by: [0, 0, TRAVEL] } as const;
    const size: Vec3 = [WIDTH - 0.05, 0.1, DEPTH - 0.01];
    const box: SceneObject = {
      name: 'drawer',
      hue: front,
      size,
      at: [back[0], 0.005, back[2] + 0.005],
      yaw: 0,
      container: true,
      flat: false,
      channels: { open: 0 },
      carries: { channel: 'open', by: slide.by },
      shadow: false,
      parts: [
        ...openBox(size, 0.014, shade(WOOD, 1.25), shade(WOOD, 0.45), [slide]),
        {
          shape: 'box',
          size: [WIDTH, 0.135, 0.02],
          at: [0, 0.0675, DEPTH / 2 + 0.005],
          colour: COLOURS[front],
          motions: [slide],
        },
        { shape: 'box', size: [0.12, 0.025, 0.035], at: [0, 0.075, DEPTH / 2 + 0.03], colour: STEEL, motions: [slide] },
      ],
    };
    const spots = [
      [-0.26, 0.27],
      [0.26, 0.27],
      [0, 0.31],
    ] as const;
    const items = hues.map((colour, i) => {
      const [x, z] = spots[i] ?? [0.4, -0.1];
      return (noun === 'cube' ? cube : ball)(`${colour} ${noun}`, COLOURS[colour], 0.12, { at: around(random, x, z) });
    });
    const handleShut: Vec3 = [back[0], 0.1, back[2] + DEPTH / 2 + 0.04];
    const pulled = (open: number): Vec3 => [handleShut[0], handleShut[1], handleShut[2] + TRAVEL * open];
    const [puller, pusher] = [random.pick(ARMS), random.pick(ARMS)];
    return {
      ...phrase(random, [
        [`Open the drawer, put the ${numberWord(count)} ${noun}s into it and close it.`, null],
        [`Put the ${noun}s into the ${front} drawer and shut it.`, null],
        [`Store the ${noun}s in the drawer.`, null],
        [`Open the ${front} drawer, place the ${noun}s inside, then close the drawer.`, null],
      ]),
      objects: [cabinet, box, ...items],
      tallies: [
        { kind: 'open', object: 'drawer', channel: 'open' },
        { kind: 'inside', container: 'drawer', noun, objects: items.map(({ name }) => name) },
      ],
      steps: [
        handle('open the drawer', puller, 'drawer', {
          channel: 'open',
          to: 1,
          path: pulled,
          seconds: 4.5,
          width: 0.09,
        }),
        ...items.map(({ name, at }, i) => {
          const dx = (i - (count - 1) / 2) * 0.14;
          return bring(armAt(at), name, { at: [back[0] + dx, 0.012, back[2] + 0.02 + TRAVEL], in: 'drawer' });
        }),
        handle('close the drawer', pusher, 'drawer', {
          channel: 'open',
          to: 0,
          path: (s) => pulled(1 - s),
          seconds: 4.5,
          holds: false,
        }),
      ],
    };
  },
};
