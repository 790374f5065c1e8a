// Appliance and object manipulation: open a drawer, put things into it, close it.
import { ball, cube, openBox } from '../objects';
import { COLOURS, STEEL, WOOD, shade } from '../palette';
import type { SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, sceneOf } from '../template';
import type { Template } from '../template';

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
    const task = random.pick([
      `Open the drawer, put the ${numberWord(count)} ${noun}s into it and close it.`,
      `Put the ${noun}s into the ${front} drawer and shut it.`,
      `Store the ${noun}s in the drawer.`,
      `Open the ${front} drawer, place the ${noun}s inside, then close the drawer.`,
    ]);
    return {
      task,
      scene: sceneOf(
        random,
        [cabinet, box, ...items],
        [
          { kind: 'open', object: 'drawer', channel: 'open' },
          { kind: 'inside', container: 'drawer', noun, objects: items.map(({ name }) => name) },
        ],
      ),
      perform(act) {
        const handle: Vec3 = [back[0], 0.1, back[2] + DEPTH / 2 + 0.04];
        const opened: Vec3 = [handle[0], handle[1], handle[2] + TRAVEL];
        const puller = random.pick(['left', 'right'] as const);
        act.move(puller, [handle[0], 0.16, handle[2] + 0.03], { seconds: 1.1 });
        act.move(puller, handle, { seconds: 0.4 });
        act.close(puller, 0.09);
        act.hold(puller, 'drawer');
        act.change(puller, 'drawer', 'open', 1, 4.5, 1);
        act.move(puller, opened, { seconds: 4.5 });
        act.hold(puller, null);
        act.open(puller);
        act.claim(puller);
        act.move(puller, [opened[0], 0.22, opened[2]], { seconds: 0.4 });
        act.aside(puller);
        items.forEach((item, i) => {
          const arm = item.at[0] < 0 ? 'left' : 'right';
          const dx = (i - (count - 1) / 2) * 0.14;
          act.transfer(arm, item.name, { at: [back[0] + dx, 0.012, back[2] + 0.02 + TRAVEL], in: 'drawer' });
        });
        const pusher = random.pick(['left', 'right'] as const);
        const other = pusher === 'left' ? 'right' : 'left';
        act.waitUntil(pusher, act.now(other) - 0.9);
        act.move(pusher, [opened[0], 0.2, opened[2] + 0.05], { seconds: 1.2 });
        act.close(pusher);
        act.move(pusher, opened, { seconds: 0.4 });
        act.change(pusher, 'drawer', 'open', 0, 4.5, 1);
        act.move(pusher, handle, { seconds: 4.5 });
      },
    };
  },
};
