// The figures of a model's card that a quiz can be held against.
import { FIGURE_NAMES, type CardFigure, type ModelCard } from '../../../evaluation/modelCard';

const KEYS = ['forward', 'reverse', 'gap', 'bothRight'] as const;

export interface CardLine {
  name: string;
  /** "2100 pairs of 226 unseen episodes", as the card says it. */
  on: string;
  values: Partial<Record<(typeof KEYS)[number], CardFigure>>;
}

/** The figures on the pairs that a card names first; nothing where it has none of them. */
export function cardLines(name: string, card: ModelCard | null): CardLine[] {
  const on = card?.figures[0]?.on;
  if (!card || on === undefined) return [];
  const first = card.figures.filter((figure) => figure.on === on);
  const entries = KEYS.flatMap((key) => {
    const figure = first.find((one) => one.name === FIGURE_NAMES[key]);
    return figure ? [[key, figure] as const] : [];
  });
  return entries.length === 0 ? [] : [{ name, on, values: Object.fromEntries(entries) }];
}
