// Cooking: a knife cuts slice after slice off a loaf, a cucumber, a cheese …; each slice is pushed aside and falls flat.
import type { Choreography } from '../choreography';
import { DARK, WHITE, shade } from '../palette';
import type { ColourName } from '../palette';
import { otherArm } from '../scene';
import type { Arm, Motion, Part, SceneObject, Vec3 } from '../scene';
import { numberWord, phrase } from '../template';
import type { Template } from '../template';
import { turned } from '../things/parts';

interface Food {
  name: string;
  hue?: ColourName;
  shape: 'box' | 'cylinder';
  outer: number;
  inner: number;
}

const FOODS: readonly Food[] = [
  { name: 'bread', shape: 'box', outer: 0x9a5a22, inner: 0xf2dba8 },
  { name: 'cheese', hue: 'yellow', shape: 'box', outer: 0xe8a800, inner: 0xffe36b },
  { name: 'cake', hue: 'pink', shape: 'box', outer: 0xd6447f, inner: 0xffd9e6 },
  { name: 'cucumber', hue: 'green', shape: 'cylinder', outer: 0x14752a, inner: 0xb9ec98 },
  { name: 'carrot', hue: 'orange', shape: 'cylinder', outer: 0xe06000, inner: 0xffb25a },
  { name: 'sausage', hue: 'red', shape: 'cylinder', outer: 0x8e1420, inner: 0xf08a86 },
];
const BOARD: Vec3 = [0.76, 0.018, 0.2];
const KNIFE: Vec3 = [0.02, 0.05, 0.3];
/** The knife is held by its handle, towards the viewer. */
const GRIP: Vec3 = [0, 0.03, 0.11];
const DEPTH = 0.11;

/**
 * One slice, standing; with the channel `cut` it goes aside and falls flat.
 * @param side -1: it goes to the left, 1: to the right
 */
function slice(
  name: string,
  food: Food,
  at: Vec3,
  [thick, high]: readonly [number, number],
  side: 1 | -1,
  aside: number,
): SceneObject {
  const motions: Motion[] = [];
  if (aside !== 0) {
    motions.push(
      { kind: 'slide', channel: 'cut', by: [side * aside, 0, 0] },
      {
        kind: 'hinge',
        channel: 'cut',
        axis: 'z',
        pivot: [(side * thick) / 2, 0, 0],
        from: 0,
        to: (-side * Math.PI) / 2,
      },
    );
  }
  const middle: Vec3 = [0, high / 2, 0];
  const part = (depth: number, width: number, colour: number, shift: number): Part => {
    const lying = food.shape === 'cylinder';
    // A cylinder's axis is upright; these lie along x.
    return {
      shape: food.shape,
      size: lying ? [high * width, depth, high * width] : [depth, high * width, DEPTH * width],
      at: [shift, middle[1], 0],
      colour,
      motions: lying ? [...motions, turned('z', Math.PI / 2, [shift, middle[1], 0])] : motions,
    };
  };
  return {
    name,
    ...(food.hue && { hue: food.hue }),
    size: [thick, high, food.shape === 'box' ? DEPTH : high],
    at,
    lies: { on: 'board' },
    yaw: 0,
    container: false,
    flat: false,
    shadow: false,
    channels: aside === 0 ? {} : { cut: 0 },
    parts: [
      part(thick * 0.98, 1, food.outer, 0),
      part(0.003, 0.86, food.inner, thick / 2),
      part(0.003, 0.86, food.inner, -thick / 2),
    ],
  };
}

