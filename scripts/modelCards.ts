// What the check of the shipped models needs of the studio's own code: a model's recipe, what it is measured by, and the
// figures of its card.
import { readCheckpointFile } from '../src/checkpoints/importFile';
import { FIGURE_NAMES, type CardFigure } from '../src/evaluation/modelCard';
import type { Interval } from '../src/evaluation/intervals';
import type { EvaluationReport } from '../src/evaluation/report';
import type { Recipe } from '../src/training/recipe';

export { parseModelCard } from '../src/evaluation/modelCard';

export type ShippedModel = 'biased' | 'cot' | 'cured';

/** What a model is asked; `pairs` at most, since no pair is asked twice. */
export interface CardQuestion {
  question: string;
  judging: 'tag' | 'cot';
  pairs: number;
  on: string;
}

const plain = (judging: CardQuestion['judging']): CardQuestion => ({
  question: 'plain',
  judging,
  pairs: 2100,
  on: judging === 'cot' ? 'unseen episodes, judged through its own descriptions' : 'unseen episodes',
});

export const CARD_QUESTIONS: Readonly<Record<ShippedModel, readonly CardQuestion[]>> = {
  biased: [plain('tag')],
  cot: [plain('cot')],
  cured: [
    plain('tag'),
    { question: 'held-out-templates', judging: 'tag', pairs: 600, on: 'episodes of tasks that it never saw' },
  ],
};

/** The recipe that a checkpoint file remembers. @throws BadFile where it is not one of ours */
export async function recipeOf(file: Uint8Array<ArrayBuffer>): Promise<Recipe> {
  const { manifest } = await readCheckpointFile(file);
  return manifest.recipe as Recipe;
}

const SHOWN = [
  ['forward', '%'],
  ['reverse', '%'],
  ['average', '%'],
  ['gap', 'points'],
  ['bothRight', '%'],
] as const;

const rounded = (value: number) => Math.round(value * 100) / 100;

export function figuresOf(report: EvaluationReport, { on }: CardQuestion): CardFigure[] {
  const { overall, intervals } = report;
  const where = `${overall.pairs} pairs of ${overall.episodes} ${on}`;
  return SHOWN.map(([key, unit]) => {
    const { low = null, high = null }: Partial<Interval> = intervals[key] ?? {};
    const end = (value: number | null) => value && rounded(value);
    return { name: FIGURE_NAMES[key], value: rounded(overall[key]), low: end(low), high: end(high), unit, on: where };
  });
}
