// How one recipe differs from another, in plain sentences for what matters most: the start, the stages, the data, the size
// and the seed. Whatever else differs stands in the table of all differences.
import { stageSteps, type Recipe } from '../../../training/recipe';
import * as m from '../../../words/messages';
import { sourceWords } from '../../recipes/sourceWords';
import { whole } from '../../reading';

/** Fragments that follow "Other than …:"; none where only smaller settings differ. */
export function mainDifferences(before: Recipe, after: Recipe): string[] {
  return aspects.flatMap(({ of, words }) => {
    const [then, now] = [of(before), of(after)];
    return then === now ? [] : [words({ then, now })];
  });
}

interface Aspect {
  of: (recipe: Recipe) => string;
  words: (values: { then: string; now: string }) => string;
}

const aspects: readonly Aspect[] = [
  { of: startOf, words: m.runs_differs_start },
  { of: stagesOf, words: m.runs_differs_stages },
  { of: sourceWords, words: m.runs_differs_films },
  { of: ({ model }) => model, words: m.runs_differs_size },
  { of: ({ seed }) => String(seed), words: m.runs_differs_seed },
];

function startOf({ initial }: Recipe): string {
  if (typeof initial !== 'string') return m.train_start_stage({ stage: initial.stage });
  const names = {
    random: m.train_start_random,
    biased: m.train_start_biased,
    cot: m.train_start_cot,
    cured: m.train_start_cured,
    guard: m.train_start_guard,
    coach: m.train_start_coach,
  };
  return names[initial]();
}

function stagesOf(recipe: Recipe): string {
  return recipe.stages
    .map((stage) => m.runs_stage_steps({ stage: stage.name, steps: whole(stageSteps(recipe, stage)) }))
    .join(', ');
}
