// What has been in a world, tick by tick: a timeline of motions, and what was thought of each moment. What is known about
// a past tick never changes.
import { Random } from '../../../base/random';
import { gripperState, objectState, tally } from '../relations';
import type { SceneObject, SceneState } from '../scene';
import { recordOf } from '../simulate';
import type { SimulatedEpisode } from '../simulate';
import { Timeline } from '../timeline';
import type { WorldScene } from './worldScene';

/** Seconds of nominal time in a tick: ten raw frames. */
export const TICK = 1 / 3;
const TICKS_PER_SECOND = 3;

export class Chronicle {
  readonly timeline: Timeline;
  readonly #scene: WorldScene;
  readonly #objects: readonly SceneObject[];
  readonly #progress: number[] = [];
  readonly #steps: (string | null)[] = [];

  /** @param objects the scene's, in the same order, as they are at the start */
  constructor(scene: WorldScene, objects: readonly SceneObject[]) {
    this.#scene = scene;
    this.#objects = objects;
    this.timeline = new Timeline(objects, new Random(0));
  }

  /** Another tick has passed; before the first one, the start. */
  note(progress: number, step: string | null): void {
    this.#progress.push(progress);
    this.#steps.push(step);
  }

  progressAt(tick: number): number {
    return this.#progress[this.#clamped(tick)] ?? 0;
  }

  stateAt(tick: number): SceneState {
    const frame = this.#clamped(tick);
    const play = this.timeline;
    // A moment before the tick ends: what the next one begins with is not yet so.
    const time = Math.max(0, frame * TICK - 1e-7);
    const states = this.#objects.map((object) => objectState(play, object, time, frame * TICK));
    const byName = new Map(states.map((state) => [state.name, state]));
    return {
      frame,
      grippers: { left: gripperState(play, 'left', time), right: gripperState(play, 'right', time) },
      objects: states,
      tallies: this.#scene.scene.tallies.map((rule) => tally(rule, byName)),
      subStep: this.#steps[frame] ?? null,
      damage: play.damage(time),
      progress: this.progressAt(frame),
    };
  }

  /** Raw frame n of it is tick n. */
  asEpisode(): SimulatedEpisode {
    const { id, template, performance, scene, setup } = this.#scene;
    const frameCount = this.#progress.length;
    const lastFrame = frameCount - 1;
    const succeeded = this.#progress[lastFrame] === 1;
    return {
      episode: recordOf(id, setup.number, template, performance, scene, {
        outcome: succeeded ? 'success' : 'failure',
        mishap: null,
        frameCount,
        framesPerSecond: TICKS_PER_SECOND,
        trim: { start: 0, end: lastFrame },
      }),
      template: template.name,
      scene,
      frameCount,
      completionFrame: succeeded ? this.#progress.indexOf(1) : null,
      lastFrame,
      mayBreak: this.#objects.filter(({ fragile }) => fragile === true).map(({ name }) => name),
      stateAt: (frame) => this.stateAt(frame),
      progressAt: (frame) => this.progressAt(frame),
    };
  }

  #clamped(tick: number): number {
    return Math.min(this.#progress.length - 1, Math.max(0, Math.floor(tick)));
  }
}
