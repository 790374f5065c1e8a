// Garments: a mat or a blanket is rolled up from the front by both hands, then two straps are tied around the roll; or
// the straps are opened and it is unrolled.
import { withHands } from '../bothHands';
import type { Operation } from '../choreography';
import { COLOURS, WHITE, shade } from '../palette';
import { ARMS } from '../scene';
import type { Arm, Motion, Part, SceneObject, Vec3 } from '../scene';
import { around, colours, phrase } from '../template';
import type { Step, Template } from '../template';
import { rod } from '../things/parts';
import { alone } from '../turns';

const WIDTH = 0.58;
const DEPTH = 0.48;
const RADIUS = 0.058;
/** Thickness of the roll's beginning, as a share of the whole roll's. */
const CORE = 0.28;
const STROKES = 3;
/** Of the straps from the middle. */
const STRAP_X = 0.14;
/** Angles of a strap's loose end, and around the roll; 0 is up, positive towards the viewer. */
const LOOSE = -2.4;
const BAND: readonly number[] = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];

export const rollMat: Template = {
  name: 'roll up mat',
  category: 'garment manipulation',
  prepare(random) {
    const opening = random.float() < 0.5;
    const [hue = 'blue', stripe = 'yellow', tape = 'red'] = colours(random, 3);
    const noun = random.pick(['mat', 'blanket', 'rug', 'towel'] as const);
    const centre: Vec3 = around(random, 0, 0.05);
    const seconds = random.between(4.6, 5.6);
    const sheet = mat(noun, COLOURS[hue], noun === 'towel' ? WHITE : COLOURS[stripe], centre, opening);
    const straps = ARMS.map((arm, i) => strap(`strap ${i + 1}`, arm, COLOURS[tape], centre, opening));
    const strokes = Array.from({ length: STROKES }, (_, i) => stroke(noun, i, centre, seconds, opening));
    const order = random.shuffled(ARMS);
    const ties = order.map((arm) => tie(arm, centre, opening));
    return {
      ...phrase(
        random,
        [
          [`Roll up the ${hue} ${noun}.`, `Unroll the ${hue} ${noun}.`],
          [`Roll the ${noun} up and tie both straps.`, `Open both straps and unroll the ${noun}.`],
          [`Roll the ${noun} up from the front.`, `Roll the ${noun} out to the front.`],
          [`Make a tight roll of the ${noun} and tie it.`, `Untie the roll and lay the ${noun} out flat.`],
          [`Roll up the ${hue} ${noun} with both hands.`, `Spread the rolled ${hue} ${noun} out with both hands.`],
          [
            `Roll the ${noun} and tie it with the ${tape} straps.`,
            `Open the ${tape} straps and spread the ${noun} out.`,
          ],
        ],
        opening,
      ),
      objects: [{ ...sheet, hue }, ...straps.map((object) => ({ ...object, hue: tape }))],
      tallies: [
        { kind: 'level', object: noun, channel: 'roll', done: 'rolled' },
        {
          kind: 'each',
          noun: 'strap',
          done: 'tied',
          undone: 'open',
          objects: straps.map(({ name }) => name),
          channel: 'tied',
        },
      ],
      steps: opening ? [...ties, ...strokes] : [...strokes, ...ties],
    };
  },
};

