// The figures of a model's card that a quiz can be held against.
import type { CardFigure, ModelCard } from '../../../evaluation/modelCard';

/** As the cards name them (scripts/modelCards.ts). */
const NAMES = {
  forward: 'right in forward order',
  reverse: 'right in reverse order',
  gap: 'gap between the orders',
  bothRight: 'right in both orders',
} as const;

export interface CardLine {
  name: string;
  /** "2100 pairs of 226 unseen episodes". */
  on: string;
  values: Partial<Record<keyof typeof NAMES, CardFigure>>;
}

/** The figures on the pairs that a card names first; nothing where it has none of them. */
export function cardLines(name: string, card: ModelCard | null): CardLine[] {
  const on = card?.figures[0]?.on;
  if (!card || on === undefined) return [];
  const first = card.figures.filter((figure) => figure.on === on);
  const entries = Object.entries(NAMES).flatMap(([key, words]) => {
    const figure = first.find((one) => one.name === words);
    return figure ? [[key, figure] as const] : [];
  });
  return entries.length === 0 ? [] : [{ name, on, values: Object.fromEntries(entries) }];
}
