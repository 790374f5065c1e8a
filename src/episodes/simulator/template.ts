// What a task template is. To add one: a file in templates/ that exports a Template, and one line in registry.ts.
import type { Random } from '../../base/random';
import type { Category } from '../episode';
import type { Choreography } from './choreography';
import { COLOUR_NAMES, TABLES } from './palette';
import type { ColourName } from './palette';
import type { Scene, SceneObject, TallyRule, Vec3 } from './scene';

export interface Performance {
  /** The instruction of this episode, one sentence. */
  task: string;
  scene: Scene;
  /** Appends the episode's actions, up to the completion of the task; the retreat follows by itself. */
  perform(choreography: Choreography): void;
}

export interface Template {
  name: string;
  category: Category;
  /** Draws objects, colours, places and the phrasing of one episode. */
  prepare(random: Random): Performance;
}

/** A scene with the small differences of camera, light and table that every template has. */
export function sceneOf(random: Random, objects: readonly SceneObject[], tallies: readonly TallyRule[]): Scene {
  const jitter = () => random.between(-0.02, 0.02);
  return {
    objects,
    tallies,
    tableColour: random.pick(TABLES),
    camera: [jitter(), jitter(), jitter()],
    light: random.between(0.92, 1.06),
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
