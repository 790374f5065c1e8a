// Appliance and object manipulation: table lamps are dimmed up or down one after the other by the sliders before them.
import { COLOURS, DARK, STEEL, shade } from '../palette';
import type { Motion, Part, SceneObject, Vec3 } from '../scene';
import { armAt, around, colours, listed, numberWord, phrase } from '../template';
import type { Template } from '../template';
import { alternating, handleInTurn } from '../turns';

const NOUNS = ['lamp', 'lantern', 'light'] as const;
const LIT = 0xfff07a;
const SHADE = 0.16;
/** Where a slider begins, from its lamp, and how far it goes towards the viewer. */
const RAIL: Vec3 = [0, 0.03, 0.16];
const TRAVEL = 0.13;

function lamp(noun: (typeof NOUNS)[number], name: string, colour: number, at: Vec3, on: number): SceneObject {
  const shape: Part['shape'] = noun === 'lantern' ? 'box' : noun === 'light' ? 'ball' : 'cylinder';
  const high = noun === 'light' ? 0.15 : 0.11;
  const middle: Vec3 = [0, 0.04 + high / 2, 0];
  const rise: Motion = { kind: 'grow', channel: 'on', axes: [0, 1, 0], pivot: [0, 0.038, 0], from: 0.0015, to: 1.03 };
  const pool: Motion = { kind: 'grow', channel: 'on', axes: [1, 0, 1], pivot: [0, 0, 0], from: 0.001, to: 1 };
  const push: Motion = { kind: 'slide', channel: 'on', by: [0, 0, TRAVEL] };
  const width = noun === 'lantern' ? SHADE * 0.85 : SHADE;
  const dim = shade(colour, 0.5);
  return {
    name,
    size: [SHADE, 0.15, SHADE],
    at,
    yaw: 0,
    container: false,
    flat: false,
    channels: { on },
    parts: [
      {
        shape: 'cylinder',
        size: [0.36, 0.003, 0.36],
        at: [0, 0.002, 0.02],
        colour: LIT,
        opacity: 0.55,
        motions: [pool],
      },
      { shape: 'cylinder', size: [0.1, 0.02, 0.1], at: [0, 0.01, 0], colour: DARK },
      { shape: 'cylinder', size: [0.03, 0.05, 0.03], at: [0, 0.03, 0], colour: STEEL },
      { shape, size: [width, high, width], at: middle, colour: dim },
      { shape, size: [width * 1.04, high, width * 1.04], at: middle, colour: LIT, motions: [rise] },
      { shape: 'cylinder', size: [0.06, 0.01, 0.06], at: [0, 0.045 + high, 0], colour },
      { shape: 'box', size: [0.05, 0.012, TRAVEL + 0.06], at: [0, 0.007, RAIL[2] + TRAVEL / 2], colour: STEEL },
      { shape: 'box', size: [0.07, 0.045, 0.045], at: [0, 0.03, RAIL[2]], colour, motions: [push] },
    ],
  };
}

export const lamps: Template = {
  name: 'lamps',
  category: 'appliance and object manipulation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const noun = random.pick(NOUNS);
    const count = 2 + random.below(3);
    const hues = colours(random, count, ['yellow']);
    const on = turned ? 1 : 0;
    const gap = count === 2 ? 0.4 : count === 3 ? 0.28 : 0.19;
    const things = hues.map((colour, i) => {
      const z = random.between(-0.05, 0.04);
      const at = around(random, (i - (count - 1) / 2) * gap, z, 0.01);
      return lamp(noun, `${colour} ${noun}`, COLOURS[colour], at, on);
    });
    const order = alternating(random, things).map((thing) => things.indexOf(thing));
    const seconds = random.between(1, 1.2) * (count === 2 ? 7.5 : count === 3 ? 6 : 5);
    const steps = order.map((i) => {
      const { name, at } = things[i] as SceneObject;
      const slider = (s: number): Vec3 => [at[0] + RAIL[0], RAIL[1] + 0.02, at[2] + RAIL[2] + TRAVEL * s];
      return handleInTurn(`switch the ${name} ${turned ? 'off' : 'on'}`, armAt(at), name, {
        channel: 'on',
        to: 1 - on,
        path: (s) => slider(turned ? 1 - s : s),
        seconds,
        width: 0.075,
      });
    });
    const number = numberWord(count);
    const first = hues[order[0] ?? 0] ?? 'red';
    const last = hues[order[count - 1] ?? 0] ?? 'red';
    // The counter-task's order is the reverse.
    const [a, b] = turned ? [last, first] : [first, last];
    const way = count === 2 ? 'both' : `all ${number}`;
    return {
      ...phrase(
        random,
        [
          [`Switch on ${way} ${noun}s.`, `Switch off ${way} ${noun}s.`],
          [`Turn every ${noun} on the table on.`, `Turn every ${noun} on the table off.`],
          [`Light the ${number} ${noun}s, the ${a} one first.`, `Put out the ${number} ${noun}s, the ${a} one last.`],
          [`Push the sliders until the ${noun}s shine.`, `Push the sliders back until the ${noun}s are dark.`],
          [
            `Switch on the ${a} ${noun} and at last the ${b} one.`,
            `Switch off the ${b} ${noun} and at last the ${a} one.`,
          ],
          [`Turn on the ${listed(hues)} ${noun}.`, `Turn off the ${listed(hues)} ${noun}.`],
        ],
        turned,
      ),
      objects: things,
      tallies: [
        { kind: 'each', noun, done: 'on', undone: 'off', objects: things.map(({ name }) => name), channel: 'on' },
      ],
      steps,
    };
  },
};
