// One line on what a frame shows, in the style of the paper's CoT samples. What is counted or graded comes first, since
// the judgement follows from it; then both grippers with what they hold and where they are. Every relation has three
// or more phrasings, drawn by the caller's Random; the vocabulary is kept small for the tokenizer.
import { Random } from '../base/random';
import type { Arm, GripperState, Place, SceneState, Tally } from '../episodes/simulator/scene';
import { simulate } from '../episodes/simulator/simulate';

/** A line is kept to this many words: by the first, shortest phrasings, and if need be without where carriers are. */
const MOST_WORDS = 22;
/** Metres between the fingers from which an empty gripper is called open. */
const OPEN_FROM = 0.1;

/** The first phrasing is the shortest. */
const PLACES: Readonly<Record<Exclude<Place, 'at rest' | 'far from'>, readonly string[]>> = {
  above: ['above', 'over', 'just above'],
  in: ['in', 'inside', 'down in'],
  touching: ['on', 'touching', 'down on'],
  'at the left side of': ['left of', 'to the left of', 'at left side of'],
  'at the right side of': ['right of', 'to the right of', 'at right side of'],
  near: ['near', 'close to', 'next to'],
};

/** Describes a scene state in one line of at most 22 words. */
export function describe(state: SceneState, random: Random): string {
  const fits = (line: string) => line.split(' ').length <= MOST_WORDS;
  const shortest: Choose = (phrasings) => phrasings[0] ?? '';
  const line = compose(state, (phrasings) => random.pick(phrasings));
  if (fits(line)) return line;
  const shorter = compose(state, shortest);
  if (fits(shorter)) return shorter;
  const { left, right } = state.grippers;
  return compose({ ...state, grippers: { left: withoutPlace(left), right: withoutPlace(right) } }, shortest);
}

function withoutPlace(state: GripperState): GripperState {
  return state.holding === null ? state : { ...state, placeOf: null };
}

type Choose = (phrasings: readonly string[]) => string;

function compose({ grippers, tallies }: SceneState, choose: Choose): string {
  return [
    ...facts(tallies, choose),
    gripper('left', grippers.left, choose),
    gripper('right', grippers.right, choose),
  ].join('; ');
}

function gripper(arm: Arm, { holding, opening, place, placeOf, moving }: GripperState, choose: Choose): string {
  // Where a gripper is that is far from everything says little and costs words.
  const nowhere = place === 'at rest' || place === 'far from' || placeOf === null;
  const where = nowhere ? null : `${choose(PLACES[place])} ${plain(placeOf)}`;
  if (holding !== null) {
    const act = choose(['holding', 'closed on', 'gripping']);
    return [arm, 'gripper', act, plain(holding), where].filter((word) => word !== null).join(' ');
  }
  if (where === null && moving === 'still') return `${arm} gripper ${choose(['at rest', 'resting', 'at the side'])}`;
  // "Closed on" something is what is said of holding it.
  const closed = place === 'touching' ? ['shut', 'closed empty', 'shut'] : ['closed', 'shut', 'closed empty'];
  const shape = choose(opening >= OPEN_FROM ? ['open', 'empty', 'opened'] : closed);
  // On its way far from everything, a gripper is nowhere in particular, but not at rest.
  return [arm, 'gripper', shape, where].filter((word) => word !== null).join(' ');
}

