// Cooking: a jug fills one glass after the other.
import type { Choreography } from '../choreography';
import { COLOURS, shade } from '../palette';
import type { ColourName } from '../palette';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { around, colours, numberWord, phrase } from '../template';
import type { Template } from '../template';

const GLASS = 0.155;
const GLASS_HEIGHT = 0.16;
const DRINKS: readonly (readonly [string, ColourName])[] = [
  ['juice', 'orange'],
  ['syrup', 'red'],
  ['water', 'blue'],
  ['tea', 'green'],
  ['berry juice', 'purple'],
];

function glass(name: string, liquid: number, at: Vec3): SceneObject {
  const rise = { kind: 'grow', channel: 'fill', axes: [0, 1, 0], pivot: [0, 0.01, 0], from: 0.001, to: 1 } as const;
  return {
    name,
    fragile: true,
    size: [GLASS, GLASS_HEIGHT, GLASS],
    at,
    yaw: 0,
    container: true,
    flat: false,
    channels: { fill: 0 },
    parts: [
      { shape: 'cylinder', size: [GLASS * 1.12, 0.012, GLASS * 1.12], at: [0, 0.006, 0], colour: 0xffffff },
      {
        shape: 'cylinder',
        size: [GLASS * 0.88, GLASS_HEIGHT * 0.88, GLASS * 0.88],
        at: [0, 0.01 + GLASS_HEIGHT * 0.44, 0],
        colour: liquid,
        motions: [rise],
      },
      {
        shape: 'cylinder',
        size: [GLASS, GLASS_HEIGHT, GLASS],
        at: [0, GLASS_HEIGHT / 2, 0],
        colour: 0xf2fbff,
        opacity: 0.2,
      },
    ],
  };
}

export const pourGlasses: Template = {
  name: 'pour glasses',
  category: 'cooking and food preparation',
  prepare(random) {
    const count = 3 + random.below(2);
    const [drink, hue] = random.pick(DRINKS);
    const [jugColour = 'cyan'] = colours(random, 1, [hue]);
    const arm = random.pick(['left', 'right'] as const);
    // The jug pours towards the other side.
    const side = arm === 'left' ? 1 : -1;
    const glasses = Array.from({ length: count }, (_, i) => {
      const x = (i - (count - 1) / 2) * 0.19 + side * 0.03;
      return glass(`glass ${i + 1}`, COLOURS[hue], around(random, x, -0.06, 0.01));
    });
    const tilt = { kind: 'hinge', channel: 'tilt', axis: 'z', pivot: [0, 0.1, 0], from: 0, to: -side * 1.25 } as const;
    const flow = {
      kind: 'grow',
      channel: 'flow',
      axes: [1, 0, 1],
      pivot: [side * 0.13, 0, 0],
      from: 0.001,
      to: 1,
    } as const;
    const jug: SceneObject = {
      name: 'jug',
      hue: jugColour,
      size: [0.15, 0.18, 0.15],
      at: around(random, -side * 0.2, 0.22),
      yaw: 0,
      container: false,
      flat: false,
      channels: { tilt: 0, flow: 0 },
      parts: [
        { shape: 'cylinder', size: [0.15, 0.18, 0.15], at: [0, 0.09, 0], colour: COLOURS[jugColour], motions: [tilt] },
        { shape: 'cylinder', size: [0.12, 0.006, 0.12], at: [0, 0.18, 0], colour: COLOURS[hue], motions: [tilt] },
        {
          shape: 'box',
          size: [0.05, 0.03, 0.05],
          at: [side * 0.07, 0.155, 0],
          colour: shade(COLOURS[jugColour], 0.8),
          motions: [tilt],
        },
        {
          shape: 'cylinder',
          size: [0.03, 0.2, 0.03],
          at: [side * 0.13, 0.0, 0],
          colour: COLOURS[hue],
          motions: [flow],
        },
      ],
    };
    const order = random.float() < 0.5 ? glasses : [...glasses].reverse();
    return {
      ...phrase(random, [
        [`Fill the ${numberWord(count)} glasses with ${drink}.`, null],
        [`Pour ${drink} from the jug into every glass.`, null],
        [`Pour the ${drink} into the glasses.`, null],
        [`Take the ${jugColour} jug and fill all glasses.`, null],
      ]),
      objects: [...glasses, jug],
      tallies: glasses.map(({ name }) => ({ kind: 'fill', object: name, channel: 'fill' })),
      steps: [
        { name: 'take the jug', act: (play) => play.grasp(arm, 'jug', { grip: [0, 0.1, 0], width: 0.15 }) },
        ...order.map(({ name, at }) => ({
          name: `fill ${name}`,
          act: (play: Choreography) => pour(play, arm, name, at),
        })),
        {
          name: 'put the jug down',
          act: (play) => play.put(arm, 'jug', { at: [-side * 0.24, 0, 0.24] }, { weight: 0.3 }),
        },
      ],
    };
  },
};

/** The arm that holds the jug tilts it beside a glass until the glass is full. */
function pour(play: Choreography, arm: Arm, glassName: string, at: Vec3): void {
  const side = arm === 'left' ? 1 : -1;
  const { random } = play;
  play.move(arm, [at[0] - side * 0.13, GLASS_HEIGHT + 0.12, at[2]], { speed: 0.2, lift: 0.04 });
  play.change(arm, 'jug', 'tilt', 1, 0.7);
  play.wait(arm, 0.6);
  const seconds = random.between(3.6, 4.6);
  play.change(arm, 'jug', 'flow', 1, 0.15);
  play.change(arm, glassName, 'fill', random.between(0.85, 1), seconds, 1);
  play.wait(arm, seconds);
  play.change(arm, 'jug', 'flow', 0, 0.15);
  play.change(arm, 'jug', 'tilt', 0, 0.6);
  play.wait(arm, 0.6);
}
