// Cleaning: stains are wiped off the table one by one with a sponge.
import type { Choreography } from '../choreography';
import { COLOURS, shade } from '../palette';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';

const SPOTS: readonly (readonly [number, number])[] = [
  [-0.27, -0.2],
  [0, -0.22],
  [0.27, -0.2],
  [0.27, 0.09],
  [0, 0.07],
  [-0.27, 0.09],
];

function stain(name: string, colour: number, width: number, at: Vec3): SceneObject {
  const shrink = { kind: 'grow', channel: 'dirt', axes: [1, 0, 1], pivot: [0, 0, 0], from: 0, to: 1 } as const;
  return {
    name,
    size: [width, 0.005, width],
    at,
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: { dirt: 1 },
    parts: [
      { shape: 'cylinder', size: [width, 0.006, width * 0.85], at: [0, 0.003, 0], colour, motions: [shrink] },
      {
        shape: 'cylinder',
        size: [width * 0.5, 0.006, width * 0.5],
        at: [width * 0.3, 0.0035, width * 0.25],
        colour: shade(colour, 0.85),
        motions: [shrink],
      },
      {
        shape: 'cylinder',
        size: [width * 0.4, 0.006, width * 0.4],
        at: [-width * 0.32, 0.004, -width * 0.2],
        colour: shade(colour, 0.85),
        motions: [shrink],
      },
    ],
  };
}

export const wipeStains: Template = {
  name: 'wipe stains',
  category: 'cleaning and tidying',
  prepare(random) {
    const count = 4 + random.below(3);
    const dirt = random.pick([0x5a2d0c, 0x7a1020, 0x2d5a1a, 0x3a2a78]);
    const [spongeColour = 'yellow'] = colours(random, 1, ['red', 'green', 'purple', 'blue']);
    const places = random.shuffled(SPOTS).slice(0, count);
    const stains = places.map(([x, z], i) =>
      stain(`stain ${i + 1}`, dirt, random.between(0.19, 0.23), around(random, x, z, 0.02)),
    );
    const arm = random.pick(['left', 'right'] as const);
    const side = arm === 'left' ? -1 : 1;
    const sponge: SceneObject = {
      name: 'sponge',
      hue: spongeColour,
      size: [0.15, 0.06, 0.1],
      at: around(random, side * 0.18, 0.29),
      yaw: 0,
      container: false,
      flat: false,
      channels: {},
      parts: [
        { shape: 'box', size: [0.15, 0.04, 0.1], at: [0, 0.04, 0], colour: COLOURS[spongeColour] },
        { shape: 'box', size: [0.15, 0.02, 0.1], at: [0, 0.01, 0], colour: shade(COLOURS[spongeColour], 0.5) },
      ],
    };
    return {
      ...phrase(random, [
        ['Wipe all stains off the table with the sponge.', null],
        [`Clean the table with the ${spongeColour} sponge.`, null],
        [`Wipe the ${numberWord(count)} stains away.`, null],
        ['Take the sponge and clean every stain from the table.', null],
      ]),
      objects: [...stains, sponge],
      tallies: [{ kind: 'stains', objects: stains.map(({ name }) => name) }],
      steps: [
        { name: 'take the sponge', act: (play) => play.grasp(arm, 'sponge', { width: 0.15 }) },
        ...stains.map((spot) => ({ name: 'wipe a stain', act: (play: Choreography) => wipe(play, arm, spot) })),
        {
          name: 'put the sponge down',
          act: (play) => play.put(arm, 'sponge', { at: [side * 0.3, 0, 0.27] }, { weight: 0.3 }),
        },
      ],
    };
  },
};

/** The arm that holds the sponge rubs over a stain until it is gone. */
function wipe(play: Choreography, arm: Arm, { name, at, size }: SceneObject): void {
  const low = 0.035;
  play.move(arm, [at[0] - size[0] / 2, low + 0.05, at[2]], { speed: 0.3 });
  play.move(arm, [at[0] - size[0] / 2, low, at[2]], { seconds: 0.35 });
  const seconds = play.random.between(3.2, 4.2);
  const swings = 2.5;
  play.change(arm, name, 'dirt', 0, seconds, 1);
  play.follow(arm, seconds, (s) => [
    at[0] - (size[0] / 2) * Math.cos(2 * Math.PI * swings * s),
    low,
    at[2] + (s - 0.5) * size[2] * 0.6 * Math.min(1, s * 8),
  ]);
  play.move(arm, [at[0] + size[0] / 2, low + 0.08, at[2] + size[2] * 0.2], { seconds: 0.3 });
}
