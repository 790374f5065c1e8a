// Pick and place across the table: one arm takes a thing, gives it to the other in the middle, which puts it into a box
// on its own side; or all the way back.
import type { Choreography, Destination } from '../choreography';
import { COLOURS, shade } from '../palette';
import type { ColourName } from '../palette';
import { ARMS } from '../scene';
import type { Arm, SceneObject, Vec3 } from '../scene';
import { around, colours, listed, numberWord, phrase } from '../template';
import type { Step, Template } from '../template';
import { ball, can, cube, packet, tray } from '../things/everyday';

const BOX: Vec3 = [0.24, 0.08, 0.38];
/** Where they meet when the left arm takes: nearer to the giver, so that what falls then falls beside the box. */
const MEET: Vec3 = [0.08, 0.25, 0.04];
/** For things that start at the left and a box at the right. */
const SPOTS: readonly (readonly [number, number])[] = [
  [-0.3, -0.2],
  [-0.29, 0.08],
  [-0.2, 0.29],
];
const SLOTS = [-0.115, 0.005, 0.12];
/** Shares of a thing's work. */
const TAKE = 0.25;
const GIVE = 0.35;
const PUT = 0.4;
const KINDS = ['cube', 'ball', 'can', 'packet'] as const;

function thing(kind: (typeof KINDS)[number], colour: ColourName, place: Pick<SceneObject, 'at'>): SceneObject {
  const [name, paint] = [`${colour} ${kind}`, COLOURS[colour]];
  if (kind === 'cube') return cube(name, paint, 0.11, place);
  if (kind === 'ball') return ball(name, paint, 0.11, place);
  if (kind === 'can') return can(name, paint, 0.1, 0.14, place);
  return packet(name, paint, [0.12, 0.1, 0.09], place);
}

export const handOver: Template = {
  name: 'hand over',
  category: 'pick and place',
  prepare(random) {
    const turned = random.float() < 0.5;
    const [giver, taker] = random.shuffled(ARMS) as [Arm, Arm];
    const mirror = giver === 'left' ? 1 : -1;
    const count = 2 + random.below(2);
    const [boxColour = 'blue', ...hues] = colours(random, count + 1);
    const centre: Vec3 = around(random, 0.26 * mirror, 0.02, 0.008);
    const box = tray('box', shade(COLOURS[boxColour], 0.8), BOX, { at: centre, hue: boxColour });
    const same = random.float() < 0.5 ? random.pick(KINDS) : null;
    const spots = random.shuffled(SPOTS).slice(0, count);
    const items = spots.map(([x, z], i) => {
      const spot = around(random, x * mirror, z, 0.012);
      const slot: Vec3 = [centre[0], 0.012, centre[2] + (SLOTS[i] ?? 0)];
      const place = turned ? { at: slot, lies: { in: 'box' } } : { at: spot };
      const object = thing(same ?? random.pick(KINDS), hues[i] ?? 'red', place);
      return { object, there: { at: slot, in: 'box' }, back: { at: spot } };
    });
    const names = items.map(({ object }) => object.name);
    const noun = same ?? 'item';
    const number = numberWord(count);
    const all = count === 2 && same === null ? `the ${listed(names)}` : `the ${number} ${noun}s`;
    const [from, to] = [giver, taker];
    return {
      ...phrase(
        random,
        [
          [`Hand ${all} over into the box.`, `Hand ${all} back out of the box.`],
          [
            `Pass the ${noun}s from the ${from} to the ${to} hand, then box them.`,
            `Unbox the ${noun}s and pass them to the ${from} hand.`,
          ],
          [
            `Move the ${number} ${noun}s across into the ${boxColour} box.`,
            `Move the ${number} ${noun}s from the ${boxColour} box to the ${from} side.`,
          ],
          [
            `Take each ${noun} with the ${from} hand and hand it over.`,
            `Take each ${noun} with the ${to} hand and hand it back.`,
          ],
          [
            `Give the ${noun}s to the ${to} hand, which puts them away.`,
            `Give the ${noun}s back to the ${from} hand, one by one.`,
          ],
          [
            `Bring everything from the ${from} side into the ${boxColour} box.`,
            `Bring everything from the ${boxColour} box to the ${from} side.`,
          ],
        ],
        turned,
      ),
      objects: [box, ...items.map(({ object }) => object)],
      tallies: [{ kind: 'inside', container: 'box', noun, objects: names }],
      steps: items.map(({ object, there, back }) =>
        turned ? across(taker, giver, object.name, back, there) : across(giver, taker, object.name, there, back),
      ),
    };
  },
};

/** From one arm's side to the other's; undone the same way back. */
function across(from: Arm, to: Arm, name: string, there: Destination, back: Destination): Step {
  return {
    name: `hand the ${name} over to the ${to}`,
    act: (play) => pass(play, from, to, name, there, 1),
    undo: (play) => pass(play, to, from, name, back, -1),
  };
}

function pass(play: Choreography, from: Arm, to: Arm, name: string, destination: Destination, sense: number): void {
  // The giver reaches for the next thing while the taker still puts the last one away.
  play.waitUntil(from, play.now(to) - 4);
  play.grasp(from, name, { weight: sense * TAKE });
  play.waitUntil(from, play.now(to) - 0.8);
  const started = play.now(from);
  play.handOver(from, to, name, [to === 'left' ? MEET[0] : -MEET[0], MEET[1], MEET[2]]);
  const given = play.placement(name, play.now(to)).from;
  play.work(started, given, sense * GIVE);
  play.wait(to, 0.35);
  play.put(to, name, destination, { weight: sense * PUT });
  if (!play.over) {
    play.aside(to);
    return;
  }
  // Fallen on the way: what had been done for it is lost.
  const fallen = play.placement(name, play.now(to)).from;
  play.work(fallen, fallen + 0.35, -sense * (TAKE + GIVE));
}
