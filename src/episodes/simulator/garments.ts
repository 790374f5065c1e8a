// Clothes: folded packets that come to hang, rolls and heaps; and the moves that take both hands.
import type { Choreography } from './choreography';
import { rod, turned } from './packaging';
import { WHITE, shade } from './palette';
import type { Arm, Motion, Part, SceneObject, Vec3 } from './scene';
import { ARMS } from './scene';
import type { Step } from './template';
import { distance, plus } from './tracks';

export interface HandsMove {
  channel: string;
  from: number;
  to: number;
  /** Where the grippers that do it go meanwhile, over [0, 1]. */
  paths: Readonly<Partial<Record<Arm, (s: number) => Vec3>>>;
  seconds: number;
  weight?: number;
  /** The grippers close around it instead of pushing it with closed fingers. */
  holds?: boolean;
  /** Where the grippers go after it: aside unless given. */
  then?: 'stay' | 'rise';
}

/** Seconds by which the arm that is free earlier starts to come. */
const HEAD_START = 1;

/** Both arms, or one, take hold and change a channel; undone along the same way back. */
export function withHands(name: string, object: string, move: HandsMove): Step {
  const { from, to, paths, weight = 1 } = move;
  const back: HandsMove = {
    ...move,
    from: to,
    to: from,
    weight: -weight,
    paths: Object.fromEntries(
      ARMS.flatMap((arm) => {
        const path = paths[arm];
        return path === undefined ? [] : [[arm, (s: number) => path(1 - s)]];
      }),
    ),
  };
  return { name, act: (play) => lead(play, object, move), undo: (play) => lead(play, object, back) };
}

function lead(play: Choreography, object: string, move: HandsMove): void {
  const { channel, from, to, paths, seconds, weight = 1, holds = true, then } = move;
  const hands = ARMS.flatMap((arm) => {
    const path = paths[arm];
    return path === undefined ? [] : [{ arm, path }];
  });
  const together = () => {
    if (hands.length > 1) play.together();
  };
  play.used.operate++;
  const reach = (s: number) => {
    if (hands.every(({ arm, path }) => distance(play.last(arm), path(s)) < 0.01)) return;
    const soonest = Math.max(...hands.map(({ arm }) => play.now(arm))) - HEAD_START;
    for (const { arm, path } of hands) {
      play.waitUntil(arm, soonest);
      if (!holds) play.close(arm);
      play.move(arm, plus(path(s), [0, 0.09, 0]), { speed: 0.3 });
    }
    together();
    for (const { arm, path } of hands) {
      play.move(arm, path(s), { seconds: 0.45 });
      if (!holds) continue;
      play.close(arm, 0.04);
      play.hold(arm, object);
    }
  };
  const stroke = (a: number, b: number) => {
    together();
    hands.forEach(({ arm, path }, i) => {
      if (i === 0) play.change(arm, object, channel, from + (to - from) * b, seconds * (b - a), weight * (b - a));
      play.follow(arm, seconds * (b - a), (s) => path(a + (b - a) * s));
      if (!holds) return;
      play.hold(arm, null);
      play.open(arm);
    });
  };
  reach(0);
  let end = 1;
  if (play.planned === 'slip' || play.planned === 'stopped') {
    const part = play.random.between(0.3, 0.6);
    play.over = play.planned === 'stopped';
    play.planned = null;
    stroke(0, part);
    if (play.over) end = part;
    else {
      for (const { arm, path } of hands) play.move(arm, plus(path(part), [0, 0.09, 0]), { seconds: 0.4 });
      const pause = play.random.between(0.4, 1);
      for (const { arm } of hands) play.wait(arm, pause);
      reach(part);
      stroke(part, 1);
    }
  } else stroke(0, 1);
  for (const { arm, path } of hands) {
    play.claim(arm);
    if (then === 'stay' && !play.over) continue;
    play.move(arm, plus(path(end), [0, 0.11, 0]), { seconds: 0.4 });
    if (then !== 'rise' || play.over) play.aside(arm);
  }
}

/** Angle at which a hung thing slopes down towards the viewer, and its length along the slope. */
export const SLOPE = 0.58;
export const HANGING = 0.29;

export type HungKind = 'towel' | 'shirt' | 'scarf' | 'skirt';

