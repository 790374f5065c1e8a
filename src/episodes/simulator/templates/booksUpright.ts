// Cleaning and tidying: books lying about are turned upright and put side by side into a book box; or taken out and laid
// flat on the table.
import type { Choreography } from '../choreography';
import { COLOURS, WHITE, shade } from '../palette';
import type { ColourName } from '../palette';
import { otherArm } from '../scene';
import type { Arm, Motion, SceneObject, Vec3 } from '../scene';
import { armAt, around, colours, listed, numberWord, phrase } from '../template';
import type { Step, Template } from '../template';
import { openBox } from '../things/parts';

/** Across when it lies, thick, to the back; upright it is as high as it was wide. */
const BOOK: Vec3 = [0.135, 0.045, 0.16];
const BOX: Vec3 = [0.42, 0.09, 0.2];
const APART = 0.076;
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.32, 0.08],
  [0.32, 0.08],
  [-0.2, 0.29],
  [0.2, 0.29],
  [0, 0.2],
];
/** Where the hand holds it, above its underside. */
const FLAT_GRIP = BOOK[1] * 0.55;
const UPRIGHT_GRIP = BOOK[0] - 0.02;
/** Shares of a book's work. */
const TAKE = 0.25;
const TURN = 0.3;
const BRING = 0.45;

function book(name: string, colour: number, place: Pick<SceneObject, 'at' | 'lies'>, upright: boolean): SceneObject {
  const [x, y, z] = BOOK;
  // Turned about this line, its underside's middle stays where it was.
  const pivot: Vec3 = [(y - x) / 4, (y + x) / 4, 0];
  const motions: Motion[] = [{ kind: 'hinge', channel: 'upright', axis: 'z', pivot, from: 0, to: Math.PI / 2 }];
  return {
    name,
    // Between what it takes lying and what it takes upright.
    size: [0.1, 0.1, z],
    yaw: 0,
    container: false,
    flat: false,
    channels: { upright: upright ? 1 : 0 },
    parts: [
      { shape: 'box', size: [x, 0.01, z], at: [0, 0.005, 0], colour, motions },
      { shape: 'box', size: [x, 0.01, z], at: [0, y - 0.005, 0], colour, motions },
      // The back, which is above when it stands.
      { shape: 'box', size: [0.012, y, z], at: [x / 2 - 0.006, y / 2, 0], colour: shade(colour, 0.8), motions },
      { shape: 'box', size: [x - 0.014, y - 0.02, z - 0.012], at: [-0.004, y / 2, 0], colour: WHITE, motions },
      { shape: 'box', size: [x * 0.55, 0.003, z * 0.22], at: [0, y, -z * 0.15], colour: WHITE, motions },
    ],
    ...place,
  };
}

