// Appliance and object manipulation: something is warmed up in a microwave: open the door, put it in, close, start.
import type { Choreography } from '../choreography';
import { COLOURS, DARK, STEEL, WHITE, shade } from '../palette';
import { otherArm } from '../scene';
import type { Arm, Motion, SceneObject, Vec3 } from '../scene';
import { around, colours, phrase } from '../template';
import type { Step, Template } from '../template';
import { bowl, ear, mug, plate } from '../things/kitchenware';
import { box, disc } from '../things/parts';
import { handleInTurn, slideTo, takeInTurn } from '../turns';

const WIDTH = 0.46;
const DEPTH = 0.22;
const HEIGHT = 0.16;
/** Share of the front that is the door; the rest is the panel with the button. */
const DOOR = 0.31;
const SWING = 1.9;
const GLOW = 0xffe14a;
const KINDS = ['mug', 'bowl', 'plate'] as const;
/** Where it is taken: the rim or the handle towards the viewer. */
const RIM = 0.078;

/** What is warmed up; its ear points to the viewer. */
function dish(kind: (typeof KINDS)[number], name: string, colour: number, at: Vec3): SceneObject {
  if (kind === 'mug') return mug(name, colour, [0.1, 0.09], { at }, { inside: 0x5a2d0c });
  const [width, height] = kind === 'bowl' ? [0.13, 0.06] : [0.14, 0.025];
  const rest = { at, size: [width, height, width] as const };
  const made =
    kind === 'bowl' ? bowl(name, colour, [width, height], rest, { inside: WHITE }) : plate(name, colour, width, rest);
  const meal = disc(width * 0.5, 0.01, [0, height, 0], 0xc26a1c);
  return { ...made, parts: [...made.parts, meal, ear('front', width, height, colour)] };
}

