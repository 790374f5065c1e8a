// Whether a run by a recipe has the data that it needs, found out before it starts by drawing what it would draw.
import { NothingToDraw, type PairStream } from '../pairs/pairStream';
import { DESCRIBED } from '../samples/details';
import { describes, kindAt, type Recipe } from '../training/recipe';
import type { Dataset } from './dataset';

export interface DataCheck {
  /** What no run can do without; null where all of it is there. */
  lacks: 'episodes' | 'pairs' | 'descriptions' | null;
  /** The same in words; null where nothing is lacking. */
  why: string | null;
  /** Splits without an episode, on which the recipe wants to measure. */
  unmeasured: ('validation' | 'test')[];
  /** Kept frames of the longest episode that is trained on. */
  longest: number;
}

export async function checkData(recipe: Recipe, dataset: Dataset): Promise<DataCheck> {
  const { stream } = dataset;
  const kinds = new Set(recipe.stages.flatMap((stage) => [kindAt(stage, 0), kindAt(stage, 1)]));
  const lack = kinds.has('tag') ? await whyNone(() => stream.trainingPair(0, null)) : null;
  // Where descriptions are the simulator's, there is always one.
  const lackOfWords =
    lack === null && kinds.has('cot') && recipe.stages.some(describes)
      ? await whyNone(() => dataset.streamOf('cot').trainingPair(0, null, DESCRIBED))
      : null;
  const wanted = { validation: recipe.evaluation.validationPairs, test: recipe.evaluation.testPairsPerWindow };
  return {
    lacks: lack !== null ? 'pairs' : lackOfWords !== null ? 'descriptions' : null,
    why: lack ?? lackOfWords,
    unmeasured: (['validation', 'test'] as const).filter(
      (split) => wanted[split] > 0 && stream.episodes(split).length === 0,
    ),
    longest: longestOf(stream),
  };
}

async function whyNone(draw: () => Promise<unknown>): Promise<string | null> {
  try {
    await draw();
    return null;
  } catch (error) {
    if (error instanceof NothingToDraw) return error.message;
    throw error;
  }
}

function longestOf(stream: PairStream): number {
  return stream.episodes('train').reduce((most, episode) => Math.max(most, stream.kept(episode).length), 0);
}
