// Spatial details by grammar: one line on one moment, as in the paper's Figure 2, from the simulator's scene state. What
// is counted or graded comes first, since the judgement follows from it; then what each gripper does. Every relation
// has at least three phrasings, drawn by the seed.
import { Random } from '../base/random';
import type { Arm, GripperState, Place, SceneState, Tally } from '../episodes/simulator/scene';
import { simulate } from '../episodes/simulator/simulate';

const PLACES: Record<Exclude<Place, 'at rest'>, readonly string[]> = {
  above: ['above', 'over', 'right above'],
  in: ['in', 'inside', 'within'],
  on: ['on', 'on top of', 'touching'],
  'at the left side of': ['at the left side of', 'to the left of', 'left of'],
  'at the right side of': ['at the right side of', 'to the right of', 'right of'],
  near: ['near', 'next to', 'close to'],
};
const AT_REST = ['at rest', 'at the side', 'resting'];
const OPEN = ['open', 'empty', 'opened'];
const HOLDING = ['holding', 'closed on', 'gripping'];

/** One line on a moment, at most about 22 words. */
export function describe(state: SceneState, random: Random): string {
  const tallies = state.tallies.map((tally) => tallyWords(tally, random));
  const grippers = (['left', 'right'] as const).map((arm) => gripperWords(arm, state.grippers[arm], random));
  return [tallies.join(', '), ...grippers].filter(Boolean).join('; ');
}

function gripperWords(arm: Arm, gripper: GripperState, random: Random): string {
  const act = gripper.holding ? `${random.pick(HOLDING)} ${gripper.holding}` : random.pick(OPEN);
  const place =
    gripper.place === 'at rest' || gripper.placeOf === null
      ? random.pick(AT_REST)
      : `${random.pick(PLACES[gripper.place as Exclude<Place, 'at rest'>])} ${gripper.placeOf}`;
  return `${arm} gripper ${act} ${place}`;
}

function tallyWords(tally: Tally, random: Random): string {
  switch (tally.kind) {
    case 'inside': {
      const things = plural(tally.count, tally.noun);
      return `${things} ${random.pick(PLACES.in)} ${tally.container}`;
    }
    case 'stacked':
      return `${plural(tally.count, tally.noun)} ${random.pick(['stacked', 'in the stack', 'piled up'])}`;
    case 'stains':
      return `${plural(tally.count, 'stain')} ${random.pick(['left', 'remaining', 'to wipe'])}`;
    case 'folds':
      return `${tally.object} ${random.pick(['folded', 'with folds:', 'fold count'])} ${tally.count}`;
    case 'flaps':
      return `${plural(tally.count, 'flap')} ${random.pick(['closed', 'shut', 'folded down'])}`;
    case 'fill':
      return `${tally.object} ${grade(tally.level, FILL, random)}`;
    case 'open':
      return `${tally.object} ${grade(tally.level, OPENNESS, random)}`;
    default:
      return tally satisfies never;
  }
}

const FILL: readonly (readonly string[])[] = [
  ['empty', 'still empty', 'without liquid'],
  ['partly full', 'half full', 'being filled'],
  ['full', 'filled', 'quite full'],
];
const OPENNESS: readonly (readonly string[])[] = [
  ['closed', 'shut', 'fully closed'],
  ['half open', 'partly open', 'ajar'],
  ['open', 'wide open', 'fully open'],
];

/** Words for a level in [0, 1]: the first and last set within a twelfth of the ends. */
function grade(level: number, words: readonly (readonly string[])[], random: Random): string {
  const set = level < 1 / 12 ? words[0] : level > 11 / 12 ? words[2] : words[1];
  return random.pick(set ?? ['']);
}

function plural(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${count === 1 ? noun : `${noun}s`}`;
}

const CORPUS_EPISODES = 900;
const MOMENTS = 8;

/** Tasks and descriptions as they occur, for training the tokenizer; the same on every machine. */
export function allSentences(): { tasks: string[]; details: string[] } {
  const tasks: string[] = [];
  const details: string[] = [];
  for (let number = 0; number < CORPUS_EPISODES; number++) {
    const simulated = simulate(20_26, number);
    tasks.push(simulated.episode.task);
    for (let i = 0; i < MOMENTS; i++) {
      const random = new Random(number, i);
      details.push(describe(simulated.stateAt(random.below(simulated.frameCount)), random));
    }
  }
  return { tasks, details };
}