export const booksUpright: Template = {
  name: 'books upright',
  category: 'cleaning and tidying',
  prepare(random) {
    const turned = random.float() < 0.5;
    const count = 3 + random.below(3);
    const [boxColour = 'blue', ...hues] = colours(random, count + 1);
    const noun = random.pick(['book', 'notebook', 'folder'] as const);
    const centre: Vec3 = around(random, 0, -0.2, 0.01);
    const box: SceneObject = {
      name: 'box',
      hue: boxColour,
      size: BOX,
      at: centre,
      yaw: 0,
      container: true,
      flat: false,
      channels: {},
      parts: openBox(BOX, 0.016, shade(COLOURS[boxColour], 0.8), shade(COLOURS[boxColour], 0.45)),
    };
    const first = random.below(2);
    // Filled from both ends to the middle, so that each arm stays on its side.
    const places = Array.from({ length: count }, (_, i) => ((i ^ first) >= count ? i : i ^ first));
    const across = [-2, 2, -1, 1, 0];
    const items = places.map((index, i) => {
      const spot = around(random, ...(SPOTS[index] ?? ([0, 0.2] as const)), 0.01);
      const slot: Vec3 = [centre[0] + (across[index] ?? 0) * APART, 0.012, centre[2]];
      const colour: ColourName = hues[i] ?? 'red';
      const place = turned ? { at: slot, lies: { in: 'box' } } : { at: spot };
      return { thing: book(`${colour} ${noun}`, COLOURS[colour], place, turned), spot, slot, arm: armAt(spot) };
    });
    const names = items.map(({ thing }) => thing.name);
    const number = numberWord(count);
    const [some = 'red'] = hues;
    return {
      ...phrase(
        random,
        [
          [`Stand the ${noun}s up in the box.`, `Lay the ${noun}s from the box flat on the table.`],
          [`Put the ${number} ${noun}s upright into the box.`, `Take the ${number} ${noun}s out of the box.`],
          [`Tidy the ${noun}s into the ${boxColour} box.`, `Take all ${noun}s out of the ${boxColour} box.`],
          [
            `Put the ${listed(hues.slice(0, count))} ${noun}s away.`,
            `Lay out the ${listed(hues.slice(0, count))} ${noun}s.`,
          ],
          [
            `Put the ${some} ${noun} and the others upright into the box.`,
            `Take the ${some} ${noun} and the others out of the box.`,
          ],
          [`Clear the ${noun}s from the table into the ${boxColour} box.`, `Spread the ${noun}s on the table.`],
        ],
        turned,
      ),
      objects: [box, ...items.map(({ thing }) => thing)],
      tallies: [{ kind: 'inside', container: 'box', noun, objects: names }],
      steps: items.map(({ thing, spot, slot, arm }): Step => {
        const stand = (sense: number) => (play: Choreography) => standUp(play, arm, thing.name, slot, sense);
        const lay = (sense: number) => (play: Choreography) => layDown(play, arm, thing.name, spot, sense);
        return turned
          ? { name: `lay the ${thing.name} down`, act: lay(1), undo: stand(-1) }
          : { name: `stand the ${thing.name} up`, act: stand(1), undo: lay(-1) };
      }),
    };
  },
};

/** Starts to reach while the other arm still carries, and comes to the box when that has left it. */
function reach(play: Choreography, arm: Arm): void {
  play.waitUntil(arm, play.now(otherArm(arm)) - 4);
}

function afterOther(play: Choreography, arm: Arm): void {
  play.waitUntil(arm, play.now(otherArm(arm)) - 1.2);
}

/** Turns what the arm holds over in its fingers, between lying and upright. */
function turn(play: Choreography, arm: Arm, name: string, upright: boolean, weight: number): void {
  const seconds = 1.6;
  const from = play.now(arm);
  play.place(name, {
    from,
    by: { arm },
    offset: [0, -(upright ? UPRIGHT_GRIP : FLAT_GRIP), 0],
    fall: { start: play.position(name, from), seconds },
  });
  play.change(arm, name, 'upright', upright ? 1 : 0, seconds, weight);
  play.open(arm, upright ? BOOK[1] : BOOK[0]);
  play.wait(arm, seconds - 0.3);
}

function standUp(play: Choreography, arm: Arm, name: string, slot: Vec3, sense: number): void {
  reach(play, arm);
  play.grasp(arm, name, { grip: [0, FLAT_GRIP, 0], width: BOOK[0], weight: sense * TAKE });
  turn(play, arm, name, true, sense * TURN);
  afterOther(play, arm);
  play.put(arm, name, { at: slot, in: 'box' }, { weight: sense * BRING });
  finish(play, arm, name, sense);
}

function layDown(play: Choreography, arm: Arm, name: string, spot: Vec3, sense: number): void {
  reach(play, arm);
  play.grasp(arm, name, { grip: [0, UPRIGHT_GRIP, 0], width: BOOK[1], weight: sense * TAKE });
  turn(play, arm, name, false, sense * TURN);
  play.put(arm, name, { at: spot }, { weight: sense * BRING });
  finish(play, arm, name, sense);
}

function finish(play: Choreography, arm: Arm, name: string, sense: number): void {
  if (!play.over) {
    play.aside(arm);
    return;
  }
  // Fallen: it comes to lie flat, and what had been done for it is lost.
  const fallen = play.placement(name, play.now(arm)).from;
  play.channel(name, 'upright').change(fallen, 0.35, 0);
  play.work(fallen, fallen + 0.35, -sense * TURN);
}
