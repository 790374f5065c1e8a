// The map of where two pictures matter, as words, numbers and a drawing. Only squares that stand out are marked: filled
// where they speak for their picture being closer to done, hatched where they speak against it, the stronger the denser.
import { chances, cellsOf, pointsOf, standingOut, type Cell } from '../../../evaluation/occlusion';
import * as m from '../../../words/messages';
import type { ExplainedMap } from '../../../workers/explainApi';
import type { Drawing, Mark, Size } from '../../plots/drawing';
import type { Table } from '../../plots/table';
import { percent, whole } from '../../reading';

/** Probabilities nearer than this to an even chance say nothing. */
const NOTHING = 0.02;

export function pictureWord(picture: 0 | 1): string {
  return picture === 0 ? m.judge_map_picture_first() : m.judge_map_picture_second();
}

function meaningOf(points: number): string {
  if (points === 0) return m.judge_map_none();
  return points > 0 ? m.judge_map_toward() : m.judge_map_away();
}

export interface MarkedCell extends Cell {
  /** Among the rows of the table. */
  place: number;
  points: number;
  /** In (0, 1]: of the strongest one. */
  strength: number;
}

/** The squares that stand out, strongest first. */
export function markedCells(map: ExplainedMap): MarkedCell[] {
  const cells = cellsOf(map);
  const points = cells.map((cell) => pointsOf(map.base, cell));
  const places = standingOut(points);
  const most = Math.abs(points[places[0] ?? 0] ?? 0);
  return places.map((place) => {
    const own = points[place] ?? 0;
    return { ...(cells[place] as Cell), place, points: own, strength: Math.abs(own) / most };
  });
}

/** How dense a mark is. */
export const density = (strength: number) => 0.2 + 0.5 * strength;

/** Lines across a square, from the lower left to the upper right. */
export function hatch(x: number, y: number, width: number, height: number, lines = 5): string {
  return Array.from({ length: 2 * lines - 1 }, (_, i) => {
    const at = (i + 1) / lines;
    const [from, to] = [Math.max(0, at - 1), Math.min(1, at)];
    const point = (across: number, down: number) =>
      `${(x + across * width).toFixed(1)} ${(y + down * height).toFixed(1)}`;
    return `M${point(from, to)}L${point(to, from)}`;
  }).join('');
}

export function occlusionSummary(map: ExplainedMap): string {
  const [best] = markedCells(map);
  if (!best) {
    const most = Math.max(...cellsOf(map).map((cell) => Math.abs(pointsOf(map.base, cell))));
    return m.judge_map_nothing({ points: whole(most) });
  }
  const [shown, hidden] = chances(map.base, best);
  return m.judge_map_strongest({
    picture: pictureWord(best.picture),
    place: placeWords(best, map.side),
    row: best.row + 1,
    column: best.column + 1,
    speaks: meaningOf(best.points),
    shown: percent(100 * shown),
    hidden: percent(100 * hidden),
  });
}

/** What the pictures and what the order alone add to the answer. */
export function balanceWords({ base, lean }: ExplainedMap): string {
  const chance = (logOdds: number) => 1 / (1 + Math.exp(-Math.abs(logOdds)));
  const order =
    chance(lean) - 0.5 < NOTHING
      ? m.judge_map_order_nothing()
      : m.judge_map_order({
          percent: percent(100 * chance(lean)),
          place: lean < 0 ? m.judge_map_place_first() : m.judge_map_place_second(),
        });
  if (chance(base) - 0.5 < NOTHING) return `${m.judge_map_balance_nothing()} ${order}`;
  const picture = pictureWord(base < 0 ? 0 : 1);
  return `${m.judge_map_balance({ picture, percent: percent(100 * chance(base)) })} ${order}`;
}

function placeWords({ row, column }: Cell, side: number): string {
  const third = (place: number) => Math.min(2, Math.floor((3 * (place + 0.5)) / side));
  const words = [
    [m.judge_map_place_top_left, m.judge_map_place_top_middle, m.judge_map_place_top_right],
    [m.judge_map_place_middle_left, m.judge_map_place_middle_middle, m.judge_map_place_middle_right],
    [m.judge_map_place_bottom_left, m.judge_map_place_bottom_middle, m.judge_map_place_bottom_right],
  ];
  return words[third(row)]?.[third(column)]?.() ?? '';
}