/** A folded packet that, as the channel `hung` grows, becomes a sheet that hangs down in front. */
export function hangable(
  kind: HungKind,
  name: string,
  colour: number,
  width: number,
  rest: Pick<SceneObject, 'at' | 'lies' | 'channels'>,
): SceneObject {
  const tilt = turned('x', SLOPE, [0, 0, 0]);
  const fall: Motion = { kind: 'grow', channel: 'hung', axes: [0, 0, 1], pivot: [0, 0, 0], from: 0.001, to: 1 };
  const gather: Motion = { kind: 'grow', channel: 'hung', axes: [0, 1, 1], pivot: [0, 0, 0], from: 1, to: 0.3 };
  /** A piece of the sheet from one length to another, in shares, as wide as a share of the whole. */
  const piece = (from: number, to: number, wide: number, tint: number, x = 0, raised = 0): Part => ({
    shape: 'box',
    size: [width * wide, 0.008, HANGING * (to - from)],
    at: [width * x, 0.008 + raised, (HANGING * (from + to)) / 2],
    colour: tint,
    motions: [tilt, fall],
  });
  const dark = shade(colour, 0.6);
  const sheets: Record<HungKind, Part[]> = {
    towel: [piece(0, 1, 0.92, colour), piece(0.72, 0.82, 0.93, WHITE, 0, 0.002)],
    shirt: [
      piece(0, 1, 0.6, colour),
      piece(0.02, 0.42, 0.2, dark, -0.4),
      piece(0.02, 0.42, 0.2, dark, 0.4),
      piece(0, 0.12, 0.24, WHITE, 0, 0.002),
    ],
    scarf: [
      piece(0, 1, 0.36, colour, -0.22),
      piece(0, 0.8, 0.36, dark, 0.22),
      piece(0.9, 1, 0.37, WHITE, -0.22, 0.002),
      piece(0.7, 0.8, 0.37, WHITE, 0.22, 0.002),
    ],
    skirt: [piece(0, 0.14, 0.5, dark), piece(0.14, 0.55, 0.7, colour), piece(0.55, 1, 0.95, colour)],
  };
  const [x, y, z]: Vec3 = [width * 0.85, 0.055, 0.1];
  return {
    name,
    size: [x, y, z],
    yaw: 0,
    container: false,
    flat: false,
    parts: [
      { shape: 'box', size: [x, y, z], at: [0, y / 2, 0], colour, motions: [gather] },
      { shape: 'box', size: [x * 1.01, 0.006, z * 1.02], at: [0, y * 0.5, 0], colour: dark, motions: [gather] },
      { shape: 'box', size: [x * 0.2, 0.004, z], at: [x * 0.2, y, 0], colour: WHITE, motions: [gather] },
      ...sheets[kind],
    ],
    ...rest,
  };
}

interface Laundry {
  kind: string;
  size: Vec3;
  parts(colour: number): Part[];
}

const box = (size: Vec3, at: Vec3, colour: number, angle = 0): Part => ({
  shape: 'box',
  size,
  at,
  colour,
  ...(angle === 0 ? {} : { motions: [turned('y', angle, at)] }),
});
const ball = (size: Vec3, at: Vec3, colour: number): Part => ({ shape: 'ball', size, at, colour });

/** Clothes as they are thrown into a basket; about 0.13 metres. */
export const LAUNDRY: readonly Laundry[] = [
  {
    kind: 'sock',
    size: [0.11, 0.05, 0.13],
    parts: (colour) => [
      box([0.055, 0.045, 0.1], [-0.025, 0.024, -0.005], colour),
      box([0.1, 0.045, 0.055], [0, 0.024, 0.035], colour),
      box([0.058, 0.048, 0.03], [-0.025, 0.024, -0.05], WHITE),
      ball([0.05, 0.05, 0.055], [0.045, 0.024, 0.035], shade(colour, 0.6)),
    ],
  },
  {
    kind: 'shirt',
    size: [0.14, 0.075, 0.12],
    parts: (colour) => [
      ball([0.12, 0.07, 0.1], [0, 0.035, 0], colour),
      ball([0.08, 0.05, 0.07], [-0.04, 0.03, 0.025], shade(colour, 0.8)),
      ball([0.08, 0.06, 0.07], [0.035, 0.04, -0.015], shade(colour, 1.2)),
      box([0.05, 0.03, 0.06], [0.05, 0.02, 0.04], shade(colour, 0.7), 0.6),
      box([0.05, 0.03, 0.06], [-0.05, 0.02, -0.035], shade(colour, 0.7), 0.5),
    ],
  },
  {
    kind: 'towel',
    size: [0.15, 0.075, 0.075],
    parts: (colour) => [
      rod('x', 0.075, 0.15, [0, 0.038, 0], colour),
      rod('x', 0.078, 0.018, [-0.045, 0.038, 0], WHITE),
      rod('x', 0.078, 0.018, [0.045, 0.038, 0], WHITE),
    ],
  },
  {
    kind: 'trousers',
    size: [0.12, 0.045, 0.14],
    parts: (colour) => [
      box([0.05, 0.04, 0.11], [-0.033, 0.02, 0.015], colour, -0.1),
      box([0.05, 0.04, 0.11], [0.033, 0.02, 0.015], shade(colour, 0.8), 0.1),
      box([0.115, 0.044, 0.035], [0, 0.022, -0.05], shade(colour, 0.55)),
    ],
  },
  {
    kind: 'cap',
    size: [0.115, 0.07, 0.13],
    parts: (colour) => [
      ball([0.11, 0.068, 0.108], [0, 0.035, -0.01], colour),
      { shape: 'cylinder', size: [0.108, 0.035, 0.106], at: [0, 0.0175, -0.01], colour },
      { shape: 'cylinder', size: [0.115, 0.014, 0.1], at: [0, 0.01, 0.02], colour: shade(colour, 0.6) },
      box([0.04, 0.034, 0.006], [0, 0.04, 0.034], WHITE),
    ],
  },
];

export function laundry(
  { size, parts }: Laundry,
  name: string,
  colour: number,
  rest: Pick<SceneObject, 'at' | 'lies'>,
): SceneObject {
  return { name, size, yaw: 0, container: false, flat: false, channels: {}, parts: parts(colour), ...rest };
}
