// Garment: a shirt that lies flat is folded from the left, from the right and from below; or spread out again.
import { withHands } from '../bothHands';
import type { Operation } from '../choreography';
import { COLOURS, WHITE, shade } from '../palette';
import type { Arm, Motion, Part, SceneObject, Vec3 } from '../scene';
import { around, colours, phrase } from '../template';
import type { Step, Template } from '../template';
import { alone } from '../turns';

const BODY = 0.25;
const STRIP = 0.1;
const SLEEVE = 0.13;
const DEPTH = 0.52;
const SLEEVE_DEPTH = 0.17;
const THICK = 0.008;
const FOLDS = ['fold 1', 'fold 2', 'fold 3'];

function shirt(name: string, colour: number, at: Vec3, long: boolean, folded: boolean): SceneObject {
  const under = shade(colour, 0.45);
  const sleeve = long ? SLEEVE + 0.03 : SLEEVE;
  // The hinges lie a little higher with each fold, so that folded layers come to lie on each other.
  const hinge = (side: 1 | -1): Motion => ({
    kind: 'hinge',
    channel: side < 0 ? 'fold 1' : 'fold 2',
    axis: 'z',
    pivot: [(side * BODY) / 2, THICK * (side < 0 ? 1 : 2), 0],
    from: 0,
    to: side * Math.PI,
  });
  const bottom: Motion = {
    kind: 'hinge',
    channel: 'fold 3',
    axis: 'x',
    pivot: [0, THICK * 3.5, 0],
    from: 0,
    to: -Math.PI,
  };
  const panel = (size: readonly [number, number], at: readonly [number, number], motions: Motion[], tint = colour) => {
    const layer = (thick: number, y: number, paint: number): Part => ({
      shape: 'box',
      size: [size[0], thick, size[1]],
      at: [at[0], y, at[1]],
      colour: paint,
      motions,
    });
    return [layer(THICK / 2, THICK * 0.75, tint), layer(THICK / 2, THICK * 0.25, under)];
  };
  const half = DEPTH / 2;
  const parts: Part[] = [
    ...panel([BODY, half], [0, -half / 2], []),
    ...panel([BODY, half], [0, half / 2], [bottom]),
    // A collar and a print on the chest.
    { shape: 'cylinder', size: [0.12, 0.006, 0.075], at: [0, THICK, -half + 0.015], colour: under },
    { shape: 'cylinder', size: [0.12, 0.004, 0.12], at: [0, THICK, -0.08], colour: WHITE },
    ...([-1, 1] as const).flatMap((side) => {
      const x = side * (BODY / 2 + STRIP / 2);
      const cuff = side * (BODY / 2 + STRIP + sleeve - 0.015);
      const z = -half + SLEEVE_DEPTH / 2 + 0.01;
      return [
        ...panel([STRIP, half], [x, -half / 2], [hinge(side)]),
        ...panel([STRIP, half], [x, half / 2], [bottom, hinge(side)]),
        ...panel([sleeve - 0.03, SLEEVE_DEPTH], [side * (BODY / 2 + STRIP + sleeve / 2 - 0.015), z], [hinge(side)]),
        ...panel([0.03, SLEEVE_DEPTH], [cuff, z], [hinge(side)], WHITE),
      ];
    }),
  ];
  const value = folded ? 1 : 0;
  return {
    name,
    size: [BODY + 2 * (STRIP + sleeve), THICK * 2, DEPTH],
    at,
    yaw: 0,
    container: false,
    flat: true,
    shadow: false,
    channels: { 'fold 1': value, 'fold 2': value, 'fold 3': value },
    parts,
  };
}

