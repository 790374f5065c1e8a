// The lengths of a lesson in words.
import type { LessonSeconds } from '../../recipes/cureRecipe';
import * as m from '../../../words/messages';

export const LENGTH_LABELS: Readonly<Record<LessonSeconds, () => string>> = {
  30: m.start_seconds_30,
  120: m.start_minutes_2,
  600: m.start_minutes_10,
};