export const microwave: Template = {
  name: 'microwave',
  category: 'appliance and object manipulation',
  prepare(random) {
    const kind = random.pick(KINDS);
    const [bodyColour = 'red', dishColour = 'blue'] = colours(random, 2, ['yellow']);
    // The door's hinge is on one side, the panel on the other; the arm on the hinge's side works the door.
    const doorArm: Arm = random.pick(['left', 'right'] as const);
    const side = doorArm === 'left' ? -1 : 1;
    const other = otherArm(doorArm);
    const back: Vec3 = around(random, 0, -0.24, 0.01);
    const colour = COLOURS[bodyColour];
    const hinge: Vec3 = [(side * WIDTH) / 2, 0, DEPTH / 2];
    const swing: Motion = { kind: 'hinge', channel: 'door', axis: 'y', pivot: hinge, from: 0, to: side * SWING };
    const doorAt = side * (WIDTH / 2 - DOOR / 2);
    const panelAt = -side * (WIDTH / 2 - (WIDTH - DOOR) / 2);
    const windowMiddle: Vec3 = [doorAt, HEIGHT / 2, DEPTH / 2 + 0.018];
    const glow: Motion = { kind: 'grow', channel: 'on', axes: [1, 0, 0], pivot: windowMiddle, from: 0.001, to: 1 };
    const buttonMiddle: Vec3 = [panelAt, 0.05, DEPTH / 2 + 0.012];
    const shine: Motion = { kind: 'grow', channel: 'on', axes: [1, 1, 0], pivot: buttonMiddle, from: 0.4, to: 1.2 };
    const barStart: Vec3 = [panelAt - 0.055, 0.12, DEPTH / 2 + 0.004];
    const bar: Motion = { kind: 'grow', channel: 'on', axes: [1, 0, 0], pivot: barStart, from: 0.001, to: 1 };
    const pool: Motion = {
      kind: 'grow',
      channel: 'on',
      axes: [1, 0, 1],
      pivot: [doorAt, 0, DEPTH / 2],
      from: 0.001,
      to: 1,
    };
    const oven: SceneObject = {
      name: 'microwave',
      hue: bodyColour,
      size: [WIDTH, HEIGHT, DEPTH],
      at: back,
      yaw: 0,
      container: true,
      flat: false,
      channels: { door: 0, load: 0, on: 0 },
      parts: [
        box([WIDTH, 0.012, DEPTH], [0, 0.006, 0], 0xd8d8d4),
        box([WIDTH, 0.014, DEPTH], [0, HEIGHT - 0.007, 0], colour),
        box([0.014, HEIGHT, DEPTH], [(side * WIDTH) / 2, HEIGHT / 2, 0], shade(colour, 0.8)),
        box([WIDTH, HEIGHT, 0.014], [0, HEIGHT / 2, -DEPTH / 2], 0xb9b9b6),
        box([WIDTH - DOOR, HEIGHT, DEPTH], [panelAt, HEIGHT / 2, 0], shade(colour, 0.75)),
        box([0.11, 0.03, 0.004], [panelAt, 0.12, DEPTH / 2 + 0.002], DARK),
        box([0.11, 0.03, 0.006], [panelAt, 0.12, DEPTH / 2 + 0.004], GLOW, [bar]),
        box([0.07, 0.05, 0.02], buttonMiddle, WHITE),
        box([0.06, 0.04, 0.024], buttonMiddle, GLOW, [shine]),
        box([DOOR, HEIGHT, 0.016], [doorAt, HEIGHT / 2, DEPTH / 2 + 0.008], colour, [swing]),
        box([DOOR * 0.72, HEIGHT * 0.66, 0.006], [doorAt, HEIGHT / 2, DEPTH / 2 + 0.015], DARK, [swing]),
        box([DOOR * 0.72, HEIGHT * 0.66, 0.008], windowMiddle, GLOW, [swing, glow]),
        box([0.026, 0.1, 0.03], [panelAt + side * ((WIDTH - DOOR) / 2 + 0.03), HEIGHT / 2, DEPTH / 2 + 0.03], STEEL, [
          swing,
        ]),
        {
          shape: 'cylinder',
          size: [DOOR, 0.003, DOOR * 0.8],
          at: [doorAt, 0.002, DEPTH / 2 + 0.07],
          colour: GLOW,
          opacity: 0.5,
          motions: [pool],
        },
      ],
    };
    const name = `${dishColour} ${kind}`;
    const start: Vec3 = around(random, -side * 0.26, 0.2);
    const thing = dish(kind, name, COLOURS[dishColour], start);
    const inside: Vec3 = [back[0] + doorAt - side * 0.02, 0.014, back[2] + 0.01];
    const before: Vec3 = [inside[0], 0.03, back[2] + 0.27];
    const length = DOOR - 0.035;
    const handleAt = (open: number): Vec3 => {
      const angle = SWING * open;
      return [
        back[0] + hinge[0] - side * (length * Math.cos(angle) - 0.045 * Math.sin(angle)),
        0.11,
        back[2] + hinge[2] + length * Math.sin(angle) + 0.045 * Math.cos(angle),
      ];
    };
    const grip = { grip: [0, thing.size[1] * 0.7, RIM] as Vec3, width: 0.04 };
    const insert: Step = {
      name: `put the ${kind} in the microwave`,
      act: (play) => {
        takeInTurn(play, other, name, { ...grip, weight: 0.4 });
        slideTo(play, other, name, before, { at: inside, in: 'microwave' }, 0.8);
        play.channel('microwave', 'load').change(play.now(other) - 0.4, 0.1, 1);
        leave(play, other);
      },
      undo: (play) => {
        takeOut(play, other, name, inside);
        slideTo(play, other, name, [start[0], 0.1, start[2]], { at: start }, -0.8);
        leave(play, other);
      },
    };
    const press: Vec3 = [back[0] + panelAt, 0.085, back[2] + DEPTH / 2 + 0.035];
    return {
      ...phrase(random, [
        [`Warm up the ${name} in the microwave.`, null],
        [`Put the ${kind} into the ${bodyColour} microwave and start it.`, null],
        [`Heat the ${name} in the ${bodyColour} microwave.`, null],
        [`Open the microwave, put the ${kind} in, close it, press start.`, null],
        [`Place the ${name} in the microwave with the ${other} hand.`, null],
        [`Switch the microwave on with the ${name} in it.`, null],
      ]),
      objects: [oven, thing],
      tallies: [
        { kind: 'open', object: 'microwave', channel: 'door' },
        { kind: 'level', object: 'microwave', channel: 'load', done: 'loaded' },
        { kind: 'switch', object: 'microwave', channel: 'on' },
      ],
      steps: [
        handleInTurn('open the microwave', doorArm, 'microwave', {
          channel: 'door',
          to: 1,
          path: handleAt,
          seconds: 5,
          width: 0.04,
        }),
        insert,
        handleInTurn('close the microwave', doorArm, 'microwave', {
          channel: 'door',
          to: 0,
          path: (s) => handleAt(1 - s),
          seconds: 5,
          holds: false,
        }),
        handleInTurn('start the microwave', other, 'microwave', {
          channel: 'on',
          to: 1,
          path: (s) => [press[0], press[1] - 0.01 * Math.min(1, s * 6), press[2]],
          seconds: 4,
          weight: 0.8,
          holds: false,
        }),
      ],
    };
  },
};

/** Out of the microwave towards the viewer, then aside. */
function leave(play: Choreography, arm: Arm): void {
  const [x, y, z] = play.last(arm);
  play.move(arm, [x, y + 0.02, z + 0.1], { seconds: 0.5 });
  play.claim(arm);
  play.aside(arm);
}

/** Takes the thing at the rim where it stands in the microwave, and draws it out. */
function takeOut(play: Choreography, arm: Arm, name: string, inside: Vec3): void {
  const relative: Vec3 = [0, play.object(name).size[1] * 0.7, RIM];
  const point: Vec3 = [inside[0], inside[1] + relative[1], inside[2] + relative[2]];
  play.move(arm, [point[0], point[1] + 0.05, point[2] + 0.14]);
  play.move(arm, point, { seconds: 0.7 });
  play.close(arm, 0.04);
  play.hold(arm, name);
  play.place(name, { from: play.now(arm), by: { arm }, offset: [-relative[0], -relative[1], -relative[2]] });
  const from = play.now(arm);
  play.move(arm, [point[0], point[1], point[2] + 0.2], { speed: 0.09 });
  play.work(from, play.now(arm), -0.4);
  play.channel('microwave', 'load').change(from, 0.1, 0);
}