/** A sheet that shortens from the front while a roll grows at its edge and moves to the back. */
function mat(name: string, colour: number, stripe: number, at: Vec3, rolled: boolean): SceneObject {
  const front = DEPTH / 2;
  const shorten: Motion = { kind: 'grow', channel: 'roll', axes: [0, 0, 1], pivot: [0, 0, -front], from: 1, to: 0.001 };
  const back: Motion = { kind: 'slide', channel: 'roll', by: [0, 0, -DEPTH] };
  const thicken: Motion = { kind: 'grow', channel: 'roll', axes: [0, 1, 1], pivot: [0, 0, front], from: CORE, to: 1 };
  const flat = (width: number, x: number, height: number, tint: number): Part => ({
    shape: 'box',
    size: [width, height, DEPTH],
    at: [x, height / 2, 0],
    colour: tint,
    motions: [shorten],
  });
  const round = (width: number, length: number, x: number, tint: number): Part =>
    rod('x', width, length, [x, RADIUS, front], tint, [back, thicken]);
  const under = shade(colour, 0.72);
  return {
    name,
    size: [WIDTH, 0.012, DEPTH],
    at,
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: { roll: rolled ? 1 : 0 },
    parts: [
      flat(WIDTH, 0, 0.01, colour),
      flat(0.05, -0.23, 0.012, stripe),
      flat(0.05, 0.23, 0.012, stripe),
      flat(0.03, 0, 0.012, stripe),
      round(RADIUS * 2, WIDTH, 0, under),
      round(RADIUS * 2.06, 0.05, -0.23, stripe),
      round(RADIUS * 2.06, 0.05, 0.23, stripe),
      round(RADIUS * 2.06, 0.03, 0, stripe),
      round(RADIUS * 1.2, WIDTH + 0.004, 0, shade(colour, 0.4)),
    ],
  };
}

/** Lies behind the mat, and comes around the roll there as the channel `tied` grows. */
function strap(name: string, arm: Arm, colour: number, centre: Vec3, tied: boolean): SceneObject {
  const x = arm === 'left' ? -STRAP_X : STRAP_X;
  const width = 0.05;
  const axis: Vec3 = [0, RADIUS, 0];
  const shorten: Motion = {
    kind: 'grow',
    channel: 'tied',
    axes: [0, 0, 1],
    pivot: [0, 0, 0],
    from: 1,
    to: 0.001,
  };
  return {
    name,
    size: [width, 0.008, 0.2],
    at: [centre[0] + x, 0, centre[2] - DEPTH / 2],
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: { tied: tied ? 1 : 0 },
    parts: [
      { shape: 'box', size: [width, 0.008, 0.16], at: [0, 0.004, -0.08], colour, motions: [shorten] },
      ...BAND.map((angle): Part => ({
        shape: 'box',
        size: [width, 0.012, RADIUS * 0.62],
        at: [0, RADIUS * 2 + 0.006, 0],
        colour,
        motions: [{ kind: 'hinge', channel: 'tied', axis: 'x', pivot: axis, from: LOOSE, to: angle }],
      })),
    ],
  };
}

/** One push of both hands, of the few that it takes. */
function stroke(noun: string, index: number, centre: Vec3, seconds: number, opening: boolean): Step {
  const share = (place: number) => (opening ? STROKES - place : place) / STROKES;
  const [from, to] = [share(index), share(index + 1)];
  const hand =
    (side: 1 | -1) =>
    (s: number): Vec3 => {
      const rolled = from + (to - from) * s;
      const height = RADIUS * 2 * (CORE + (1 - CORE) * rolled);
      return [centre[0] + side * 0.2, 0.015 + height * 0.8, centre[2] + DEPTH / 2 - DEPTH * rolled];
    };
  return withHands(`${opening ? 'unroll' : 'roll up'} the ${noun}`, noun, {
    channel: 'roll',
    from,
    to,
    paths: { left: hand(-1), right: hand(1) },
    seconds,
    holds: false,
    // The straps are near.
    ...(!opening || index < STROKES - 1 ? { then: 'stay' } : {}),
  });
}

function tie(arm: Arm, centre: Vec3, opening: boolean): Step {
  const side = arm === 'left' ? -1 : 1;
  const radius = RADIUS + 0.02;
  const end = (tied: number): Vec3 => {
    const angle = -1.5 + 3 * tied;
    return [
      centre[0] + side * STRAP_X,
      RADIUS + radius * Math.cos(angle),
      centre[2] - DEPTH / 2 + radius * Math.sin(angle),
    ];
  };
  const operation: Operation = {
    channel: 'tied',
    to: opening ? 0 : 1,
    path: (s) => end(opening ? 1 - s : s),
    seconds: 3.6,
    weight: 0.6,
  };
  // Each strap has its own arm.
  const strapName = `strap ${arm === 'left' ? 1 : 2}`;
  return alone(`${opening ? 'open' : 'tie'} the ${arm} strap`, arm, strapName, operation, 1.5);
}
