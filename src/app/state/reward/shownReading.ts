// What was read of an episode, as the page shows it: the curve at a penalty, what it is called, and whether to believe it.
import type { Episode } from '../../../episodes/episode';
import { doneChance } from '../../../reward/done';
import { progressCurve } from '../../../reward/progressCurve';
import { consistency } from '../../../reward/reading';
import { doubt } from '../../../reward/trust';
import type { Recipe } from '../../../training/recipe';
import type { EpisodeReading } from '../../../workers/rewardApi';
import type { ProgressData, ProgressOverlay } from '../../plots/progressPlot';

export interface ShownReading extends EpisodeReading {
  episode: Episode;
}

/** Whether a model was trained on an episode's task; null where nobody can say. */
export function isTaskKnown({ source, sampling }: Recipe, episode: Episode, task: string): boolean | null {
  if (source.kind !== 'simulator') return null;
  if (episode.source !== 'simulator') return false;
  if (task !== episode.task) return null;
  const isDrawn = source.templates === null || source.templates.includes(episode.template);
  return isDrawn && !sampling.holdOut.templates.includes(episode.template);
}

/** In the language of the moment; null where it is. */
export function doubtOf({ reading, model, episode, task }: ShownReading): string | null {
  return doubt(reading, isTaskKnown(model.recipe, episode, task));
}

/** @throws RangeError in words where the episode is too short for a curve */
export function progressData(shown: ShownReading, penalty: number, overlays: readonly ProgressOverlay[]): ProgressData {
  const { reading, episode } = shown;
  return {
    frames: reading.frames,
    rate: episode.framesPerSecond,
    curve: progressCurve(reading, penalty),
    done: doneChance(reading),
    truth: reading.truth,
    doubt: doubtOf(shown),
    agreement: consistency(reading),
    comparisons: reading.strides.reduce((sum, { shown: asked }) => sum + asked.length, 0),
    overlays,
  };
}
