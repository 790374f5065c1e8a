// Garment: a cloth is folded from the left, from the right, to the back and once more, each fold by both or one arm.
import type { Choreography } from '../choreography';
import { COLOURS, WHITE, shade } from '../palette';
import type { Arm, Motion, Part, SceneObject, Vec3 } from '../scene';
import { around, colours, sceneOf } from '../template';
import type { Template } from '../template';

const WIDTH = 0.69;
const DEPTH = 0.54;
const THICK = 0.008;

/** Panels of a cloth in three columns and two rows, hinged at the lines between them. */
function cloth(name: string, colour: number, under: number, at: Vec3): SceneObject {
  const column = WIDTH / 3;
  const row = DEPTH / 2;
  const parts: Part[] = [];
  // The hinges lie a little higher with each fold, so that folded layers come to lie on each other.
  const leftHinge: Motion = {
    kind: 'hinge',
    channel: 'fold 1',
    axis: 'z',
    pivot: [-column / 2, THICK, 0],
    from: 0,
    to: -Math.PI,
  };
  const rightHinge: Motion = {
    kind: 'hinge',
    channel: 'fold 2',
    axis: 'z',
    pivot: [column / 2, THICK * 2, 0],
    from: 0,
    to: Math.PI,
  };
  const frontHinge: Motion = {
    kind: 'hinge',
    channel: 'fold 3',
    axis: 'x',
    pivot: [0, THICK * 3.5, 0],
    from: 0,
    to: -Math.PI,
  };
  for (let c = -1; c <= 1; c++) {
    for (let r = 0; r < 2; r++) {
      const motions: Motion[] = [];
      if (r === 1) motions.push(frontHinge);
      if (c === -1) motions.push(leftHinge);
      if (c === 1) motions.push(rightHinge);
      const x = c * column;
      const z = (r - 0.5) * row;
      parts.push(
        { shape: 'box', size: [column, THICK / 2, row], at: [x, THICK * 0.75, z], colour, motions },
        { shape: 'box', size: [column, THICK / 2, row], at: [x, THICK * 0.25, z], colour: under, motions },
        {
          shape: 'box',
          size: [column, THICK * 0.2, row * 0.18],
          at: [x, THICK, z + (r - 0.5) * row * 0.5],
          colour: WHITE,
          motions,
        },
      );
    }
  }
  return {
    name,
    size: [WIDTH, THICK * 2, DEPTH],
    at,
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: { 'fold 1': 0, 'fold 2': 0, 'fold 3': 0 },
    parts,
  };
}

export const foldCloth: Template = {
  name: 'fold cloth',
  category: 'garment manipulation',
  prepare(random) {
    const [colour = 'blue'] = colours(random, 1, ['pink']);
    const noun = random.pick(['towel', 'cloth', 'shirt'] as const);
    const centre: Vec3 = around(random, 0, 0.02);
    const object = cloth(noun, COLOURS[colour], shade(COLOURS[colour], 0.45), centre);
    const task = random.pick([
      `Fold the ${colour} ${noun}.`,
      `Fold the ${noun} from both sides, then to the back.`,
      `Fold the ${noun} three times.`,
      `Fold the ${noun} neatly into a small packet.`,
    ]);
    return {
      task,
      scene: sceneOf(random, [object], [{ kind: 'folds', object: noun, channels: ['fold 1', 'fold 2', 'fold 3'] }]),
      perform(act) {
        const seconds = random.between(6.5, 8);
        fold(act, ['left'], noun, 'fold 1', centre, seconds);
        act.waitUntil('right', act.now('left') - 2.9);
        fold(act, ['right'], noun, 'fold 2', centre, seconds);
        act.together();
        fold(act, ['left', 'right'], noun, 'fold 3', centre, seconds);
      },
    };
  },
};

/** The arms take the edge that a fold moves and lead it around the hinge. */
function fold(act: Choreography, arms: readonly Arm[], noun: string, channel: string, centre: Vec3, seconds: number) {
  const column = WIDTH / 3;
  const both = arms.length === 2;
  for (const arm of arms) {
    const side = arm === 'left' ? -1 : 1;
    const edge = (angle: number): Vec3 =>
      both
        ? [
            centre[0] + side * column * 0.35,
            0.04 + (DEPTH / 2) * Math.sin(angle),
            centre[2] + (DEPTH / 2) * Math.cos(angle),
          ]
        : [
            centre[0] + side * (column / 2 + column * Math.cos(angle)),
            0.04 + column * Math.sin(angle),
            centre[2] + 0.06,
          ];
    const start = edge(0);
    act.move(arm, [start[0], 0.16, start[2]], { seconds: 0.9 });
    act.move(arm, start, { seconds: 0.4 });
    act.close(arm, 0.04);
    act.hold(arm, noun);
    act.change(arm, noun, channel, 1, seconds, 1 / arms.length);
    act.follow(arm, seconds, (s) => edge(Math.PI * s));
    act.hold(arm, null);
    act.open(arm);
    const end = edge(Math.PI);
    act.move(arm, [end[0], 0.18, end[2]], { seconds: 0.5 });
    if (channel !== 'fold 2') act.aside(arm);
  }
}
