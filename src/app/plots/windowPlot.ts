// Accuracy by window: how far apart two frames must be before the model can tell which is closer to done, in each order
// and in both. The line of pairs right in both orders is the headline; the other two show what position adds to it.
import type { Summary } from '../../evaluation/metrics';
import { percent, points } from '../../evaluation/words';
import { defaultSize, type Drawing, type Size } from './drawing';
import {
  bottomAxis,
  forwardStyle,
  legend,
  legendRows,
  lineMarks,
  neutralStyle,
  panelOf,
  paperStyle,
  percentAxis,
  reverseStyle,
  scaleOf,
  type LegendItem,
  type Place,
} from './frame';
import { svgText } from './svg';
import type { Table } from './table';

/** Shares in percent at one window. */
export interface WindowPoint {
  readonly window: number;
  readonly pairs: number;
  readonly forward: number;
  readonly reverse: number;
  readonly average: number;
  readonly bothRight: number;
}

/** A published line, in percent at windows 5, 6, …; shown under the paper's name. */
export interface PaperLine {
  readonly name: string;
  readonly byWindow: readonly number[];
}

/** The windows that have pairs, in order, out of an evaluation's summaries by window. */
export function windowPoints(byWindow: Readonly<Record<string, Summary | null>>): WindowPoint[] {
  return Object.entries(byWindow)
    .flatMap(([key, summary]) => {
      if (summary === null || !/^\d+$/.test(key)) return [];
      const { pairs, forward, reverse, average, bothRight } = summary;
      return [{ window: Number(key), pairs, forward, reverse, average, bothRight }];
    })
    .sort((a, b) => a.window - b.window);
}

export function windowSummary(data: readonly WindowPoint[]): string {
  const [first, last] = [data[0], data.at(-1)];
  if (first === undefined || last === undefined) return 'No pair has been judged yet.';
  const widest = data.reduce((a, b) => (gapOf(b) > gapOf(a) ? b : a));
  const start = `Right in both orders ${percent(first.bothRight)} at window ${first.window}`;
  const rest = first === last ? '' : ` and ${percent(last.bothRight)} at window ${last.window}`;
  return `${start}${rest}; the gap between the orders is widest at window ${widest.window} (${points(gapOf(widest))}).`;
}

export function windowTable(data: readonly WindowPoint[], paper?: PaperLine): Table {
  const columns = ['window', 'pairs', 'forward %', 'reverse %', 'average %', 'gap', 'right in both orders %'];
  const rows = data.map((p) => [p.window, p.pairs, p.forward, p.reverse, p.average, gapOf(p), p.bothRight]);
  if (paper === undefined) return { columns, rows };
  return {
    columns: [...columns, `paper: ${paper.name} %`],
    rows: rows.map((row, i) => [...row, paper.byWindow[(data[i]?.window ?? 0) - 5] ?? null]),
  };
}

export function windowDrawing(data: readonly WindowPoint[], size: Size = defaultSize, paper?: PaperLine): Drawing {
  const items: LegendItem[] = [
    { label: 'forward', style: forwardStyle },
    { label: 'reverse', style: reverseStyle },
    { label: 'right in both orders', style: neutralStyle },
    ...(paper === undefined ? [] : [{ label: `paper: ${paper.name}`, style: paperStyle }]),
  ];
  const panel = panelOf(size, legendRows(items, size.width));
  const windows = data.map((point) => point.window);
  const [from, to] = [Math.min(5, ...windows), Math.max(16, ...windows)];
  const x = scaleOf(from - 0.5, to + 0.5, panel.left, panel.right);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  const places = (name: string, of: (point: WindowPoint) => number): Place[] =>
    data.map((point) => ({
      x: x(point.window),
      y: y(of(point)),
      label: `window ${point.window}, ${name} ${percent(of(point))}, ${point.pairs} pairs`,
    }));
  const published = (paper?.byWindow ?? []).map((value, i) => ({
    x: x(i + 5),
    y: y(value),
    label: `paper: ${paper?.name ?? ''}, window ${i + 5}, ${percent(value)}`,
  }));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return {
    ...size,
    title: 'Accuracy by window',
    summary: windowSummary(data),
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y),
      ...bottomAxis(panel, x, ticks, 'window (kept frames between the two pictures)'),
      ...lineMarks(published, paperStyle, 3),
      ...lineMarks(
        places('right in both orders', (p) => p.bothRight),
        neutralStyle,
      ),
      ...lineMarks(
        places('reverse', (p) => p.reverse),
        reverseStyle,
        4,
      ),
      ...lineMarks(
        places('forward', (p) => p.forward),
        forwardStyle,
      ),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function windowSvg(data: readonly WindowPoint[], size: Size = defaultSize, paper?: PaperLine): string {
  return svgText(windowDrawing(data, size, paper));
}

function gapOf(point: WindowPoint): number {
  return Math.abs(point.forward - point.reverse);
}
