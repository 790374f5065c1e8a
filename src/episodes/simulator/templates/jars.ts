// Appliance and object manipulation: the lids of jars are put on and screwed tight, or unscrewed and taken off.
import type { Choreography } from '../choreography';
import { COLOURS, DARK, WHITE, shade } from '../palette';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { armAt, around, colours, listed, numberWord, phrase } from '../template';
import type { Step, Template } from '../template';
import { alternating, carryInTurn, inTurn, twist } from '../turns';

const NOUNS = ['jar', 'tin', 'tub'] as const;
const WIDTH = 0.15;
const LID_HEIGHT = 0.03;
const GRIP = { grip: [0, 0.03, 0] as Vec3, width: WIDTH * 1.1 };
const CONTENTS: readonly number[] = [0x3b1d0d, 0x4a0f1f, 0x20301a, DARK];

function jar(noun: (typeof NOUNS)[number], name: string, colour: number, contents: number, at: Vec3): SceneObject {
  const height = noun === 'jar' ? 0.13 : noun === 'tin' ? 0.1 : 0.08;
  const body = { shape: 'cylinder', size: [WIDTH, height, WIDTH], at: [0, height / 2, 0], colour } as const;
  return {
    name,
    fragile: noun === 'jar',
    size: [WIDTH, height, WIDTH],
    at,
    yaw: 0,
    container: false,
    flat: false,
    channels: { lid: 0 },
    parts: [
      body,
      { shape: 'cylinder', size: [WIDTH * 1.01, height * 0.35, WIDTH * 1.01], at: [0, height * 0.5, 0], colour: WHITE },
      { shape: 'cylinder', size: [WIDTH * 0.82, 0.004, WIDTH * 0.82], at: [0, height, 0], colour: contents },
    ],
  };
}

/** A lid with a bar on it, by which it is seen to turn. */
function lid(name: string, colour: number, at: Vec3): SceneObject {
  const motions = [
    { kind: 'hinge', channel: 'turned', axis: 'y', pivot: [0, 0, 0], from: 0, to: -2 * Math.PI + 1.57 },
  ] as const;
  return {
    name,
    size: [WIDTH * 1.1, LID_HEIGHT, WIDTH * 1.1],
    at,
    yaw: 0,
    container: false,
    flat: false,
    channels: { turned: 0 },
    parts: [
      { shape: 'cylinder', size: [WIDTH * 1.1, LID_HEIGHT, WIDTH * 1.1], at: [0, LID_HEIGHT / 2, 0], colour },
      { shape: 'box', size: [WIDTH * 0.9, 0.012, 0.035], at: [0, LID_HEIGHT + 0.003, 0], colour: WHITE, motions },
      {
        shape: 'box',
        size: [WIDTH * 0.35, 0.014, 0.036],
        at: [WIDTH * 0.28, LID_HEIGHT + 0.003, 0],
        colour: DARK,
        motions,
      },
    ],
  };
}

export const jars: Template = {
  name: 'jars',
  category: 'appliance and object manipulation',
  prepare(random) {
    const turned = random.float() < 0.5;
    const noun = random.pick(NOUNS);
    const count = 2 + random.below(2);
    const [lidColour = 'red', ...hues] = colours(random, count + 1);
    const contents = random.pick(CONTENTS);
    const gap = count === 2 ? 0.36 : 0.27;
    const things = hues.map((colour, i) => {
      const x = (i - (count - 1) / 2) * gap;
      const closed = { channels: { lid: turned ? 1 : 0 } };
      const body = jar(noun, `${colour} ${noun}`, COLOURS[colour], contents, around(random, x, -0.09));
      const table = around(random, x, 0.23);
      const top: Vec3 = [body.at[0], body.size[1], body.at[2]];
      const made = lid(`${lidColour} lid ${i + 1}`, shade(COLOURS[lidColour], 0.95), turned ? top : table);
      const on = turned ? { lies: { on: body.name }, channels: { turned: 1 } } : {};
      return { body: { ...body, ...closed }, lid: { ...made, ...on }, table, top, arm: armAt(table) };
    });
    const order = alternating(
      random,
      things.map((thing) => ({ ...thing, at: thing.table })),
    );
    const steps = order.map((thing): Step => {
      const close = (play: Choreography, sense: number) => {
        const { arm, body, top } = thing;
        carryInTurn(play, arm, thing.lid.name, { at: top, on: body.name }, { ...GRIP, weight: sense });
        if (play.over) return;
        screw(play, thing, 1, sense * 0.7);
      };
      const open = (play: Choreography, sense: number) => {
        const { arm, table } = thing;
        inTurn(play, arm);
        screw(play, thing, 0, sense * 0.7);
        carryInTurn(play, arm, thing.lid.name, { at: table }, { ...GRIP, weight: sense });
        if (!play.over) play.aside(arm);
      };
      return turned
        ? { name: `open the ${thing.body.name}`, act: (play) => open(play, 1), undo: (play) => close(play, -1) }
        : { name: `close the ${thing.body.name}`, act: (play) => close(play, 1), undo: (play) => open(play, -1) };
    });
    const number = numberWord(count);
    const list = listed(hues);
    const first = order[0]?.body.name ?? '';
    const last = order.at(-1)?.body.name ?? '';
    const [a, b] = turned ? [last, first] : [first, last];
    return {
      ...phrase(
        random,
        [
          [`Screw the lids onto the ${number} ${noun}s.`, `Unscrew the lids of the ${number} ${noun}s.`],
          [`Close all ${noun}s with the ${lidColour} lids.`, `Take the ${lidColour} lids off all ${noun}s.`],
          [`Put a lid on every ${noun}.`, `Take the lid off every ${noun}.`],
          [`Close the ${a} first and the ${b} last.`, `Open the ${b} first and the ${a} last.`],
          [`Shut the ${number} ${noun}s tight.`, `Open the ${number} ${noun}s.`],
          [`Cover the ${list} ${noun} with lids.`, `Uncover the ${list} ${noun}.`],
        ],
        turned,
      ),
      objects: things.flatMap(({ body, lid: cover }) => [body, cover]),
      tallies: [
        {
          kind: 'each',
          noun,
          done: 'closed',
          undone: 'open',
          objects: things.map(({ body }) => body.name),
          channel: 'lid',
        },
      ],
      steps,
    };
  },
};

interface Turning {
  arm: Arm;
  body: SceneObject;
  lid: SceneObject;
  top: Vec3;
}

/** The lid on its jar is turned tight (1) or loose (0). */
function screw(play: Choreography, { arm, body, lid: cover, top }: Turning, to: 0 | 1, weight: number): void {
  const point: Vec3 = [top[0], top[1] + GRIP.grip[1], top[2]];
  const seconds = 3;
  play.move(arm, [point[0], point[1] + 0.1, point[2]]);
  play.move(arm, point, { seconds: 0.5 });
  play.close(arm, WIDTH * 1.1);
  play.hold(arm, cover.name);
  play.change(arm, cover.name, 'turned', to, seconds);
  play.change(arm, body.name, 'lid', to, seconds, weight);
  play.follow(arm, seconds, twist(point, 1));
  play.hold(arm, null);
  play.open(arm);
  play.claim(arm);
  play.move(arm, [point[0], point[1] + 0.17, point[2]], { seconds: 0.45 });
  if (to === 1) play.aside(arm);
}
