// The parts that all figures share: scales, axes, the chance line, the two line styles (forward solid with round marks,
// reverse dashed with triangles, so that colour never carries the difference alone), legends and labels that keep apart.
import * as m from '../../words/messages';
import {
  letterSize,
  textWidth,
  twoLines,
  type Ink,
  type Mark,
  type PathMark,
  type Size,
  type TextMark,
} from './drawing';

/** The rectangle of the data, in pixels. */
export interface Panel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export type Scale = (value: number) => number;

export type MarkShape = 'round' | 'triangle' | 'square' | 'hollow';

export interface LineStyle {
  readonly ink: Ink;
  readonly width: number;
  readonly dash?: readonly number[];
  /** Shape of the marks; a line without one has no marks. */
  readonly shape?: MarkShape;
}

export const forwardStyle: LineStyle = { ink: 'forward', width: 2, shape: 'round' };
export const reverseStyle: LineStyle = { ink: 'reverse', width: 2, dash: [7, 4], shape: 'triangle' };
export const neutralStyle: LineStyle = { ink: 'neutral', width: 1.5, shape: 'square' };
export const paperStyle: LineStyle = { ink: 'neutral', width: 1.25, dash: [2, 3], shape: 'hollow' };

/** One point of a line, in pixels; a null place breaks the line. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly label?: string;
}

/** Straight scale from the values `from … to` to the pixels `start … end`. */
export function scaleOf(from: number, to: number, start: number, end: number): Scale {
  const span = to === from ? 1 : to - from;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** The panel inside a figure with a legend of `legendRows` rows above it. */
export function panelOf(size: Size, legendRows: number, right = 16): Panel {
  return { left: 52, right: size.width - right, top: 10 + legendRows * 20, bottom: size.height - 46 };
}

/** Round values between two ends, at most about `count` of them. */
export function ticksOf(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / Math.max(1, count);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5, 10].find((factor) => factor * unit >= rough * 0.999) ?? 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9) + 0; i * step <= to + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)) + 0);
  return ticks;
}

/** Where whoever guesses stands, in percent. */
export interface Chance {
  readonly at: number;
  readonly label: string;
}

/** Of a coin for each order: one half is right in an order, a quarter in both. */
export const chanceOfOrder = (): Chance => ({ at: 50, label: m.plots_chance_order() });
export const chanceOfBoth = (): Chance => ({ at: 25, label: m.plots_chance_both() });

const coin = (): readonly Chance[] => [{ at: 50, label: m.plots_chance() }];

/** What chance is called, to be drawn over the curves. */
export function chanceNames(panel: Panel, y: Scale, chances = coin()): Mark[] {
  return chances.map(({ at, label }) => ({ ...text(panel.right, y(at) - 4, label, 'end'), haloed: true }));
}

/** Upright axis from 0 to 100 % with hairlines, and a line where chance is; at 50 unless said. */
export function percentAxis(panel: Panel, y: Scale, chances = coin()): Mark[] {
  const isChance = (value: number) => chances.some(({ at }) => at === value);
  const ticks = [0, 25, 50, 75, 100];
  return [
    ...ticks.filter((value) => !isChance(value)).map((value) => hairline(panel.left, y(value), panel.right, y(value))),
    ...ticks.map((value) => text(panel.left - 6, y(value) + 4, `${value} %`, 'end')),
    ...chances.map(({ at }) => chanceLine(panel.left, y(at), panel.right, y(at))),
  ];
}

/** Axis along the bottom with its title; ticks that would touch are left out. */
export function bottomAxis(
  panel: Panel,
  x: Scale,
  ticks: readonly number[],
  title: string,
  write: (value: number) => string = String,
): Mark[] {
  const marks: Mark[] = [hairline(panel.left, panel.bottom, panel.right, panel.bottom)];
  let free = -Infinity;
  for (const tick of ticks) {
    const [at, words] = [x(tick), write(tick)];
    marks.push(hairline(at, panel.bottom, at, panel.bottom + 4));
    if (at - textWidth(words) / 2 < free) continue;
    free = at + textWidth(words) / 2 + 6;
    marks.push(text(at, panel.bottom + 17, words, 'middle'));
  }
  return [...marks, ...axisTitle(panel, title)];
}

/** Below the ticks, on two lines where one would not fit into the figure. */
function axisTitle(panel: Panel, title: string): Mark[] {
  const middle = (panel.left + panel.right) / 2;
  const half = Math.min(middle, panel.right + 16 - middle);
  if (textWidth(title) <= 2 * half) return [text(middle, panel.bottom + 37, title, 'middle', 'ink')];
  return twoLines(title).map((line, i) => text(middle, panel.bottom + 31 + i * 13, line, 'middle', 'ink'));
}

/** A line through the places with its marks; each null breaks it. */
export function lineMarks(places: readonly (Place | null)[], style: LineStyle, radius = 3.5): PathMark[] {
  let d = '';
  let pen = 'M';
  for (const place of places) {
    if (place !== null) d += `${pen}${fixed(place.x)} ${fixed(place.y)}`;
    pen = place === null ? 'M' : 'L';
  }
  const marks: PathMark[] = d === '' ? [] : [stroke(d, style)];
  const { shape } = style;
  if (shape === undefined) return marks;
  return [...marks, ...places.flatMap((place) => (place === null ? [] : [pointMark(place, style.ink, shape, radius)]))];
}

