// What a world is made of before anything happens in it: a template's task, what it wants, the plan by which it would be
// done, and the scene with its surroundings. A pure function of its set-up; worlds of one set-up share it.
import { Random, hashText } from '../../../base/random';
import { clutterIn, placesInUse } from '../clutter';
import type { Used } from '../clutter';
import { TEMPLATES } from '../registry';
import type { TemplateName } from '../registry';
import type { Scene, SceneObject } from '../scene';
import { prepare, sceneOf } from '../simulate';
import type { Performance, Template } from '../template';
import type { Timeline } from '../timeline';
import { intentionsOf } from './intentions';
import type { Intention } from './intentions';

export interface WorldSetup {
  template: TemplateName;
  seed: number;
  number: number;
  /** Strength of domain randomisation, from 0, none, to 1. */
  variety: number;
  /** So many of the first intentions are done at the start; none unless given. */
  done?: number;
  /** The hand already holds the next thing, lifted above where it lay. */
  held?: boolean;
  /** Things that stand about besides: decoys, what can be knocked over. */
  extra?: readonly SceneObject[];
}

export interface WorldScene {
  setup: WorldSetup;
  template: Template;
  performance: Performance;
  scene: Scene;
  intentions: readonly Intention[];
  plan: Timeline;
  /** The same for all worlds that look the same but for what happens in them. */
  id: string;
}

/**
 * @throws RangeError for an unknown template, and for one whose steps do more than bring and operate
 */
export function worldScene(setup: WorldSetup): WorldScene {
  const { seed, number, variety, extra = [] } = setup;
  const template = TEMPLATES.find(({ name }) => name === setup.template);
  if (template === undefined) throw new RangeError(`There is no task template "${setup.template}".`);
  const performance = prepare(template, seed, number, false);
  const wanted = intentionsOf(performance, new Random(seed, number, 3));
  if (wanted === null) throw new RangeError(`"${setup.template}" does more than bring things and operate them.`);
  const used = [...placesInUse(wanted.plan), ...extra.map(roomOf)];
  const looks = new Random(seed, number, 5);
  const objects = [...performance.objects, ...extra, ...clutterIn(looks, used, variety)];
  const scene = sceneOf(performance, objects, looks, variety);
  const words = extra.length === 0 ? '' : `-${hashText(JSON.stringify(extra)).toString(16)}`;
  const id = `world-${seed}-${number}-v${Math.round(variety * 1000)}${words}`;
  return { setup, template, performance, scene, ...wanted, id };
}

/** The circle that a thing takes up. */
export function roomOf({ at, size }: SceneObject): Used {
  return { x: at[0], z: at[2], radius: Math.hypot(size[0], size[2]) / 2 };
}

/** Whether a world can be made of a performance of this template: its steps only bring things and operate them. */
export function hasIntentions(template: TemplateName, seed: number, number: number): boolean {
  const found = TEMPLATES.find(({ name }) => name === template);
  return found !== undefined && intentionsOf(prepare(found, seed, number, false), new Random(seed, number, 3)) !== null;
}
