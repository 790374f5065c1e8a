// How much a recipe measures: judged pairs count as one each where the answer is read off, and as more where it is written.
// With the time of one pair this says how long a run takes beside its steps.
import { describes, stageSteps, totalSteps, type Recipe } from './recipe';

/** Written answers against ones that are read off: a label is a few tokens, a description some forty. */
const WRITTEN = { tag: 3, cot: 20 };

/** Pairs judged after step `from`, in pairs whose answer is read off. */
export function judgedPairs(recipe: Recipe, from = 0): number {
  const { evaluation, stages, head, sampling } = recipe;
  const last = totalSteps(recipe);
  const looks = new Set<number>(from === 0 ? [0] : []);
  for (let step = evaluation.everySteps; step <= last; step += evaluation.everySteps) if (step > from) looks.add(step);
  const windows = sampling.windows.filter(({ weight }) => weight > 0).length;
  let tested = 0;
  let step = 0;
  let hasWords = false;
  for (const stage of stages) {
    step += stageSteps(recipe, stage);
    hasWords ||= describes(stage);
    if (step <= from) continue;
    looks.add(step);
    const written = (head === 'language' ? WRITTEN.tag : 0) + (hasWords ? WRITTEN.cot : 0);
    tested += evaluation.testPairsPerWindow * windows + evaluation.generatedPairs * written;
  }
  return looks.size * evaluation.validationPairs + tested;
}
