// Hand tools that lie with their handles towards the viewer; each about 0.17 metres long and 0.1 wide at most.
import { rod, turned } from './packaging';
import { STEEL, shade } from './palette';
import type { Part, SceneObject, Vec3 } from './scene';

const LENGTH = 0.17;
const PALE_STEEL = shade(STEEL, 1.5);

const box = (size: Vec3, at: Vec3, colour: number, angle = 0): Part => ({
  shape: 'box',
  size,
  at,
  colour,
  ...(angle === 0 ? {} : { motions: [turned('y', angle, at)] }),
});

interface Tool {
  kind: string;
  width: number;
  height: number;
  parts(colour: number): Part[];
}

export const TOOLS: readonly Tool[] = [
  {
    kind: 'hammer',
    width: 0.1,
    height: 0.045,
    parts: (colour) => [
      box([0.034, 0.03, 0.13], [0, 0.02, 0.02], colour),
      box([0.085, 0.042, 0.042], [-0.004, 0.021, -0.064], STEEL),
      box([0.018, 0.046, 0.05], [0.042, 0.023, -0.064], shade(STEEL, 0.7)),
    ],
  },
  {
    kind: 'screwdriver',
    width: 0.05,
    height: 0.045,
    parts: (colour) => [
      rod('z', 0.048, 0.085, [0, 0.024, 0.042], colour),
      rod('z', 0.034, 0.02, [0, 0.024, -0.005], shade(colour, 0.6)),
      rod('z', 0.018, 0.075, [0, 0.024, -0.045], PALE_STEEL),
    ],
  },
  {
    kind: 'wrench',
    width: 0.08,
    height: 0.025,
    parts: (colour) => [
      box([0.034, 0.022, 0.11], [0, 0.012, 0.01], colour),
      { shape: 'cylinder', size: [0.07, 0.024, 0.07], at: [0, 0.013, -0.05], colour: PALE_STEEL },
      box([0.028, 0.026, 0.045], [0, 0.014, -0.07], 0x2b2d33),
      { shape: 'cylinder', size: [0.055, 0.024, 0.055], at: [0, 0.013, 0.06], colour: PALE_STEEL },
      { shape: 'cylinder', size: [0.026, 0.028, 0.026], at: [0, 0.013, 0.06], colour: 0x2b2d33 },
    ],
  },
  {
    kind: 'pliers',
    width: 0.09,
    height: 0.035,
    parts: (colour) => [
      box([0.028, 0.03, 0.11], [-0.026, 0.016, 0.035], colour, -0.28),
      box([0.028, 0.03, 0.11], [0.026, 0.016, 0.035], colour, 0.28),
      { shape: 'cylinder', size: [0.042, 0.034, 0.042], at: [0, 0.018, -0.022], colour: STEEL },
      box([0.018, 0.028, 0.055], [-0.013, 0.016, -0.055], STEEL, 0.15),
      box([0.018, 0.028, 0.055], [0.013, 0.016, -0.055], STEEL, -0.15),
    ],
  },
  {
    kind: 'brush',
    width: 0.08,
    height: 0.03,
    parts: (colour) => [
      box([0.03, 0.026, 0.09], [0, 0.014, 0.04], 0xa5672f),
      box([0.078, 0.028, 0.035], [0, 0.015, -0.02], STEEL),
      box([0.074, 0.024, 0.048], [0, 0.014, -0.06], colour),
    ],
  },
];

export function tool(
  { kind, width, height, parts }: Tool,
  colour: string,
  paint: number,
  rest: Pick<SceneObject, 'at' | 'lies'>,
): SceneObject {
  return {
    name: `${colour} ${kind}`,
    size: [width, height, LENGTH],
    yaw: 0,
    container: false,
    flat: false,
    channels: {},
    parts: parts(paint),
    ...rest,
  };
}