export const foldShirt: Template = {
  name: 'fold shirt',
  category: 'garment manipulation',
  prepare(random) {
    const opening = random.float() < 0.5;
    const [hue = 'blue'] = colours(random, 1);
    const noun = random.pick(['shirt', 'jumper', 'blouse', 'T-shirt'] as const);
    const long = noun === 'jumper' || noun === 'blouse';
    const centre: Vec3 = around(random, 0, 0.02);
    const garment: SceneObject = { ...shirt(noun, COLOURS[hue], centre, long, opening), hue };
    const seconds = random.between(6, 7);
    // The left side lies below the right one.
    const order = opening ? (['right', 'left'] as const) : (['left', 'right'] as const);
    const steps: Step[] = order.map((arm) => sideFold(arm, noun, centre, long, seconds, opening));
    const last = bottomFold(noun, centre, seconds, opening);
    return {
      ...phrase(
        random,
        [
          [`Fold the ${hue} ${noun}.`, `Unfold the ${hue} ${noun}.`],
          [`Fold both sleeves of the ${noun} in, then the bottom up.`, `Spread the ${noun} out with both sleeves.`],
          [`Fold the ${noun} three times.`, `Open all three folds of the ${noun}.`],
          [`Make a neat packet of the ${hue} ${noun}.`, `Lay the folded ${hue} ${noun} out flat.`],
          [`Fold the ${noun} that lies on the table.`, `Unfold the ${noun} that lies on the table.`],
          [`Fold the ${noun} for the wardrobe.`, `Open the ${noun} and lay it flat.`],
        ],
        opening,
      ),
      objects: [garment],
      tallies: [{ kind: 'folds', object: noun, channels: FOLDS }],
      steps: opening ? [last, ...steps] : [...steps, last],
    };
  },
};

/** A sleeve with its side of the body is led over the middle, by the arm on that side. */
function sideFold(arm: Arm, noun: string, centre: Vec3, long: boolean, seconds: number, opening: boolean): Step {
  const side = arm === 'left' ? -1 : 1;
  const radius = STRIP + (long ? SLEEVE + 0.03 : SLEEVE) - 0.05;
  const cuff = (angle: number): Vec3 => [
    centre[0] + side * (BODY / 2 + radius * Math.cos(angle)),
    0.035 + radius * Math.sin(angle),
    centre[2] - 0.17,
  ];
  const operation: Operation = {
    channel: arm === 'left' ? 'fold 1' : 'fold 2',
    to: opening ? 0 : 1,
    path: (s) => cuff(Math.PI * (opening ? 1 - s : s)),
    seconds,
  };
  const step = `${opening ? 'open' : 'fold in'} the ${arm} sleeve`;
  // The last sleeve's hand goes on to the hem at once.
  if (arm === 'right' && !opening) {
    const { channel, path } = operation;
    const { name, act, undo } = withHands(step, noun, {
      channel,
      from: 0,
      to: 1,
      paths: { right: path },
      seconds,
      then: 'rise',
    });
    return {
      name,
      act: (play) => {
        play.waitUntil('right', play.now('left') - 2.6);
        act(play);
      },
      ...(undo ? { undo } : {}),
    };
  }
  // One hand lets go at its own side of the middle while the other one comes to the far cuff.
  return alone(step, arm, noun, operation, 1.7);
}

/** Both arms lead the hem to the collar. */
function bottomFold(noun: string, centre: Vec3, seconds: number, opening: boolean): Step {
  const hem =
    (side: 1 | -1) =>
    (s: number): Vec3 => {
      const angle = Math.PI * (opening ? 1 - s : s);
      const length = DEPTH / 2 - 0.01;
      return [centre[0] + side * 0.11, 0.04 + length * Math.sin(angle), centre[2] + length * Math.cos(angle)];
    };
  return withHands(`fold the bottom of the ${noun} ${opening ? 'down' : 'up'}`, noun, {
    channel: 'fold 3',
    from: opening ? 1 : 0,
    to: opening ? 0 : 1,
    paths: { left: hem(-1), right: hem(1) },
    seconds,
    weight: 1.2,
    ...(opening ? { then: 'rise' } : {}),
  });
}
