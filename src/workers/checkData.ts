// Whether a run by a recipe has the data that it needs, found out before it starts by drawing what it would draw.
import type { Episode } from '../episodes/episode';
import { NothingToDraw, type PairStream } from '../pairs/pairStream';
import { DESCRIBED, isDescribed } from '../samples/details';
import { describes, kindAt, type Recipe } from '../training/recipe';
import * as m from '../words/messages';
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

export const NO_EPISODES: DataCheck = {
  lacks: 'episodes',
  get why() {
    return m.engine_library_empty();
  },
  unmeasured: [],
  longest: 0,
};

/** Whether stages that need descriptions draw on the simulator beside the recipe's own episodes. */
export function borrowsDescriptions({ source, stages }: Recipe, episodes: readonly Episode[]): boolean {
  const isWanted = source.kind === 'library' && source.descriptions === 'simulator';
  return stages.some(describes) && (isWanted || !episodes.some(isDescribed));
}

export async function checkData(recipe: Recipe, dataset: Dataset): Promise<DataCheck> {
  const { stream } = dataset;
  const kinds = new Set(recipe.stages.flatMap((stage) => [kindAt(stage, 0), kindAt(stage, 1)]));
  const lack = kinds.has('tag') ? await whyNone(() => stream.trainingPair(0, null)) : null;
  // Where descriptions are the simulator's, there is always one.
  const lackOfWords =
    lack === null && kinds.has('cot')
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