export const sliceFood: Template = {
  name: 'slice food',
  category: 'cooking and food preparation',
  prepare(random) {
    const food = random.pick(FOODS);
    const cuts = 5 + random.below(2);
    const arm: Arm = random.pick(['left', 'right'] as const);
    const holder = otherArm(arm);
    // The knife's arm cuts from its own side, and slices go to that side.
    const side = arm === 'left' ? -1 : 1;
    const z = random.between(0.07, 0.13);
    const thick = 0.27 / (cuts + 1);
    const pitch = 0.4 / cuts;
    const high = Math.min(0.092, pitch * 0.97);
    const end = -side * 0.35;
    const slices = Array.from({ length: cuts + 1 }, (_, i) => {
      // The last one stays where it is; slice 1 is cut first, from the outer end.
      const x = end + side * thick * (cuts - i + 0.5);
      const lying = side * (0.33 - pitch * i);
      const aside = i === cuts ? 0 : Math.abs(lying - x) - (thick / 2 + high / 2);
      const name = i === cuts ? food.name : `slice ${i + 1}`;
      return slice(name, food, [x, BOARD[1], z], [thick, high], side, aside);
    });
    const board: SceneObject = {
      name: 'board',
      shadow: false,
      size: BOARD,
      at: [0, 0, z],
      yaw: 0,
      container: false,
      flat: false,
      channels: {},
      parts: [
        { shape: 'box', size: BOARD, at: [0, BOARD[1] / 2, 0], colour: random.pick([0xc99a62, WHITE, 0x8fa7b5]) },
      ],
    };
    const blade = 0xdfe6ee;
    const knifeAt: Vec3 = [side * random.between(0.16, 0.26), 0, -0.21];
    const knife: SceneObject = {
      name: 'knife',
      size: KNIFE,
      at: knifeAt,
      yaw: 0,
      container: false,
      flat: false,
      channels: {},
      parts: [
        { shape: 'box', size: [0.012, 0.05, 0.2], at: [0, 0.025, -0.05], colour: blade },
        { shape: 'box', size: [0.014, 0.012, 0.2], at: [0, 0.05, -0.05], colour: shade(blade, 0.55) },
        { shape: 'box', size: [0.03, 0.035, 0.1], at: [0, 0.03, 0.1], colour: DARK },
      ],
    };
    const moving = slices.slice(0, -1);
    const [what, number] = [food.name, numberWord(cuts + 1)];
    const way = food.shape === 'box' ? 'slices' : random.pick(['slices', 'pieces']);
    return {
      ...phrase(random, [
        [`Cut the ${what} into ${number} ${way}.`, null],
        [`Slice the ${what} on the board.`, null],
        [`Slice the whole ${what} with the ${arm} hand.`, null],
        [`Take the knife and cut the ${what} into ${way}.`, null],
        [`Cut ${numberWord(cuts)} ${way} off the ${what}.`, null],
        [`Hold the ${what} and cut it into ${number} ${way}.`, null],
      ]),
      objects: [board, ...slices, knife],
      tallies: [
        {
          kind: 'each',
          noun: 'slice',
          done: 'cut',
          undone: 'uncut',
          objects: moving.map(({ name }) => name),
          channel: 'cut',
        },
      ],
      steps: [
        {
          name: 'take the knife',
          act: (play) => {
            hold(play, holder, slices.at(-1) as SceneObject);
            play.grasp(arm, 'knife', { grip: GRIP, width: 0.03, weight: 0.3 });
          },
        },
        ...moving.map((piece, i) => ({
          name: `cut slice ${i + 1}`,
          act: (play: Choreography) => cut(play, arm, piece, thick, side * (0.33 - pitch * i) - side * high * 0.5),
        })),
        {
          name: 'put the knife down',
          act: (play) => {
            play.waitUntil(holder, play.now(arm));
            play.hold(holder, null);
            play.open(holder);
            play.aside(holder);
            play.put(arm, 'knife', { at: knifeAt }, { weight: 0.4 });
            if (!play.over) play.aside(arm);
          },
        },
      ],
    };
  },
};

/** The other hand keeps the end of the food in its place. */
function hold(play: Choreography, arm: Arm, { name, at, size }: SceneObject): void {
  // Away from the blade, which comes near it in the end.
  const point: Vec3 = [at[0] + (arm === 'left' ? -1 : 1) * 0.025, at[1] + size[1] + 0.005, at[2] - 0.025];
  play.move(arm, [point[0], point[1] + 0.12, point[2]]);
  play.move(arm, point, { seconds: 0.5 });
  play.close(arm, 0.05);
  play.hold(arm, name);
}

/** Saws down behind the slice, then pushes it aside to `pushed`, where it falls. */
function cut(play: Choreography, arm: Arm, { name, at, size }: SceneObject, thick: number, pushed: number): void {
  const side = arm === 'left' ? -1 : 1;
  const x = at[0] - (side * thick) / 2;
  const z = at[2] + 0.05 + GRIP[2];
  const top = at[1] + size[1] + GRIP[1];
  const low = at[1] + GRIP[1] + 0.002;
  const { random } = play;
  play.move(arm, [x, top + 0.05, z], { speed: 0.28, lift: 0.04 });
  play.move(arm, [x, top, z], { seconds: 0.3 });
  const sawing = random.between(1.3, 1.7);
  play.work(play.now(arm), play.now(arm) + sawing, 0.3);
  play.follow(arm, sawing, (s) => [x, top + (low - top) * s, z + 0.03 * Math.sin(4 * Math.PI * s)]);
  const pushing = random.between(1.8, 2.2);
  play.change(arm, name, 'cut', 1, pushing, 0.7);
  // The blade stays behind the slice's foot.
  const to = pushed - side * 0.01;
  play.follow(arm, pushing, (s) => [x + (to - x) * s, low + 0.015 * Math.sin(Math.PI * s), z]);
}
