// What a task template is: a scene and a list of steps. To add one: a file in templates/ that exports a Template, and one
// line at the end of registry.ts.
import type { Random } from '../../base/random';
import type { Category } from '../episode';
import type { Choreography, Destination, Grip, Operation } from './choreography';
import { COLOUR_NAMES } from './palette';
import type { ColourName } from './palette';
import type { SettingName } from './settings';
import type { Arm, SceneObject, TallyRule, Vec3 } from './scene';

/** A part of a task that can be done and, where `undo` is given, taken back. */
export interface Step {
  /** Fit for a sentence: "open the drawer". */
  name: string;
  act(play: Choreography): void;
  undo?(play: Choreography): void;
}

export interface Performance {
  /** The instruction of this episode, one sentence. */
  task: string;
  /** The instruction whose progress these very frames undo; null where there is none. */
  counterTask: string | null;
  /** Which phrasing `task` has. */
  phrasing: number;
  /** The counter-task is what is done. */
  turned: boolean;
  objects: readonly SceneObject[];
  /** By which a person would tell how far the task is. */
  tallies: readonly TallyRule[];
  /** Done one after the other, up to the completion of the task; the retreat follows by itself. */
  steps: readonly Step[];
  /** Where it may happen; anywhere unless given. */
  settings?: readonly SettingName[];
}

export interface Template {
  name: string;
  category: Category;
  /** Draws objects, colours, places and the phrasing of one episode. Only steps may draw from their play's `random`. */
  prepare(random: Random): Performance;
}

/** An instruction and, for tasks that can be turned round, the one that undoes it. */
export type Phrasing = readonly [task: string, counterTask: string | null];

/**
 * Draws one of the phrasings.
 * @param turned the counter-task is what is done
 */
export function phrase(
  random: Random,
  phrasings: readonly Phrasing[],
  turned = false,
): Pick<Performance, 'task' | 'counterTask' | 'phrasing' | 'turned'> {
  const index = random.below(phrasings.length);
  const [task, counterTask] = phrasings[index] as Phrasing;
  if (!turned) return { task, counterTask, phrasing: index, turned };
  if (counterTask === null) throw new Error(`"${task}" has no counter-task to be done instead.`);
  return { task: counterTask, counterTask: task, phrasing: index, turned };
}

/** The arm on whose side a thing lies. */
export function armAt(at: Vec3): Arm {
  return at[0] < 0 ? 'left' : 'right';
}

/** A thing is brought to its place. */
export function bring(
  arm: Arm,
  name: string,
  destination: Destination,
  options: Grip & { weight?: number; step?: string } = {},
): Step {
  const where = destination.in ? `in the ${destination.in}` : destination.on ? `on the ${destination.on}` : 'down';
  return {
    name: options.step ?? `put the ${name} ${where}`,
    act: (play) => play.transfer(arm, name, destination, options),
    undo: (play) => play.takeBack(arm, name, options),
  };
}

/** A channel is changed by hand (door, drawer, lid, switch, fold); undone along the same way back. */
export function handle(step: string, arm: Arm, object: string, operation: Operation): Step {
  const { path, weight = 1 } = operation;
  return {
    name: step,
    act: (play) => play.operate(arm, object, operation),
    undo: (play) => {
      const from = play.object(object).channels[operation.channel] ?? 0;
      play.operate(arm, object, { ...operation, to: from, weight: -weight, path: (s) => path(1 - s) });
    },
  };
}

/** A point of the table, up to `spread` away from (x, z). */
export function around(random: Random, x: number, z: number, spread = 0.015): Vec3 {
  return [x + random.between(-spread, spread), 0, z + random.between(-spread, spread)];
}

/** Different colours, none of `except`. */
export function colours(random: Random, count: number, except: readonly ColourName[] = []): ColourName[] {
  return random.shuffled(COLOUR_NAMES.filter((name) => !except.includes(name))).slice(0, count);
}

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

export function numberWord(count: number): string {
  return NUMBER_WORDS[count] ?? String(count);
}

/** "banana, pear and red apple". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Names the hand where only one works, in sentences short enough to take it. */
export function handed(phrasings: readonly Phrasing[], arm: Arm | null): Phrasing[] {
  if (arm === null) return [...phrasings];
  const named = (sentence: string): string =>
    sentence.split(' ').length > 8 ? sentence : `${sentence.slice(0, -1)} with the ${arm} hand.`;
  return phrasings.map(([task, counter]) => [named(task), counter === null ? null : named(counter)]);
}
