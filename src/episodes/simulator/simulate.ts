// A simulated episode is a pure function of its seed, its number and what it is drawn from: the template, its scene and
// the performance follow from there, and every moment can be asked for its state. Nothing is stored.
//
// Each performance is played twice. The rehearsal shows how much work there is, how long it takes and which places stay
// free; the show then has clutter in the free places and, in some episodes, something that goes wrong.
import { Random, hash } from '../../base/random';
import type { Episode, Mishap, Outcome } from '../episode';
import { Choreography } from './choreography';
import { clutterIn, decoyIn, placesInUse } from './clutter';
import { templateAt } from './registry';
import type { TemplateName } from './registry';
import { gripperState, objectState, tally } from './relations';
import type { Scene, SceneObject, SceneState } from './scene';
import { lightOf, settingOf, viewOf } from './settings';
import { simulatorId } from './simulatorId';
import type { SimulatorSettings } from './simulatorId';
import type { Performance, Step, Template } from './template';
import { traitsOf } from './traits';

export const FRAMES_PER_SECOND = 30;
/** Limits of an undisturbed episode's length, in seconds. */
export const SHORTEST = 30;
const LONGEST = 70;
/** Playing speed may vary by this factor around the nominal one before the limits are applied. */
export const PACE: readonly [number, number] = [1, 1.4];
const RETREAT: readonly [number, number] = [2, 5];
const DEFAULTS = { templates: null, variety: 0.3, mishaps: 0, counterTasks: true };
const GOLDEN = 0.6180339887498949;

export interface SimulatedEpisode {
  episode: Episode;
  template: TemplateName;
  scene: Scene;
  frameCount: number;
  /** The raw frame at which the task is done; null where it never is. */
  completionFrame: number | null;
  /** The raw frame after which both arms retreat. */
  lastFrame: number;
  /** What may yet break; where it is absent, nothing does but what is broken in the last frame. */
  mayBreak?: readonly string[];
  /** What is known about a raw frame; frames outside the episode are clamped into it. */
  stateAt(frame: number): SceneState;
  /** True progress in [0, 1]. */
  progressAt(frame: number): number;
}

/**
 * Simulates one episode.
 * @param number its place in the seed's series, from 0
 * @param options part of the episode's identity
 * @throws RangeError for an unknown template name
 */
export function simulate(
  seed: number,
  number: number,
  options: Partial<Omit<SimulatorSettings, 'seed'>> = {},
): SimulatedEpisode {
  const settings = { ...DEFAULTS, ...options, seed };
  const id = simulatorId(settings, number);
  // Steps of the golden ratio spread the categories evenly over every stretch of numbers.
  const place = (hash(seed, 1) / 0x1_0000_0000 + number * GOLDEN) % 1;
  const template = templateAt(place, settings.templates);
  const performance = prepare(template, seed, number, settings.counterTasks);
  const motion = () => new Random(seed, number, 3);
  const rehearsal = rehearse(performance, motion());
  const chance = new Random(seed, number, 4);
  const plan = chance.float() < settings.mishaps ? planMishap(chance, performance.steps, rehearsal.skills) : null;
  const looks = new Random(seed, number, 5);
  const { objects, decoy } = dress(performance, rehearsal.play, looks, settings.variety, plan);
  // Where there is no room for something else to take, what is taken slips.
  if (plan?.mishap === 'wrong object' && decoy === null) plan.mishap = 'slip';

  const play = new Choreography(objects, motion());
  play.wholeWork = rehearsal.play.registeredWork;
  play.decoy = decoy;
  const mishap = perform(play, performance.steps, plan);
  const nominal = play.completion;
  const wanted = chance.between(...RETREAT);
  const retreat = Math.max(wanted, play.retreat(wanted) + 0.1);

  // The pace suits the undisturbed performance; what goes wrong makes an episode longer or shorter.
  const pace = chance.between(...PACE);
  const whole = rehearsal.play.completion;
  const least = SHORTEST + chance.between(0.1, 4) - retreat;
  const seconds = Math.min(LONGEST - 0.1 - retreat, Math.max(least, whole * pace)) * (nominal / whole);
  const lastFrame = Math.round(seconds * FRAMES_PER_SECOND);
  const frameCount = lastFrame + Math.round(retreat * FRAMES_PER_SECOND);
  const succeeded = play.progress(nominal) === 1;
  // The task is played at its own speed, the retreat after it at real speed.
  const timeOf = (frame: number): number => {
    const clamped = Math.min(frameCount - 1, Math.max(0, frame));
    return clamped <= lastFrame ? (clamped / lastFrame) * nominal : nominal + (clamped - lastFrame) / FRAMES_PER_SECOND;
  };
  const progressAt = (frame: number): number => play.progress(timeOf(Math.min(frame, lastFrame)));

  const scene = sceneOf(performance, objects, looks, settings.variety);
  const outcome: Outcome = succeeded ? 'success' : 'failure';
  const played = {
    outcome,
    mishap,
    frameCount,
    framesPerSecond: FRAMES_PER_SECOND,
    trim: { start: 0, end: lastFrame },
  };
  const episode = recordOf(id, number, template, performance, scene, played);

  return {
    episode,
    template: template.name,
    scene,
    frameCount,
    completionFrame: succeeded ? lastFrame : null,
    lastFrame,
    progressAt,
    stateAt(frame) {
      const time = timeOf(frame);
      const states = objects.map((object) => objectState(play, object, time, frame / FRAMES_PER_SECOND));
      const byName = new Map(states.map((state) => [state.name, state]));
      return {
        frame,
        grippers: { left: gripperState(play, 'left', time), right: gripperState(play, 'right', time) },
        objects: states,
        tallies: scene.tallies.map((rule) => tally(rule, byName)),
        subStep: play.subStep(time),
        damage: play.damage(time),
        progress: progressAt(frame),
      };
    },
  };
}

