// Clothes: folded packets that come to hang, and what is thrown into a laundry basket.
import { WHITE, shade } from '../palette';
import type { Motion, Part, SceneObject, Vec3 } from '../scene';
import { DEFAULTS, askew, box, rod, round, turned } from './parts';

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
  const tilt = turned('x', SLOPE);
  const fall: Motion = { kind: 'grow', channel: 'hung', axes: [0, 0, 1], pivot: [0, 0, 0], from: 0.001, to: 1 };
  const gather: Motion = { kind: 'grow', channel: 'hung', axes: [0, 1, 1], pivot: [0, 0, 0], from: 1, to: 0.3 };
  /** A piece of the sheet from one length to another, in shares, as wide as a share of the whole. */
  const piece = (from: number, to: number, wide: number, tint: number, x = 0, raised = 0) => {
    const at: Vec3 = [width * x, 0.008 + raised, (HANGING * (from + to)) / 2];
    return box([width * wide, 0.008, HANGING * (to - from)], at, tint, [tilt, fall]);
  };
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
    ...DEFAULTS,
    name,
    size: [x, y, z],
    parts: [
      box([x, y, z], [0, y / 2, 0], colour, [gather]),
      box([x * 1.01, 0.006, z * 1.02], [0, y * 0.5, 0], dark, [gather]),
      box([x * 0.2, 0.004, z], [x * 0.2, y, 0], WHITE, [gather]),
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

/** Clothes as they are thrown into a basket; about 0.13 metres. */
export const LAUNDRY: readonly Laundry[] = [
  {
    kind: 'sock',
    size: [0.11, 0.05, 0.13],
    parts: (colour) => [
      box([0.055, 0.045, 0.1], [-0.025, 0.024, -0.005], colour),
      box([0.1, 0.045, 0.055], [0, 0.024, 0.035], colour),
      box([0.058, 0.048, 0.03], [-0.025, 0.024, -0.05], WHITE),
      round([0.05, 0.05, 0.055], [0.045, 0.024, 0.035], shade(colour, 0.6)),
    ],
  },
  {
    kind: 'shirt',
    size: [0.14, 0.075, 0.12],
    parts: (colour) => [
      round([0.12, 0.07, 0.1], [0, 0.035, 0], colour),
      round([0.08, 0.05, 0.07], [-0.04, 0.03, 0.025], shade(colour, 0.8)),
      round([0.08, 0.06, 0.07], [0.035, 0.04, -0.015], shade(colour, 1.2)),
      askew(box([0.05, 0.03, 0.06], [0.05, 0.02, 0.04], shade(colour, 0.7)), 0.6),
      askew(box([0.05, 0.03, 0.06], [-0.05, 0.02, -0.035], shade(colour, 0.7)), 0.5),
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
      askew(box([0.05, 0.04, 0.11], [-0.033, 0.02, 0.015], colour), -0.1),
      askew(box([0.05, 0.04, 0.11], [0.033, 0.02, 0.015], shade(colour, 0.8)), 0.1),
      box([0.115, 0.044, 0.035], [0, 0.022, -0.05], shade(colour, 0.55)),
    ],
  },
  {
    kind: 'cap',
    size: [0.115, 0.07, 0.13],
    parts: (colour) => [
      round([0.11, 0.068, 0.108], [0, 0.035, -0.01], colour),
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
  return { ...DEFAULTS, name, size, parts: parts(colour), ...rest };
}
