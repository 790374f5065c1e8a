// Garment: a cloth is folded from the left, from the right, to the back and once more, each fold by both or one arm.
import type { Choreography } from '../choreography';
import { COLOURS, WHITE, shade } from '../palette';
import type { Arm, Motion, Part, SceneObject, Vec3 } from '../scene';
import { around, colours, phrase } from '../template';
import type { Step, Template } from '../template';

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
    const turned = random.float() < 0.5;
    const [colour = 'blue'] = colours(random, 1, ['pink']);
    const noun = random.pick(['towel', 'cloth', 'napkin'] as const);
    const centre: Vec3 = around(random, 0, 0.02);
    const flat = cloth(noun, COLOURS[colour], shade(COLOURS[colour], 0.45), centre);
    const object: SceneObject = {
      ...flat,
      hue: colour,
      ...(turned ? { channels: { 'fold 1': 1, 'fold 2': 1, 'fold 3': 1 } } : {}),
    };
    const seconds = random.between(6.5, 8);
    const folds = [
      fold(['left'], noun, 'fold 1', centre, seconds, turned),
      fold(['right'], noun, 'fold 2', centre, seconds, turned),
      fold(['left', 'right'], noun, 'fold 3', centre, seconds, turned),
    ];
    return {
      ...phrase(
        random,
        [
          [`Fold the ${colour} ${noun}.`, `Unfold the ${colour} ${noun}.`],
          [`Fold the ${noun} from both sides, then to the back.`, `Open the ${noun} to the front, then to both sides.`],
          [`Fold the ${noun} three times.`, `Undo all three folds of the ${noun}.`],
          [`Fold the ${noun} neatly into a small packet.`, `Spread the folded ${noun} out flat.`],
        ],
        turned,
      ),
      objects: [object],
      tallies: [{ kind: 'folds', object: noun, channels: ['fold 1', 'fold 2', 'fold 3'] }],
      steps: turned ? folds.reverse() : folds,
    };
  },
};

/** The arms take the edge that a fold moves and lead it around the hinge. */
function fold(
  arms: readonly Arm[],
  noun: string,
  channel: string,
  centre: Vec3,
  seconds: number,
  opening: boolean,
): Step {
  const lead = (play: Choreography, back: boolean, sense: number) => {
    const unfolding = opening !== back;
    play.together();
    for (const arm of arms) {
      const edge = edgeOf(arm, arms.length === 2, centre);
      const path = (s: number) => edge(Math.PI * (unfolding ? 1 - s : s));
      const start = path(0);
      const end = path(1);
      play.move(arm, [start[0], 0.16, start[2]], { seconds: 0.9 });
      play.move(arm, start, { seconds: 0.4 });
      play.close(arm, 0.04);
      play.hold(arm, noun);
      play.change(arm, noun, channel, unfolding ? 0 : 1, seconds, sense / arms.length);
      play.follow(arm, seconds, path);
      play.hold(arm, null);
      play.open(arm);
      play.move(arm, [end[0], 0.18, end[2]], { seconds: 0.5 });
      play.aside(arm);
    }
  };
  const step = `${opening ? 'unfold' : 'fold'} the ${noun}`;
  return { name: step, act: (play) => lead(play, false, 1), undo: (play) => lead(play, true, -1) };
}

/** Where an arm holds the edge at an angle of the fold; 0 is flat. */
function edgeOf(arm: Arm, both: boolean, centre: Vec3): (angle: number) => Vec3 {
  const column = WIDTH / 3;
  const side = arm === 'left' ? -1 : 1;
  return (angle) =>
    both
      ? [
          centre[0] + side * column * 0.35,
          0.04 + (DEPTH / 2) * Math.sin(angle),
          centre[2] + (DEPTH / 2) * Math.cos(angle),
        ]
      : [centre[0] + side * (column / 2 + column * Math.cos(angle)), 0.04 + column * Math.sin(angle), centre[2] + 0.06];
}
