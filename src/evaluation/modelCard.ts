// What is written about a model that comes with the studio, in public/models/NAME.json beside its weights: what it was
// trained on, what it reaches with intervals, what it cannot do, and the command that measures it again. Cards hold facts
// and names; cardWords.ts makes sentences of them.
import * as v from 'valibot';
import { SHIPPED_MODELS } from '../training/recipe';
import * as m from '../words/messages';
import { problemOf } from '../base/problems';

const words = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What cards call their figures. */
export const FIGURE_NAMES = {
  forward: 'right in forward order',
  reverse: 'right in reverse order',
  average: 'right on average',
  gap: 'gap between the orders',
  bothRight: 'right in both orders',
} as const;

/** What cards call the pairs of their figures, after "2100 pairs of 226 ". */
export const FIGURE_SOURCES = {
  unseen: 'unseen episodes',
  described: 'unseen episodes, judged through its own descriptions',
  heldOut: 'episodes of tasks that it never saw',
  rollouts: 'unseen episodes and rollouts of its cell',
  play: 'unseen episodes and play',
} as const;

/** What cards say that a model cannot do. */
export const LIMITS = [
  'looks at nothing',
  'labels by position',
  'ignores undoing',
  'other words',
  'no descriptions',
  'drawn scenes only',
  'one cell only',
] as const;
export type Limit = (typeof LIMITS)[number];

const figureSchema = v.object({
  /** What was measured, one of FIGURE_NAMES or in other words. */
  name: words,
  value: v.pipe(v.number(), v.finite()),
  /** 95 % interval with episodes as clusters; null where none is honest. */
  low: v.nullable(v.pipe(v.number(), v.finite())),
  high: v.nullable(v.pipe(v.number(), v.finite())),
  /** "%", "points", "" */
  unit: v.string(),
  /** On what: "288 pairs of 71 unseen episodes". */
  on: words,
});

/** All of it follows from the recipe in the weights' file; `npm run models -- --write` fills it in. */
const trainingSchema = v.object({
  /** The run's name, "ablation/cot-tag-1". */
  run: words,
  /** Episodes that it was trained on, of all that were drawn. */
  episodes: count,
  all: count,
  tasks: count,
  /** Words that the tasks had, in small letters, with spaces between. */
  words,
  /** Side of the pictures that it sees. */
  pixels: count,
  seed: count,
  /** Least and largest distance of a pair's frames, in kept frames. */
  windows: v.tuple([count, count]),
  /** What it started from. */
  initial: v.picklist(['random', ...SHIPPED_MODELS]),
  pairsAStep: count,
  stages: v.pipe(
    v.array(
      v.object({
        samples: v.picklist(['cot', 'tag', 'mixed']),
        order: v.picklist(['chronological', 'both']),
        steps: count,
        learningRate: v.pipe(v.number(), v.finite()),
      }),
    ),
    v.minLength(1),
  ),
});

export const modelCardSchema = v.object({
  model: v.picklist(SHIPPED_MODELS),
  training: trainingSchema,
  figures: v.array(figureSchema),
  limits: v.array(v.picklist(LIMITS)),
  /** Day of the training, as 2026-11-22. */
  date: words,
  /** Measures the figures again. */
  command: words,
});

export type ModelCard = v.InferOutput<typeof modelCardSchema>;
export type CardTraining = ModelCard['training'];
export type CardFigure = ModelCard['figures'][number];

/** Reads a card from untrusted JSON. @throws Error in words that name the first wrong field */
export function parseModelCard(value: unknown): ModelCard {
  const result = v.safeParse(modelCardSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const where = issue.path?.map((p) => String(p.key)).join('.') ?? m.engine_the_card();
  throw new Error(m.engine_card_unreadable({ where, what: problemOf(issue) }));
}

/**
 * How often, in percent, the model was right on the pairs that its card names first where both orders named one picture;
 * null where they hardly ever did, or the card does not say.
 */
export function rightWhereAgreed({ figures }: Pick<ModelCard, 'figures'>): number | null {
  const on = figures[0]?.on;
  const value = (name: string) => figures.find((figure) => figure.on === on && figure.name === name)?.value;
  const [forward, reverse, right] = [FIGURE_NAMES.forward, FIGURE_NAMES.reverse, FIGURE_NAMES.bothRight].map(value);
  if (forward === undefined || reverse === undefined || right === undefined) return null;
  // What is right in neither order, both orders agreed on as well.
  const wrong = Math.max(0, 100 - forward - reverse + right);
  return right + wrong < 10 ? null : (100 * right) / (right + wrong);
}