/** Numbers tell apart what looks the same; a person would not say them. */
function plain(name: string): string {
  return name.replace(/ \d+$/, '');
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}${noun.endsWith('s') ? 'es' : 's'}`;
}

/** What each tally says; glasses are told together. */
function facts(tallies: readonly Tally[], choose: Choose): string[] {
  const levels = tallies.filter((tally) => tally.kind === 'fill');
  const said = tallies.filter((tally) => tally.kind !== 'fill').map((tally) => fact(tally, choose));
  const [first] = levels;
  if (first === undefined) return said;
  return [
    ...said,
    fills(
      plain(first.object),
      levels.map(({ level }) => level),
      choose,
    ),
  ];
}

function fact(tally: Exclude<Tally, { kind: 'fill' }>, choose: Choose): string {
  switch (tally.kind) {
    case 'inside': {
      const { count, total, container, noun } = tally;
      const things = plural(noun, total);
      if (count === 0)
        return choose([`${container} empty`, `no ${noun} in ${container}`, `all ${total} ${things} outside`]);
      if (count === total)
        return choose([
          `all ${things} in ${container}`,
          `no ${noun} left outside`,
          `all ${total} ${things} in ${container}`,
        ]);
      return choose([
        `${count} of ${total} ${things} in ${container}`,
        `${container} holds ${count} of ${total} ${things}`,
        `${count} ${plural(noun, count)} in ${container}, ${total - count} left`,
      ]);
    }
    case 'stacked': {
      const { count, total, noun } = tally;
      if (count === 0) return choose(['no tower', 'no tower yet', `no ${noun} on another`]);
      return choose([
        `tower of ${count}`,
        `${count} of ${total} ${plural(noun, total)} stacked`,
        `tower ${count} ${plural(noun, count)} high`,
      ]);
    }
    case 'stains': {
      const { count, total, underWay } = tally;
      if (count === 0) return choose(['table clean', 'no stain left', 'all stains gone']);
      const left = choose([
        `${count} of ${total} stains left`,
        `${count} ${plural('stain', count)} left`,
        `${total - count} of ${total} stains gone`,
      ]);
      return underWay ? `${left}, one ${choose(['half gone', 'partly wiped', 'getting smaller'])}` : left;
    }
    case 'folds': {
      const { object, count, total, underWay } = tally;
      if (count === total) return choose([`${object} folded`, `all ${total} folds done`, `${object} fully folded`]);
      const done =
        count === 0
          ? choose([`${object} flat`, 'no fold done', `${object} not folded`])
          : choose([
              `${count} of ${total} folds done`,
              `${object} folded ${count} of ${total} times`,
              `${count} ${plural('fold', count)} done`,
            ]);
      return underWay ? `${done}, ${choose(['next under way', 'next fold half done', 'one side lifted'])}` : done;
    }
    case 'flaps': {
      const { object, count, total, underWay } = tally;
      if (count === total) return choose([`${object} closed`, `both flaps closed`, `all flaps closed`]);
      if (underWay) return `${choose(['flap moving', 'flap half closed', 'closing flap'])}, ${count} closed`;
      if (count === 0) return choose(['flaps open', 'both flaps open', `${object} open`]);
      return choose(['one flap closed', `${count} of ${total} flaps closed`, `${object} half closed`]);
    }
    case 'on': {
      const { count, total, support, noun } = tally;
      const things = plural(noun, total);
      if (count === 0) return choose([`${support} empty`, `no ${noun} on ${support}`, `${support} bare`]);
      if (count === total)
        return choose([
          `all ${things} on ${support}`,
          `no ${noun} left elsewhere`,
          `all ${total} ${things} on ${support}`,
        ]);
      return choose([
        `${count} of ${total} ${things} on ${support}`,
        `${support} holds ${count} of ${total} ${things}`,
        `${count} ${plural(noun, count)} on ${support}, ${total - count} left`,
      ]);
    }
    case 'each': {
      const { count, total, noun, done, undone, underWay } = tally;
      const things = plural(noun, total);
      const said =
        count === 0
          ? choose([`no ${noun} ${done}`, `all ${things} ${undone}`, `${total} ${things} ${undone}`])
          : count === total
            ? choose([`all ${things} ${done}`, `no ${noun} ${undone}`, `${total} ${things} ${done}`])
            : choose([
                `${count} of ${total} ${things} ${done}`,
                `${count} ${plural(noun, count)} ${done}, ${total - count} left`,
                `${total - count} of ${total} ${things} ${undone}`,
              ]);
      return underWay ? `${said}, ${choose(['one half way', 'next under way', 'one nearly'])}` : said;
    }
    case 'level': {
      const { object, level, done } = tally;
      if (level < 0.06) return choose([`${object} not ${done}`, `${object} not yet ${done}`, `no part ${done}`]);
      if (level < 0.4) return choose([`${object} a little ${done}`, `a bit ${done}`, `${object} a quarter ${done}`]);
      if (level < 0.65) return choose([`${object} half ${done}`, `half ${done} ${object}`, `${object} partly ${done}`]);
      if (level < 0.94) return choose([`${object} mostly ${done}`, `${object} nearly ${done}`, `nearly ${done}`]);
      return choose([`${object} ${done}`, `${object} all ${done}`, `fully ${done} ${object}`]);
    }
    case 'switch': {
      const { object, on } = tally;
      return on
        ? choose([`${object} on`, `${object} lit`, `light on`])
        : choose([`${object} off`, `${object} dark`, `light off`]);
    }
    case 'open': {
      const { object, level } = tally;
      if (level < 0.06) return choose([`${object} closed`, `${object} shut`, `closed ${object}`]);
      if (level < 0.4) return choose([`${object} slightly open`, `${object} a little open`, `${object} open a bit`]);
      if (level < 0.8) return choose([`${object} half open`, `half open ${object}`, `${object} partly open`]);
      return choose([`${object} open`, `${object} wide open`, `open ${object}`]);
    }
  }
}

function fills(noun: string, levels: readonly number[], choose: Choose): string {
  const total = levels.length;
  const things = plural(noun, total);
  const full = levels.filter((level) => level >= 0.8).length;
  const partly = levels.find((level) => level >= 0.08 && level < 0.8);
  if (full === total) return choose([`all ${things} full`, `all ${total} ${things} full`, `no ${noun} empty`]);
  if (full === 0 && partly === undefined)
    return choose([`all ${things} empty`, `${total} empty ${things}`, `no ${noun} full`]);
  const said =
    full === 0
      ? `no ${noun} full`
      : choose([
          `${full} of ${total} ${things} full`,
          `${full} ${plural(noun, full)} full`,
          `${full} full, ${total - full} left`,
        ]);
  if (partly === undefined) return said;
  const level =
    partly < 0.35
      ? ['a quarter full', 'low', 'nearly empty']
      : partly < 0.6
        ? ['half full', 'filled half', 'at half']
        : ['three quarters full', 'nearly full', 'almost full'];
  return `${said}, one ${choose(level)}`;
}

const CORPUS_EPISODES = 1600;
const MOMENTS = 8;

/** Tasks and descriptions as they occur, for training the tokenizer; the same on every machine. */
export function allSentences(): { tasks: string[]; details: string[] } {
  const tasks: string[] = [];
  const details: string[] = [];
  for (let number = 0; number < CORPUS_EPISODES; number++) {
    const simulated = simulate(20_26, number, { mishaps: 0.15 });
    tasks.push(simulated.episode.task);
    for (let i = 0; i < MOMENTS; i++) {
      const random = new Random(number, i);
      details.push(describe(simulated.stateAt(random.below(simulated.frameCount)), random));
    }
  }
  return { tasks, details };
}
