// Cooking: a kettle, a teapot or a ladle fills mugs, cups or bowls of different colours one after the other.
import type { Choreography } from '../choreography';
import { COLOURS, DARK, WHITE, shade } from '../palette';
import type { Arm, Motion, SceneObject, Vec3 } from '../scene';
import { around, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { bowl, mug } from '../things/kitchenware';

interface Serving {
  drink: string;
  colour: number;
  from: string;
  into: 'mug' | 'cup' | 'bowl';
}

const SERVINGS: readonly Serving[] = [
  { drink: 'tea', colour: 0xb0480c, from: 'kettle', into: 'mug' },
  { drink: 'coffee', colour: 0x2b1206, from: 'coffee pot', into: 'mug' },
  { drink: 'cocoa', colour: 0x6b3414, from: 'kettle', into: 'cup' },
  { drink: 'tea', colour: 0x3d7a1c, from: 'teapot', into: 'cup' },
  { drink: 'soup', colour: 0xe85a00, from: 'soup pot', into: 'bowl' },
  { drink: 'berry soup', colour: 0x9a0f4a, from: 'soup pot', into: 'bowl' },
];
const SIZES = { mug: [0.14, 0.11], cup: [0.13, 0.09], bowl: [0.165, 0.07] } as const;
const BODY: Vec3 = [0.17, 0.15, 0.17];
/** Height of the grip, around which it tilts. */
const GRIP = 0.1;
const SPOUT = 0.14;

function kettle(name: string, colour: number, drink: number, side: 1 | -1, at: Vec3): SceneObject {
  const tilt: Motion = { kind: 'hinge', channel: 'tilt', axis: 'z', pivot: [0, GRIP, 0], from: 0, to: -side * 1.05 };
  const flow: Motion = {
    kind: 'grow',
    channel: 'flow',
    axes: [1, 0, 1],
    pivot: [side * SPOUT, 0, 0],
    from: 0.001,
    to: 1,
  };
  const [width, height] = BODY;
  return {
    name,
    size: BODY,
    at,
    yaw: 0,
    container: false,
    flat: false,
    channels: { tilt: 0, flow: 0 },
    parts: [
      { shape: 'cylinder', size: [width, height, width], at: [0, height / 2, 0], colour, motions: [tilt] },
      {
        shape: 'cylinder',
        size: [width * 0.8, 0.01, width * 0.8],
        at: [0, height, 0],
        colour: shade(colour, 0.6),
        motions: [tilt],
      },
      { shape: 'ball', size: [0.05, 0.05, 0.05], at: [0, height + 0.02, 0], colour: DARK, motions: [tilt] },
      {
        shape: 'box',
        size: [0.09, 0.035, 0.04],
        at: [side * (width / 2 + 0.02), height * 0.8, 0],
        colour: shade(colour, 0.75),
        motions: [tilt],
      },
      { shape: 'cylinder', size: [0.028, 0.2, 0.028], at: [side * SPOUT, -0.02, 0], colour: drink, motions: [flow] },
    ],
  };
}

export const kettleToMugs: Template = {
  name: 'kettle to mugs',
  category: 'cooking and food preparation',
  prepare(random) {
    const { drink, colour, from, into } = random.pick(SERVINGS);
    const count = 2 + random.below(3);
    const [vesselColour = 'blue', ...hues] = colours(random, count + 1, ['orange']);
    const arm: Arm = random.pick(['left', 'right'] as const);
    // It pours towards the other side.
    const side = arm === 'left' ? 1 : -1;
    const gap = count === 2 ? 0.26 : count === 3 ? 0.2 : 0.175;
    // Every second one stands farther back.
    const stagger = random.float() < 0.5 && count < 4 ? 0.1 : 0;
    const vessels = hues.map((hue, i) => {
      const x = (i - (count - 1) / 2) * gap + side * 0.055;
      const at = around(random, x, -0.05 + (i % 2 === 0 ? 0 : -stagger), 0.008);
      const rest = { at, hue, container: true, channels: { fill: 0 } };
      const contents = { inside: WHITE, drink: colour };
      return into === 'bowl'
        ? bowl(`${into} ${i + 1}`, COLOURS[hue], SIZES[into], rest, contents)
        : mug(`${into} ${i + 1}`, COLOURS[hue], SIZES[into], rest, { ...contents, earAt: side < 0 ? 'left' : 'right' });
    });
    const start = around(random, -side * 0.25, 0.21);
    const pourer = { ...kettle(from, COLOURS[vesselColour], colour, side, start), hue: vesselColour };
    const down: Vec3 = [-side * 0.25, 0, 0.24];
    const order = random.float() < 0.5 ? vessels : [...vessels].reverse();
    const number = numberWord(count);
    const [first, last] = [order[0]?.hue ?? 'red', order.at(-1)?.hue ?? 'red'];
    const seconds = count === 2 ? [7, 8] : count === 3 ? [5, 6] : [4, 5];
    return {
      ...phrase(random, [
        [`Pour ${drink} into the ${number} ${into}s.`, null],
        [`Fill every ${into} with ${drink} from the ${from}.`, null],
        [`Take the ${vesselColour} ${from} and fill all ${into}s.`, null],
        [`Serve ${drink} in the ${listed(hues)} ${into}.`, null],
        [`Fill the ${first} ${into} first and the ${last} one last.`, null],
        [`Pour the ${drink} into all ${into}s with the ${arm} hand.`, null],
      ]),
      objects: [...vessels, pourer],
      tallies: vessels.map(({ name }) => ({ kind: 'fill', object: name, channel: 'fill' })),
      steps: [
        {
          name: `take the ${from}`,
          act: (play) => play.grasp(arm, from, { grip: [0, GRIP, 0], width: BODY[0] }),
        },
        ...order.map(({ name, hue, at, size }) => ({
          name: `fill the ${hue ?? ''} ${into}`,
          act: (play: Choreography) => pour(play, arm, from, name, [at[0], size[1], at[2]], seconds),
        })),
        {
          name: `put the ${from} down`,
          act: (play) => {
            play.put(arm, from, { at: down }, { weight: 0.3 });
            if (!play.over) play.aside(arm);
          },
        },
      ],
    };
  },
};

/** The arm that holds the vessel tilts it beside what it fills, and rights it again. */
function pour(
  play: Choreography,
  arm: Arm,
  from: string,
  into: string,
  top: Vec3,
  [least = 4, most = 5]: number[],
): void {
  const side = arm === 'left' ? 1 : -1;
  play.move(arm, [top[0] - side * SPOUT, top[1] + 0.15, top[2]], { speed: 0.2, lift: 0.03 });
  play.change(arm, from, 'tilt', 1, 0.7);
  play.wait(arm, 0.6);
  const seconds = play.random.between(least, most);
  play.change(arm, from, 'flow', 1, 0.15);
  play.change(arm, into, 'fill', play.random.between(0.92, 1), seconds, 1);
  play.wait(arm, seconds);
  play.change(arm, from, 'flow', 0, 0.15);
  play.change(arm, from, 'tilt', 0, 0.6);
  play.wait(arm, 0.6);
}
