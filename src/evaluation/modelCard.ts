// What is written about a model that comes with the studio, in public/models/NAME.json beside its weights: what it was
// trained on, what it reaches with intervals, what it cannot do, and the command that measures it again.
import * as v from 'valibot';
import * as m from '../words/messages';
import { decimal } from '../base/numbers';
import { problemOf } from '../base/problems';

const words = v.pipe(v.string(), v.minLength(1));

/** What cards call their figures. */
export const FIGURE_NAMES = {
  forward: 'right in forward order',
  reverse: 'right in reverse order',
  average: 'right on average',
  gap: 'gap between the orders',
  bothRight: 'right in both orders',
} as const;

const figureSchema = v.object({
  /** What was measured, one of FIGURE_NAMES or in other words. */
  name: words,
  value: v.pipe(v.number(), v.finite()),
  /** 95 % interval with episodes as clusters; null where none is honest. */
  low: v.nullable(v.pipe(v.number(), v.finite())),
  high: v.nullable(v.pipe(v.number(), v.finite())),
  /** "%", "points", "" */
  unit: v.string(),
  /** On what: "288 pairs of 71 test episodes". */
  on: words,
});

export const modelCardSchema = v.object({
  title: words,
  about: words,
  /** What it was trained on. */
  data: words,
  /** How it was trained; a recipe in words or by name. */
  recipe: words,
  figures: v.array(figureSchema),
  /** What it cannot do, a sentence each. */
  limits: v.array(words),
  /** Day of the training, as 2026-11-22. */
  date: words,
  /** Measures the figures again. */
  command: words,
});

export type ModelCard = v.InferOutput<typeof modelCardSchema>;
export type CardFigure = ModelCard['figures'][number];

/** Reads a card from untrusted JSON. @throws Error in words that name the first wrong field */
export function parseModelCard(value: unknown): ModelCard {
  const result = v.safeParse(modelCardSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const where = issue.path?.map((p) => String(p.key)).join('.') ?? m.engine_the_card();
  throw new Error(m.engine_card_unreadable({ where, what: problemOf(issue) }));
}

/** "84.4 %", "2.4 points". */
export function figureText({ value, unit }: Pick<CardFigure, 'value' | 'unit'>): string {
  const number = decimal(Number(value.toFixed(2)));
  return unit === '' ? number : `${number}\u00a0${unit === 'points' ? m.engine_unit_points() : unit}`;
}

/** "77.9 to 89.2", or a dash where there is no interval. */
export function intervalText({ low, high }: Pick<CardFigure, 'low' | 'high'>): string {
  if (low === null || high === null) return '–';
  return m.engine_from_to({ low: decimal(Number(low.toFixed(2))), high: decimal(Number(high.toFixed(2))) });
}
