// The map of where two pictures matter, as words, numbers and a drawing. A filled square speaks for its picture being
// closer to done, a hollow one against it, and its area says how much (Hinton's diagram): readable without any hue.
import * as m from '../../../words/messages';
import { getLocale } from '../../../words/runtime';
import { cellsOf, strongest, type Cell } from '../../../evaluation/occlusion';
import type { ExplainedMap } from '../../../workers/explainApi';
import type { Drawing, Mark, Size } from '../../plots/drawing';
import type { Table } from '../../plots/table';

/** Log-odds that fill a cell where nothing is stronger, so that noise does not look like a finding. */
const LEAST_SCALE = 0.5;
/** Below this nothing matters. */
const NOTHING = 0.1;
/** Marks smaller than this share of a cell's side are left out. */
const SMALLEST = 0.12;

/** A figure as people read it: "1.8", "0.05". */
export function logOdds(value: number): string {
  const digits = Math.abs(value) >= 1 ? 1 : 2;
  return value.toLocaleString(getLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function pictureWord(picture: 0 | 1): string {
  return picture === 0 ? m.judge_map_picture_first() : m.judge_map_picture_second();
}

export function meaningOf(effect: number): string {
  if (effect === 0) return m.judge_map_none();
  return effect > 0 ? m.judge_map_toward() : m.judge_map_away();
}

/** Side of each cell's mark as a share of the cell's, in the order of the table's rows. */
export function markSides(map: ExplainedMap): number[] {
  const cells = cellsOf(map);
  const most = Math.max(LEAST_SCALE, Math.abs(strongest(cells)?.effect ?? 0));
  return cells.map(({ effect }) => {
    const side = 0.9 * Math.sqrt(Math.abs(effect) / most);
    return side < SMALLEST ? 0 : side;
  });
}

/** Place of the strongest cell among the rows. */
export function strongestRow(map: ExplainedMap): number {
  const cells = cellsOf(map);
  const best = strongest(cells);
  return best ? cells.indexOf(best) : 0;
}

export function occlusionSummary(map: ExplainedMap): string {
  const best = strongest(cellsOf(map));
  if (!best || Math.abs(best.effect) < NOTHING) return m.judge_map_nothing({ strength: logOdds(NOTHING) });
  return m.judge_map_strongest({
    picture: pictureWord(best.picture),
    place: placeWords(best, map.side),
    row: best.row + 1,
    column: best.column + 1,
    speaks: meaningOf(best.effect),
    strength: logOdds(Math.abs(best.effect)),
  });
}

/** What the pictures and what the order alone add to the answer. */
export function balanceWords({ base, lean }: ExplainedMap): string {
  const order = {
    lean: logOdds(Math.abs(lean)),
    place: lean < 0 ? m.judge_map_place_first() : m.judge_map_place_second(),
  };
  if (Math.abs(base) < NOTHING) return m.judge_map_balance_nothing(order);
  return m.judge_map_balance({ ...order, picture: pictureWord(base < 0 ? 0 : 1), evidence: logOdds(Math.abs(base)) });
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
    rows: cellsOf(map).map(({ picture, row, column, effect }) => [
      pictureWord(picture),
      row + 1,
      column + 1,
      effect,
      meaningOf(effect),
    ]),
  };
}

const TITLE = 22;
const LEGEND = 26;
const GAP = 16;

/** Both pictures in grey with their marks, for files. */
export function occlusionDrawing(map: ExplainedMap, { width, height }: Size): Drawing {
  const across = Math.max(32, Math.min((width - GAP) / 2, height - TITLE - LEGEND));
  const sides = markSides(map);
  const cell = across / map.side;
  const half = map.side * map.side;
  const marks = ([0, 1] as const).flatMap((picture): Mark[] => {
    const left = picture * (across + GAP);
    const cells = sides.slice(picture * half, (picture + 1) * half).flatMap((side, i): Mark[] => {
      const effect = map.effects[picture][i] ?? 0;
      if (side === 0) return [];
      const x = left + ((i % map.side) + 0.5) * cell;
      const y = TITLE + (Math.floor(i / map.side) + 0.5) * cell;
      return squareMarks(x, y, side * cell, effect > 0);
    });
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
      ...squareMarks(8, y - 4, 12, true),
      { kind: 'text', x: 22, y, text: m.judge_map_toward(), ink: 'ink', anchor: 'start' },
      ...squareMarks(across + GAP + 8, y - 4, 12, false),
      { kind: 'text', x: across + GAP + 22, y, text: m.judge_map_away(), ink: 'ink', anchor: 'start' },
    ],
  };
}

/** Filled, or a frame through which the picture shows; both with a rim that sets them off from it. */
function squareMarks(x: number, y: number, side: number, isFilled: boolean): Mark[] {
  const [left, top] = [x - side / 2, y - side / 2].map((value) => value.toFixed(1));
  const d = `M${left} ${top}h${side.toFixed(1)}v${side.toFixed(1)}h-${side.toFixed(1)}Z`;
  if (isFilled) return [{ kind: 'path', d, fill: 'ink', stroke: 'ground', width: 1.5 }];
  return [
    { kind: 'path', d, stroke: 'ground', width: 4 },
    { kind: 'path', d, stroke: 'ink', width: 2 },
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
