// Accuracy by window: how far apart two frames must be before the model can tell which is closer to done, in each order
// and in both. The line of pairs right in both orders is the headline; the other two show what position adds to it.
import * as m from '../../words/messages';
import type { Summary } from '../../evaluation/metrics';
import { percent, points } from '../../evaluation/words';
import { defaultSize, type Drawing, type Size } from './drawing';
import {
  bottomAxis,
  chanceOfBoth,
  chanceOfOrder,
  forwardStyle,
  legend,
  legendRows,
  lineMarks,
  neutralStyle,
  panelOf,
  paperStyle,
  chanceNames,
  percentAxis,
  reverseStyle,
  scaleOf,
  type LegendItem,
  type Place,
} from './frame';
import { pointLabels, type PointLabel } from './labels';
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

/** Another measurement or a strategy beside the points: pairs right in both orders, in percent. */
export interface WindowOverlay {
  readonly name: string;
  /** Stands for the name in a narrow figure; a legend beside it says what it means. */
  readonly key: string;
  readonly byWindow: readonly { readonly window: number; readonly bothRight: number }[];
}

/** Figures narrower than this, in pixels, name overlays by their keys. */
const narrow = 480;
const overlayDashes: readonly (readonly number[])[] = [
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 2],
];

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
  if (first === undefined || last === undefined) return m.plots_window_none();
  const widest = data.reduce((a, b) => (gapOf(b) > gapOf(a) ? b : a));
  const gap = { widest: widest.window, gap: points(gapOf(widest)) };
  const start = { share: percent(first.bothRight), window: first.window, ...gap };
  if (first === last) return m.plots_window_one(start);
  return m.plots_window_summary({ ...start, lastShare: percent(last.bothRight), last: last.window });
}

export function windowTable(
  data: readonly WindowPoint[],
  paper?: PaperLine,
  overlays: readonly WindowOverlay[] = [],
): Table {
  const at = ({ byWindow }: WindowOverlay, window: number) => byWindow.find((p) => p.window === window) ?? null;
  return {
    columns: [
      m.plots_window(),
      m.plots_pairs(),
      m.plots_col_forward(),
      m.plots_col_reverse(),
      m.plots_col_average(),
      m.plots_gap(),
      m.plots_col_both(),
      ...(paper === undefined ? [] : [m.plots_col_paper({ name: paper.name })]),
      ...overlays.map(({ name }) => m.plots_window_overlay_column({ name })),
    ],
    rows: data.map((p) => [
      ...[p.window, p.pairs, p.forward, p.reverse, p.average, gapOf(p), p.bothRight],
      ...(paper === undefined ? [] : [paper.byWindow[p.window - 5] ?? null]),
      ...overlays.map((overlay) => at(overlay, p.window)?.bothRight ?? null),
    ]),
  };
}

export function windowDrawing(
  data: readonly WindowPoint[],
  size: Size = defaultSize,
  paper?: PaperLine,
  overlays: readonly WindowOverlay[] = [],
): Drawing {
  const items: LegendItem[] = [
    { label: m.plots_forward(), style: forwardStyle },
    { label: m.plots_reverse(), style: reverseStyle },
    { label: m.plots_both_right(), style: neutralStyle },
    ...(paper === undefined ? [] : [{ label: m.plots_paper({ name: paper.name }), style: paperStyle }]),
  ];
  const panel = panelOf(size, legendRows(items, size.width));
  const windows = [data, ...overlays.map(({ byWindow }) => byWindow)].flat().map((point) => point.window);
  const [from, to] = [Math.min(5, ...windows), Math.max(16, ...windows)];
  const x = scaleOf(from - 0.5, to + 0.5, panel.left, panel.right);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  const places = (name: string, of: (point: WindowPoint) => number): Place[] =>
    data.map((point) => ({
      x: x(point.window),
      y: y(of(point)),
      label: m.plots_window_point({ window: point.window, name, share: percent(of(point)), pairs: point.pairs }),
    }));
  const published = (paper?.byWindow ?? []).map((value, i) => ({
    x: x(i + 5),
    y: y(value),
    label: m.plots_window_paper_point({ name: paper?.name ?? '', window: i + 5, share: percent(value) }),
  }));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const lines = overlays.map(({ name, key, byWindow }) => {
    const placed = byWindow.map(({ window, bothRight }) => {
      const label = m.plots_window_overlay({ name, window, share: percent(bothRight) });
      return { x: x(window), y: y(bothRight), label };
    });
    return { words: size.width < narrow ? key : name, placed };
  });
  const names = lines.flatMap(({ words, placed }): PointLabel[] => {
    const last = placed.at(-1);
    return last === undefined ? [] : [{ words, at: last, ink: 'ink', reach: 8 }];
  });
  return {
    ...size,
    title: m.plots_window_title(),
    summary: windowSummary(data),
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y, [chanceOfOrder(), chanceOfBoth()]),
      ...bottomAxis(panel, x, ticks, m.plots_window_axis()),
      ...lineMarks(published, paperStyle, 3),
      ...lines.flatMap(({ placed }, i) => {
        const dash = overlayDashes[i % overlayDashes.length] ?? [6, 3];
        return lineMarks(placed, { ink: 'ink', width: 1, shape: 'hollow', dash }, 2.5);
      }),
      ...lineMarks(
        places(m.plots_both_right(), (p) => p.bothRight),
        neutralStyle,
      ),
      ...lineMarks(
        places(m.plots_reverse(), (p) => p.reverse),
        reverseStyle,
        4,
      ),
      ...lineMarks(
        places(m.plots_forward(), (p) => p.forward),
        forwardStyle,
      ),
      ...chanceNames(panel, y, [chanceOfOrder(), chanceOfBoth()]),
      ...pointLabels(names, panel),
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
