// A simulated episode is a pure function of (seed, number): the template, its scene and the choreography are drawn from
// there, and every moment can be asked for its state. Nothing is stored.
import { Random, hash } from '../../base/random';
import type { Episode } from '../episode';
import { Choreography } from './choreography';
import { templateAt } from './registry';
import type { TemplateName } from './registry';
import { gripperState, objectState, tally } from './relations';
import type { Scene, SceneState } from './scene';
import { simulatorId } from './simulatorId';
import type { SimulatorSettings } from './simulatorId';

export const FRAMES_PER_SECOND = 30;
/** Limits of an episode's length, in seconds. */
const SHORTEST = 30;
const LONGEST = 70;
/** Playing speed may vary by this factor around the nominal one before the limits are applied. */
const PACE: readonly [number, number] = [1, 1.4];
const RETREAT: readonly [number, number] = [2, 5];
const DEFAULTS = { templates: null, variety: 0.3, mishaps: 0 };
const GOLDEN = 0.6180339887498949;

export interface SimulatedEpisode {
  episode: Episode;
  template: TemplateName;
  scene: Scene;
  frameCount: number;
  /** The raw frame at which the task is done; the arms retreat after it. */
  completionFrame: number;
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
  // Steps of the golden ratio spread the categories evenly over every stretch of numbers.
  const place = (hash(seed, 1) / 0x1_0000_0000 + number * GOLDEN) % 1;
  const template = templateAt(place, settings.templates);
  const random = new Random(seed, number, 2);
  const { task, scene, perform } = template.prepare(random);
  const play = new Choreography(scene, random);
  perform(play);
  const nominal = play.completion;
  const wanted = random.between(...RETREAT);
  const retreat = Math.max(wanted, play.retreat(wanted) + 0.1);

  const pace = random.between(...PACE);
  const seconds = Math.min(
    LONGEST - 0.1 - retreat,
    Math.max(SHORTEST + random.between(0.1, 4) - retreat, nominal * pace),
  );
  const completionFrame = Math.round(seconds * FRAMES_PER_SECOND);
  const frameCount = completionFrame + Math.round(retreat * FRAMES_PER_SECOND);
  // The task is played at its own speed, the retreat after it at real speed.
  const timeOf = (frame: number): number => {
    const clamped = Math.min(frameCount - 1, Math.max(0, frame));
    return clamped <= completionFrame
      ? (clamped / completionFrame) * nominal
      : nominal + (clamped - completionFrame) / FRAMES_PER_SECOND;
  };
  const progressAt = (frame: number): number => (frame >= completionFrame ? 1 : play.progress(timeOf(frame)));

  const id = simulatorId(settings, number);
  const episode: Episode = {
    id,
    source: 'simulator',
    name: `${template.name} ${number}`,
    task,
    template: template.name,
    counterTask: null,
    category: template.category,
    outcome: 'success',
    mishap: null,
    traits: null,
    frameCount,
    framesPerSecond: FRAMES_PER_SECOND,
    aspect: 1,
    group: id,
    split: null,
    trim: { start: 0, end: completionFrame },
    downsample: null,
    segments: [],
    licence: null,
    attribution: null,
  };

  return {
    episode,
    template: template.name,
    scene,
    frameCount,
    completionFrame,
    progressAt,
    stateAt(frame) {
      const time = timeOf(frame);
      const objects = scene.objects.map((object) => objectState(play, object, time));
      const byName = new Map(objects.map((object) => [object.name, object]));
      return {
        frame,
        grippers: { left: gripperState(play, 'left', time), right: gripperState(play, 'right', time) },
        objects,
        tallies: scene.tallies.map((rule) => tally(rule, byName)),
        progress: progressAt(frame),
      };
    },
  };
}
