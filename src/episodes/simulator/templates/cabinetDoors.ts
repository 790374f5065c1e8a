// Appliance and object manipulation: the two doors of a cabinet are opened or closed, each by the arm on its side.
import { COLOURS, DARK, WHITE, WOOD, shade } from '../palette';
import { ARMS } from '../scene';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { around, colours, phrase } from '../template';
import type { Step, Template } from '../template';
import { can, cube } from '../things/everyday';
import { handleInTurn } from '../turns';

const WIDTH = 0.5;
const DEPTH = 0.16;
const HEIGHT = 0.18;
const THICK = 0.03;
const DOOR = WIDTH / 2 - 0.005;
/** How far a door swings. */
const SWING = 2.05;

const sideOf = (arm: Arm): 1 | -1 => (arm === 'left' ? -1 : 1);

/** Hinged at its outer side; its origin is in the middle of the closed door. */
function door(arm: Arm, colour: number, inner: number, front: Vec3, open: number): SceneObject {
  const side = sideOf(arm);
  const pivot: Vec3 = [(side * DOOR) / 2, 0, -THICK / 2];
  const motions = [{ kind: 'hinge', channel: 'open', axis: 'y', pivot, from: 0, to: side * SWING } as const];
  return {
    name: `${arm} door`,
    size: [DOOR, HEIGHT, THICK],
    at: [front[0] + (side * WIDTH) / 4, 0, front[2] + THICK / 2],
    yaw: 0,
    container: false,
    flat: false,
    shadow: false,
    channels: { open },
    parts: [
      { shape: 'box', size: [DOOR, HEIGHT, 0.016], at: [0, HEIGHT / 2, -0.007], colour, motions },
      { shape: 'box', size: [DOOR * 0.9, HEIGHT * 0.86, 0.008], at: [0, HEIGHT / 2, -0.015], colour: inner, motions },
      {
        shape: 'box',
        size: [DOOR * 0.7, HEIGHT * 0.6, 0.004],
        at: [0, HEIGHT / 2, 0.002],
        colour: shade(colour, 1.3),
        motions,
      },
      { shape: 'box', size: [0.03, 0.07, 0.03], at: [-side * DOOR * 0.36, 0.1, THICK / 2], colour: WHITE, motions },
    ],
  };
}

/** Where the handle of a door is when the door is open so far. */
function handleAt(arm: Arm, front: Vec3): (open: number) => Vec3 {
  const side = sideOf(arm);
  const length = DOOR * 0.86;
  return (open) => {
    const angle = SWING * open;
    return [
      front[0] + side * (WIDTH / 2 - length * Math.cos(angle) + 0.04 * Math.sin(angle)),
      0.13,
      front[2] + length * Math.sin(angle) + 0.04 * Math.cos(angle),
    ];
  };
}

export const cabinetDoors: Template = {
  name: 'cabinet doors',
  category: 'appliance and object manipulation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const noun = random.pick(['cabinet', 'cupboard', 'closet'] as const);
    const [colour = 'blue', ...inside] = colours(random, 3);
    const back: Vec3 = around(random, 0, random.between(-0.25, -0.14), 0.01);
    const front: Vec3 = [back[0], 0, back[2] + DEPTH / 2];
    const body = shade(random.pick([WOOD, WHITE, 0x9aa3ad]), 0.95);
    const cabinet: SceneObject = {
      name: noun,
      hue: colour,
      size: [WIDTH, HEIGHT, DEPTH],
      at: back,
      yaw: 0,
      container: true,
      flat: false,
      channels: {},
      parts: [
        { shape: 'box', size: [WIDTH, 0.01, DEPTH], at: [0, 0.005, 0], colour: DARK },
        { shape: 'box', size: [WIDTH, 0.016, DEPTH], at: [0, HEIGHT - 0.008, 0], colour: body },
        {
          shape: 'box',
          size: [0.016, HEIGHT, DEPTH],
          at: [-WIDTH / 2 + 0.008, HEIGHT / 2, 0],
          colour: shade(body, 0.8),
        },
        {
          shape: 'box',
          size: [0.016, HEIGHT, DEPTH],
          at: [WIDTH / 2 - 0.008, HEIGHT / 2, 0],
          colour: shade(body, 0.8),
        },
        { shape: 'box', size: [WIDTH, HEIGHT, 0.016], at: [0, HEIGHT / 2, -DEPTH / 2 + 0.008], colour: DARK },
      ],
    };
    const contents = inside.map((hue, i) => {
      const at: Vec3 = [back[0] + (i - 0.5) * 0.24, 0.01, back[2] + 0.015];
      const rest = { at, lies: { in: noun } };
      return random.float() < 0.5
        ? can(`${hue} can`, COLOURS[hue], 0.1, 0.11, rest)
        : cube(`${hue} cube`, COLOURS[hue], 0.1, rest);
    });
    const open = turned ? 1 : 0;
    const doors = ARMS.map((arm) => door(arm, COLOURS[colour], shade(COLOURS[colour], 0.55), front, open));
    const order: readonly Arm[] = random.shuffled(ARMS);
    const [one, two] = turned ? [order[1], order[0]] : [order[0], order[1]];
    const seconds = random.between(8.5, 10);
    const steps = order.map((arm): Step => {
      const handle = handleAt(arm, front);
      return handleInTurn(`${turned ? 'close' : 'open'} the ${arm} door`, arm, `${arm} door`, {
        channel: 'open',
        to: 1 - open,
        path: (s) => handle(turned ? 1 - s : s),
        seconds,
        width: 0.04,
      });
    });
    return {
      ...phrase(
        random,
        [
          [`Open both doors of the ${colour} ${noun}.`, `Close both doors of the ${colour} ${noun}.`],
          [`Open the ${noun}.`, `Close the ${noun}.`],
          [
            `Open the ${one} door of the ${noun}, then the ${two} door.`,
            `Close the ${two} door of the ${noun}, then the ${one} door.`,
          ],
          [`Swing the ${colour} doors wide open.`, `Swing the ${colour} doors shut.`],
          [`Open the ${noun} with the left and the right hand.`, `Close the ${noun} with the left and the right hand.`],
          [
            `Show the ${inside[0]} and the ${inside[1]} thing in the ${noun}.`,
            `Hide the ${inside[0]} and the ${inside[1]} thing in the ${noun}.`,
          ],
        ],
        turned,
      ),
      objects: [cabinet, ...contents, ...doors],
      tallies: [
        {
          kind: 'each',
          noun: 'door',
          done: 'open',
          undone: 'closed',
          objects: doors.map(({ name }) => name),
          channel: 'open',
        },
      ],
      steps,
    };
  },
};