export function occlusionTable(map: ExplainedMap): Table {
  return {
    columns: [
      m.judge_map_column_picture(),
      m.judge_map_column_row(),
      m.judge_map_column_column(),
      m.judge_map_column_effect(),
      m.judge_map_column_meaning(),
    ],
    rows: cellsOf(map).map((cell) => {
      const points = pointsOf(map.base, cell);
      return [pictureWord(cell.picture), cell.row + 1, cell.column + 1, points, meaningOf(points)];
    }),
  };
}

const TITLE = 22;
const LEGEND = 26;
const GAP = 16;

/** Both pictures in grey with their marks, for files. */
export function occlusionDrawing(map: ExplainedMap, { width, height }: Size): Drawing {
  const across = Math.max(32, Math.min((width - GAP) / 2, height - TITLE - LEGEND));
  const side = across / map.side;
  const marked = markedCells(map);
  const marks = ([0, 1] as const).flatMap((picture): Mark[] => {
    const left = picture * (across + GAP);
    const cells = marked
      .filter((cell) => cell.picture === picture)
      .flatMap(({ row, column, points, strength }) =>
        squareMarks(left + column * side, TITLE + row * side, side, points > 0, strength),
      );
    const name = picture === 0 ? m.judge_first() : m.judge_second();
    return [
      { kind: 'text', x: left, y: 14, text: name, ink: 'ink', anchor: 'start' },
      ...greyPicture(map.seen[picture], map.size, left, TITLE, across),
      ...cells,
    ];
  });
  const y = TITLE + across + 16;
  return {
    width,
    height,
    title: m.judge_map_title(),
    summary: occlusionSummary(map),
    marks: [
      ...marks,
      ...squareMarks(2, y - 10, 12, true, 1),
      { kind: 'text', x: 22, y, text: m.judge_map_toward(), ink: 'ink', anchor: 'start' },
      ...squareMarks(across + GAP + 2, y - 10, 12, false, 1),
      { kind: 'text', x: across + GAP + 22, y, text: m.judge_map_away(), ink: 'ink', anchor: 'start' },
    ],
  };
}

/** Filled or hatched, in a frame whose rim sets it off from the picture. */
function squareMarks(x: number, y: number, side: number, isFilled: boolean, strength: number): Mark[] {
  const [left, top, across] = [x, y, side].map((value) => value.toFixed(1));
  const d = `M${left} ${top}h${across}v${across}h-${across}Z`;
  const opacity = density(strength);
  return [
    isFilled
      ? { kind: 'path', d, fill: 'ink', opacity }
      : {
          kind: 'path',
          d: hatch(x, y, side, side, side < 16 ? 3 : 5),
          stroke: 'ink',
          width: 1.5,
          opacity: Math.min(1, opacity + 0.3),
        },
    { kind: 'path', d, stroke: 'ground', width: 3 },
    { kind: 'path', d, stroke: 'ink', width: 1.5 },
  ];
}

const SHADES = 16;

/** A picture [size, size, 3] as ink on paper: one path for each shade, of runs along the rows. */
function greyPicture(picture: Uint8Array, size: number, left: number, top: number, across: number): Mark[] {
  const pixel = across / size;
  const paths = Array.from({ length: SHADES }, () => '');
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size;) {
      const shade = shadeOf(picture, y * size + x);
      let end = x + 1;
      while (end < size && shadeOf(picture, y * size + end) === shade) end++;
      const [width, height] = [((end - x) * pixel).toFixed(1), pixel.toFixed(1)];
      paths[shade] += `M${(left + x * pixel).toFixed(1)} ${(top + y * pixel).toFixed(1)}h${width}v${height}h-${width}Z`;
      x = end;
    }
  }
  return paths.flatMap((d, shade): Mark[] =>
    d === '' || shade === 0 ? [] : [{ kind: 'path', d, fill: 'ink', opacity: shade / (SHADES - 1) }],
  );
}

/** 0 for white to SHADES − 1 for black. */
function shadeOf(picture: Uint8Array, pixel: number): number {
  const [r, g, b] = [picture[3 * pixel] ?? 0, picture[3 * pixel + 1] ?? 0, picture[3 * pixel + 2] ?? 0];
  return Math.round(((255 - (0.2126 * r + 0.7152 * g + 0.0722 * b)) / 255) * (SHADES - 1));
}