/** The things in their surroundings, which are drawn from `looks`. */
export function sceneOf(
  { tallies, settings }: Performance,
  objects: readonly SceneObject[],
  looks: Random,
  variety: number,
): Scene {
  return {
    objects,
    tallies,
    setting: settingOf(looks, settings, variety),
    view: viewOf(looks, variety),
    light: lightOf(looks, variety),
  };
}

/** The record of what was played. */
export function recordOf(
  id: string,
  number: number,
  template: Template,
  performance: Performance,
  scene: Scene,
  played: Pick<Episode, 'outcome' | 'mishap' | 'frameCount' | 'framesPerSecond' | 'trim'>,
): Episode {
  return {
    id,
    source: 'simulator',
    name: `${template.name} ${number}`,
    task: performance.task,
    template: template.name,
    counterTask: performance.counterTask,
    category: template.category,
    traits: traitsOf(scene, `${template.name}/${performance.phrasing}`),
    aspect: 1,
    group: id,
    split: null,
    downsample: null,
    segments: [],
    licence: null,
    attribution: null,
    ...played,
  };
}

/** Tasks are turned round by half of the draws; where none is to be, the first draw that is not turned is taken. */
export function prepare(template: Template, seed: number, number: number, counterTasks: boolean): Performance {
  for (let draw = 0; ; draw++) {
    const performance = template.prepare(draw === 0 ? new Random(seed, number, 2) : new Random(seed, number, 2, draw));
    if (counterTasks || !performance.turned) return performance;
  }
}

type Skills = Choreography['used'];

function rehearse(performance: Performance, random: Random): { play: Choreography; skills: Skills[] } {
  const play = new Choreography(performance.objects, random);
  const skills = performance.steps.map((step) => {
    const before = { ...play.used };
    play.step(step.name);
    step.act(play);
    const { grasp, put, operate } = play.used;
    return { grasp: grasp - before.grasp, put: put - before.put, operate: operate - before.operate };
  });
  return { play, skills };
}

interface Plan {
  mishap: Mishap;
  /** The step in which it happens. */
  step: number;
  /** What was undone is done again. */
  redone: boolean;
}

/** Something that can go wrong here, and when; null where nothing can. */
function planMishap(random: Random, steps: readonly Step[], skills: readonly Skills[]): Plan | null {
  const possible: Record<Mishap, (skill: Skills, i: number) => boolean> = {
    slip: ({ grasp, operate }) => grasp + operate > 0,
    'wrong object': ({ grasp }) => grasp > 0,
    undoing: (_, i) => steps[i]?.undo !== undefined,
    stopped: ({ operate }, i) => i > 0 || operate > 0,
    drop: ({ put }) => put > 0,
  };
  const plans = (Object.keys(possible) as Mishap[]).flatMap((mishap) => {
    const at = steps.flatMap((_, i) => (possible[mishap](skills[i] as Skills, i) ? [i] : []));
    return at.length === 0 ? [] : [{ mishap, at }];
  });
  if (plans.length === 0) return null;
  const { mishap, at } = random.pick(plans);
  return { mishap, step: random.pick(at), redone: random.float() < 0.5 };
}

/** Puts a decoy where a hand will go wrong, and clutter where there is room. */
function dress(
  performance: Performance,
  rehearsal: Choreography,
  random: Random,
  variety: number,
  plan: Plan | null,
): { objects: SceneObject[]; decoy: string | null } {
  const used = placesInUse(rehearsal);
  const objects = [...performance.objects];
  const names = objects.map(({ name }) => name);
  const decoy = plan?.mishap === 'wrong object' ? decoyIn(random, used, names) : null;
  if (decoy !== null) objects.push(decoy);
  objects.push(...clutterIn(random, used, variety));
  return { objects, decoy: decoy?.name ?? null };
}

/** Plays the steps; returns what went wrong. */
function perform(play: Choreography, steps: readonly Step[], plan: Plan | null): Mishap | null {
  let happened: Mishap | null = null;
  for (const [i, step] of steps.entries()) {
    const here = plan?.step === i;
    if (here && plan.mishap === 'stopped' && i > 0) return 'stopped';
    if (here && plan.mishap !== 'undoing') play.planned = plan.mishap;
    play.step(step.name);
    step.act(play);
    if (here && plan.mishap === 'undoing' && step.undo !== undefined) {
      happened = 'undoing';
      play.step(`undo: ${step.name}`);
      step.undo(play);
      if (!plan.redone) return happened;
      play.step(step.name);
      step.act(play);
    } else if (here && play.planned === null) happened = plan.mishap;
    if (play.over) return happened;
    play.planned = null;
  }
  return happened;
}
