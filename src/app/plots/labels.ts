// Names beside points that stand close together: each on the side and at the height where it touches no other name, as
// near to its point as that allows, with a hairline back to it where it had to move. A name for which there is no room is
// left out; its point still says it when pointed at, and so do table and legend.
import { letterSize, textWidth, type Ink, type Mark } from './drawing';
import { hairline, text, type Panel, type Place } from './frame';

export interface PointLabel {
  readonly words: string;
  readonly at: Place;
  readonly ink: Ink;
  /** Pixels from the point's middle to where its name may begin. */
  readonly reach: number;
  /** False where it names a place without a mark, which needs no line back to it and stays near it. */
  readonly isPoint?: boolean;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const line = letterSize + 2;
/** How many lines a name may move up or down, and one that means its place. */
const farthest = 9;
const nearest = 1;

/**
 * Places the names in their order: who comes first chooses first.
 * @param paths places on lines, which names keep clear of where they can
 */
export function pointLabels(labels: readonly PointLabel[], panel: Panel, paths: readonly Place[] = []): Mark[] {
  const points = labels.map(({ at, reach }) => boxAround(at, Math.min(reach - 3, 8)));
  const lines = paths.map((place) => boxAround(place, 1));
  const taken: Box[] = [];
  return labels.flatMap((label, i) => {
    const others = points.filter((_, j) => j !== i);
    const places = candidates(label, panel).filter(({ box }) => !taken.some((other) => touches(box, other)));
    const touched = (box: Box, marks: readonly Box[]) => marks.filter((mark) => touches(box, mark)).length;
    // Another point is never worth covering, a line is where the name would have to move far.
    const cost = ({ box, moved }: { box: Box; moved: number }): number =>
      100 * touched(box, others) + touched(box, lines) + (2 * Math.abs(moved)) / line;
    const place = places.toSorted((a, b) => cost(a) - cost(b))[0];
    if (!place) return [];
    taken.push(place.box);
    const { box, isRight, moved } = place;
    const name: Mark = {
      ...text(isRight ? box.left : box.right, box.bottom - 3, label.words, isRight ? 'start' : 'end', label.ink),
      haloed: true,
    };
    if (Math.abs(moved) < line || label.isPoint === false) return [name];
    const [middle, edge] = [(box.top + box.bottom) / 2, isRight ? box.left - 2 : box.right + 2];
    return [{ ...hairline(label.at.x, label.at.y, edge, middle), stroke: 'neutral' as const }, name];
  });
}

function candidates(
  { at, words, reach, isPoint }: PointLabel,
  panel: Panel,
): { box: Box; isRight: boolean; moved: number }[] {
  const wide = textWidth(words);
  const moves = Array.from(
    { length: 4 * (isPoint === false ? nearest : farthest) + 1 },
    (_, i) => (line / 2) * Math.ceil(i / 2) * (i % 2 === 0 ? 1 : -1),
  );
  return moves.flatMap((moved) =>
    [true, false].flatMap((isRight) => {
      const left = isRight ? at.x + reach : at.x - reach - wide;
      const top = at.y - line / 2 + moved;
      const box = { left, right: left + wide, top, bottom: top + line };
      return box.left >= panel.left && box.right <= panel.right && box.top >= panel.top && box.bottom <= panel.bottom
        ? [{ box, isRight, moved }]
        : [];
    }),
  );
}

function boxAround({ x, y }: Place, r: number): Box {
  return { left: x - r, right: x + r, top: y - r, bottom: y + r };
}

function touches(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
