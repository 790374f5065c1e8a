// Hand tools that lie with their handles towards the viewer; each about 0.17 metres long and 0.1 wide at most.
import { DARK, STEEL, shade } from '../palette';
import type { Part, SceneObject } from '../scene';
import { DEFAULTS, askew, box, disc, rod } from './parts';

const LENGTH = 0.17;
const PALE_STEEL = shade(STEEL, 1.5);

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
      disc(0.07, 0.024, [0, 0.013, -0.05], PALE_STEEL),
      box([0.028, 0.026, 0.045], [0, 0.014, -0.07], DARK),
      disc(0.055, 0.024, [0, 0.013, 0.06], PALE_STEEL),
      disc(0.026, 0.028, [0, 0.013, 0.06], DARK),
    ],
  },
  {
    kind: 'pliers',
    width: 0.09,
    height: 0.035,
    parts: (colour) => [
      askew(box([0.028, 0.03, 0.11], [-0.026, 0.016, 0.035], colour), -0.28),
      askew(box([0.028, 0.03, 0.11], [0.026, 0.016, 0.035], colour), 0.28),
      disc(0.042, 0.034, [0, 0.018, -0.022], STEEL),
      askew(box([0.018, 0.028, 0.055], [-0.013, 0.016, -0.055], STEEL), 0.15),
      askew(box([0.018, 0.028, 0.055], [0.013, 0.016, -0.055], STEEL), -0.15),
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
    ...DEFAULTS,
    name: `${colour} ${kind}`,
    size: [width, height, LENGTH],
    parts: parts(paint),
    ...rest,
  };
}
