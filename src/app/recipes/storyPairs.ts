// Which pairs the start page shows and counts: films of another seed than the lesson's, quickly drawn, and never seen in
// training. The same pairs for everyone who has the same lesson.
import { LESSON } from '../../training/presets';
import type { Recipe } from '../../training/recipe';

/** How many pairs show that an answer was no accident. */
export const TALLY_PAIRS = 10;

/** Place of the first pair that is counted, far behind those that are shown. */
export const TALLY_FROM = 1000;

const MILLION = 1_000_000;

/** The recipe whose test pairs are shown beside a lesson. */
export function unseenBy(lesson: Recipe): Recipe {
  const source = lesson.source.kind === 'simulator' ? lesson.source : LESSON;
  return {
    ...lesson,
    // Another seed of the lesson gives other films here too.
    source: { ...source, seed: (source.seed + MILLION + (lesson.seed % MILLION) - 1) % 2 ** 32, episodes: 40 },
    sampling: { ...lesson.sampling, split: [10, 10, 80] },
  };
}
