// Forward and reverse accuracy over the steps of a run, with the gap between them as an area: the figure in which a
// model's habit of naming one position is seen to form and to go.
import { percent, points } from '../../evaluation/words';
import * as m from '../../words/messages';
import { whole } from '../reading';
import { defaultSize, type Drawing, type Size } from './drawing';
import {
  bandMark,
  bottomAxis,
  forwardStyle,
  legend,
  legendRows,
  lineMarks,
  neutralStyle,
  panelOf,
  chanceNames,
  percentAxis,
  reverseStyle,
  scaleOf,
  ticksOf,
  type LegendItem,
  type LineStyle,
  type Place,
} from './frame';
import { svgText } from './svg';
import type { Table } from './table';

/** One evaluation during training, in percent (the gap in points). */
export interface AccuracyPoint {
  readonly step: number;
  readonly forward: number;
  readonly reverse: number;
  readonly gap: number;
  readonly bothRight?: number;
}

export const gapStyle: LineStyle = { ...neutralStyle, dash: [2, 2] };

export function accuracySummary(data: readonly AccuracyPoint[]): string {
  const last = data.at(-1);
  if (last === undefined) return m.plots_accuracy_none();
  const both = last.bothRight === undefined ? '' : m.plots_accuracy_both({ share: percent(last.bothRight) });
  const [forward, reverse, gap] = [percent(last.forward), percent(last.reverse), points(last.gap)];
  return m.plots_accuracy_summary({ step: whole(last.step), forward, reverse, gap, both });
}

export function accuracyTable(data: readonly AccuracyPoint[]): Table {
  return {
    columns: [m.plots_step(), m.plots_col_forward(), m.plots_col_reverse(), m.plots_gap(), m.plots_col_both()],
    rows: data.map((p) => [p.step, p.forward, p.reverse, p.gap, p.bothRight ?? null]),
  };
}

export function accuracyDrawing(data: readonly AccuracyPoint[], size: Size = defaultSize): Drawing {
  const items: LegendItem[] = [
    { label: m.plots_forward(), style: forwardStyle },
    { label: m.plots_reverse(), style: reverseStyle },
    { label: m.plots_gap(), style: gapStyle },
  ];
  const panel = panelOf(size, legendRows(items, size.width));
  const [from, to] = [data[0]?.step ?? 0, Math.max(data.at(-1)?.step ?? 0, (data[0]?.step ?? 0) + 1)];
  const x = scaleOf(from, to, panel.left + 8, panel.right - 8);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  // Marks that would overlap say nothing; a crowded line goes without.
  const crowded = data.length > (panel.right - panel.left) / 10;
  const drawn = (style: LineStyle): LineStyle =>
    crowded ? { ink: style.ink, width: style.width, ...(style.dash && { dash: style.dash }) } : style;
  const names = { forward: m.plots_forward(), reverse: m.plots_reverse(), gap: m.plots_gap() };
  const places = (name: 'forward' | 'reverse' | 'gap'): Place[] =>
    data.map((point) => ({
      x: x(point.step),
      y: y(point[name]),
      label: m.plots_accuracy_point({ step: point.step, name: names[name], share: percent(point[name]) }),
    }));
  const [forward, reverse] = [places('forward'), places('reverse')];
  return {
    ...size,
    title: m.plots_accuracy_title(),
    summary: accuracySummary(data),
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y),
      ...bottomAxis(panel, x, ticksOf(from, to, 6).filter(Number.isInteger), m.plots_step(), whole),
      ...(data.length > 1 ? [bandMark(forward, reverse, 'neutral')] : []),
      ...lineMarks(places('gap'), drawn(gapStyle), 3),
      ...lineMarks(reverse, drawn(reverseStyle), 4),
      ...lineMarks(forward, drawn(forwardStyle)),
      ...chanceNames(panel, y),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function accuracySvg(data: readonly AccuracyPoint[], size: Size = defaultSize): string {
  return svgText(accuracyDrawing(data, size));
}
