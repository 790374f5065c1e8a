// Which pairs an evaluation asks about, where it is not simply all of a split: by window, by what is held out, by what
// happened in the episode, and under which instruction.
import type { Episode } from '../episodes/episode';
import type { Pair } from './pairPool';
import type { HoldOut } from './sampling';
import { HOLD_OUT_KINDS, isHeldOut, valuesOf, type HoldOutKind } from './splitEpisodes';

export interface PairChoice {
  /** Windows in kept frames, each as often; the sampling's with their weights unless given. */
  windows?: readonly number[];
  /**
   * `trained`: episodes with nothing held out; `held out`: with anything held out; `templates`: of held-out tasks; another
   * kind: of trained tasks with something of this kind held out and nothing of another, so that the kind alone explains a
   * difference. All unless said.
   */
  tasks?: 'trained' | 'held out' | HoldOutKind;
  /** Episodes in which something went wrong, never seen in training. */
  episodes?: 'mishaps';
  /** Pairs whose true progress falls from the earlier to the later frame: what was done is undone. */
  progress?: 'falling';
  /** Of episodes whose task can be turned round, asked under their own instruction or under the opposite one. */
  instruction?: 'turnable' | 'counter';
}

/** Whether an episode gives pairs of the choice. */
export function isChosen(episode: Episode, choice: PairChoice, holdOut: HoldOut): boolean {
  if (choice.instruction !== undefined && episode.counterTask === null) return false;
  if (choice.episodes === 'mishaps' && episode.mishap === null && episode.outcome !== 'failure') return false;
  switch (choice.tasks) {
    case undefined:
      return true;
    case 'trained':
      return !isHeldOut(episode, holdOut);
    case 'held out':
      return isHeldOut(episode, holdOut);
    case 'templates':
      return isHeldOutBy(episode, 'templates', holdOut);
    default:
      return HOLD_OUT_KINDS.every((kind) => isHeldOutBy(episode, kind, holdOut) === (kind === choice.tasks));
  }
}

function isHeldOutBy(episode: Episode, kind: HoldOutKind, holdOut: HoldOut): boolean {
  return valuesOf(episode, kind).some((value) => holdOut[kind].includes(value));
}

/** The pair as it is asked about: its `early` frame is the less complete one under the instruction it is given. */
export function posed(pair: Pair, { progress, instruction }: PairChoice): Pair {
  const { episode, early, late } = pair;
  const isCounter = instruction === 'counter' && episode.counterTask !== null;
  const asked = isCounter ? { ...episode, task: episode.counterTask, counterTask: episode.task } : episode;
  // Two reasons to turn a pair round cancel each other.
  const isTurned = (progress === 'falling') !== isCounter;
  return { ...pair, episode: asked as Episode, early: isTurned ? late : early, late: isTurned ? early : late };
}
