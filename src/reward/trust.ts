// Whether a curve can be believed. The measure is the judge's own: does its answer survive swapping the two pictures.
import * as m from '../words/messages';
import { consistency, FEWEST_FRAMES, score, signed, type CriticReading } from './reading';

/** Root mean square levels of 255 by which some frame must differ from the last; a still camera's noise stays below. */
const STILL = 3;
/** Below this share of answers that survive the swap a curve says more about the order than about the pictures. */
const CONSISTENT = 0.75;
/** Mean certainty without its sign, below which the judge says nothing. */
const CERTAIN = 0.15;

/** Why there is no curve for these frames, in words; null where there can be one. */
export function whyNoCurve(frames: number, task: string): string | null {
  if (frames < FEWEST_FRAMES) return m.critic_too_short({ frames, fewest: FEWEST_FRAMES });
  return task.trim() === '' ? m.critic_no_task() : null;
}

/** Why there is no curve of this reading, in words; null where there is one. */
export function isStill({ toGoal }: Pick<CriticReading, 'toGoal'>): string | null {
  return Math.max(...toGoal.pixels) < STILL ? m.critic_still() : null;
}

/**
 * Why the curve of a reading is not to be trusted, in words; null where it is.
 * @param isKnown whether the model was trained on the task; null where nobody can say
 */
export function doubt(reading: Pick<CriticReading, 'strides'>, isKnown: boolean | null): string | null {
  const share = consistency(reading);
  if (!(share >= CONSISTENT)) return m.critic_untrusted({ share: Math.round(100 * (1 - share)) });
  const all = reading.strides.flatMap((answers) => Array.from(answers.shown, (_, i) => signed(score(answers, i))));
  const certainty = all.reduce((sum, one) => sum + Math.abs(one), 0) / all.length;
  if (certainty < CERTAIN) return m.critic_no_direction();
  return isKnown === false ? m.critic_unknown_task() : null;
}