/** One mark at a place. */
export function pointMark(place: Place, ink: Ink, shape: MarkShape, radius: number): PathMark {
  const d = shapePath(place.x, place.y, shape, radius);
  const label = place.label === undefined ? {} : { label: place.label };
  if (shape === 'hollow') return { kind: 'path', d, stroke: ink, width: 1.25, fill: 'ground', ...label };
  // A rim in the colour of the ground keeps marks apart where they overlap.
  return { kind: 'path', d, fill: ink, stroke: 'ground', width: 1, ...label };
}

/** A filled bar between two corners. */
export function barMark(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  ink: Ink,
  opacity: number,
  label?: string,
): PathMark {
  const d = `M${fixed(x1)} ${fixed(y1)}H${fixed(x2)}V${fixed(y2)}H${fixed(x1)}Z`;
  return { kind: 'path', d, fill: ink, opacity, ...(label === undefined ? {} : { label }) };
}

/** The area between two lines over the same places. */
export function bandMark(upper: readonly Place[], lower: readonly Place[], ink: Ink): PathMark {
  const around = [...upper, ...lower.toReversed()];
  const d = around.map((place, i) => `${i === 0 ? 'M' : 'L'}${fixed(place.x)} ${fixed(place.y)}`).join('') + 'Z';
  return { kind: 'path', d, fill: ink, opacity: 0.14 };
}

export interface LegendItem {
  readonly label: string;
  readonly style: LineStyle;
  /** What stands before the words, as it looks in the plot: a line with its mark where nothing is said. */
  readonly sample?: 'line' | 'bar' | 'mark';
  /** Of a bar. */
  readonly opacity?: number;
}

/** How many rows a legend takes in this width. */
export function legendRows(items: readonly LegendItem[], width: number): number {
  return legendPlaces(items, width).reduce((rows, place) => Math.max(rows, place.row + 1), 0);
}

/** The legend above the panel. */
export function legend(items: readonly LegendItem[], width: number): Mark[] {
  const places = legendPlaces(items, width);
  return items.flatMap((item, i): Mark[] => {
    const { left, row } = places[i] ?? { left: 0, row: 0 };
    const y = 14 + row * 20;
    const { style, sample = 'line', opacity = 1 } = item;
    const words = text(left + 32, y + 4, item.label, 'start', 'ink');
    if (sample === 'bar') return [barMark(left, y - 5, left + 26, y + 5, style.ink, opacity), words];
    const line = sample === 'line' ? [stroke(`M${fixed(left)} ${y}L${fixed(left + 26)} ${y}`, style)] : [];
    const mark = style.shape === undefined ? [] : [pointMark({ x: left + 13, y }, style.ink, style.shape, 3.5)];
    return [...line, ...mark, words];
  });
}

/** Heights that keep labels at least a line apart, each as near as it can be to where it wants to be. */
export function spread(wanted: readonly number[], top: number, bottom: number, apart = letterSize + 2): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const heights = [...wanted];
  let free = top;
  for (const i of order) {
    heights[i] = Math.max(heights[i] ?? 0, free);
    free = (heights[i] ?? 0) + apart;
  }
  let limit = bottom;
  for (const i of order.toReversed()) {
    heights[i] = Math.min(heights[i] ?? 0, limit);
    limit = (heights[i] ?? 0) - apart;
  }
  return heights;
}

export function text(
  x: number,
  y: number,
  words: string,
  anchor: 'start' | 'middle' | 'end',
  ink: Ink = 'neutral',
): TextMark {
  return { kind: 'text', x: round(x), y: round(y), text: words, anchor, ink };
}

export function hairline(x1: number, y1: number, x2: number, y2: number): PathMark {
  return { kind: 'path', d: segment(x1, y1, x2, y2), stroke: 'rule', width: 1 };
}

export function chanceLine(x1: number, y1: number, x2: number, y2: number): PathMark {
  return { kind: 'path', d: segment(x1, y1, x2, y2), stroke: 'neutral', width: 1, dash: [1, 3] };
}

export function stroke(d: string, style: LineStyle): PathMark {
  const dash = style.dash === undefined ? {} : { dash: style.dash };
  return { kind: 'path', d, stroke: style.ink, width: style.width, ...dash };
}

function segment(x1: number, y1: number, x2: number, y2: number): string {
  return `M${fixed(x1)} ${fixed(y1)}L${fixed(x2)} ${fixed(y2)}`;
}

function shapePath(x: number, y: number, shape: MarkShape, r: number): string {
  if (shape === 'triangle') {
    return `M${fixed(x)} ${fixed(y - 1.25 * r)}l${fixed(1.15 * r)} ${fixed(2.1 * r)}h-${fixed(2.3 * r)}Z`;
  }
  if (shape === 'square')
    return `M${fixed(x - 0.85 * r)} ${fixed(y - 0.85 * r)}h${fixed(1.7 * r)}v${fixed(1.7 * r)}h-${fixed(1.7 * r)}Z`;
  return `M${fixed(x - r)} ${fixed(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 -${2 * r} 0Z`;
}

function legendPlaces(items: readonly LegendItem[], width: number): { left: number; row: number }[] {
  let [left, row] = [4, 0];
  return items.map((item) => {
    const wide = 32 + textWidth(item.label) + 16;
    if (left > 4 && left + wide - 16 > width) [left, row] = [4, row + 1];
    const place = { left, row };
    left += wide;
    return place;
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function fixed(value: number): string {
  return `${round(value)}`;
}
