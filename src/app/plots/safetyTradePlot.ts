// The trade of the boundary over thresholds: how much harm it stops in time against how often it stops a policy that does
// nothing wrong, and how late it comes. The threshold that is chosen stands in both.
import * as m from '../../words/messages';
import { textWidth, type Drawing, type Mark, type Size } from './drawing';
import {
  bandMark,
  bottomAxis,
  forwardStyle,
  hairline,
  legend,
  legendRows,
  lineMarks,
  neutralStyle,
  panelOf,
  percentAxis,
  reverseStyle,
  scaleOf,
  stroke,
  text,
  ticksOf,
} from './frame';
import type { LegendItem, LineStyle, Panel, Place, Scale } from './frame';
import type { Table } from './table';

/** A figure with its interval. */
export interface Bounded {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface TradeRow {
  readonly threshold: number;
  /** Percent. */
  readonly stopped: Bounded;
  readonly alarms: Bounded;
  /** Seconds. */
  readonly delay: Bounded;
}

const seriesOf = (label: string, style: LineStyle, of: (row: TradeRow) => Bounded) => ({ label, style, of });

export function tradeTable(rows: readonly TradeRow[]): Table {
  return {
    columns: [
      m.safety_col_threshold(),
      m.safety_col_stopped(),
      m.safety_col_low(),
      m.safety_col_high(),
      m.safety_col_alarms(),
      m.safety_col_low(),
      m.safety_col_high(),
    ],
    rows: rows.map(({ threshold, stopped, alarms }) => [threshold, ...cells(stopped), ...cells(alarms)]),
  };
}

export function delayTable(rows: readonly TradeRow[]): Table {
  return {
    columns: [m.safety_col_threshold(), m.safety_col_delay(), m.safety_col_low_seconds(), m.safety_col_high_seconds()],
    rows: rows.map(({ threshold, delay }) => [threshold, ...cells(delay)]),
  };
}

const cells = ({ value, low, high }: Bounded) => [value, low, high];

export function tradeDrawing(rows: readonly TradeRow[], threshold: number, size: Size, summary: string): Drawing {
  const series = [
    seriesOf(m.safety_trade_stopped(), forwardStyle, ({ stopped }) => stopped),
    seriesOf(m.safety_trade_alarms(), reverseStyle, ({ alarms }) => alarms),
  ];
  const items: LegendItem[] = series.map(({ label, style }) => ({ label, style }));
  const panel = panelOf(size, legendRows(items, size.width) + 1);
  const x = thresholdScale(rows, panel);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  return {
    ...size,
    title: m.safety_trade_title(),
    summary,
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y, []),
      ...thresholdAxis(rows, panel, x),
      ...series.flatMap((one) => curveMarks(rows, one.of, one.style, x, y)),
      ...chosen(threshold, panel, x),
    ],
  };
}

export function delayDrawing(rows: readonly TradeRow[], threshold: number, size: Size, summary: string): Drawing {
  const panel = panelOf(size, 1);
  const x = thresholdScale(rows, panel);
  const most = Math.max(1, ...rows.flatMap(({ delay }) => [delay.value ?? 0, delay.high ?? 0]));
  const ticks = ticksOf(0, most, 5);
  const y = scaleOf(0, Math.max(most, ticks.at(-1) ?? most), panel.bottom, panel.top);
  return {
    ...size,
    title: m.safety_delay_title(),
    summary,
    marks: [
      ...ticks.flatMap((value) => [
        hairline(panel.left, y(value), panel.right, y(value)),
        text(panel.left - 6, y(value) + 4, `${value} s`, 'end'),
      ]),
      ...thresholdAxis(rows, panel, x),
      ...curveMarks(rows, ({ delay }) => delay, neutralStyle, x, y),
      ...chosen(threshold, panel, x),
    ],
  };
}

function thresholdScale(rows: readonly TradeRow[], panel: Panel): Scale {
  const thresholds = rows.map(({ threshold }) => threshold);
  return scaleOf(Math.min(0, ...thresholds), Math.max(1, ...thresholds) + 0.5, panel.left, panel.right);
}

function thresholdAxis(rows: readonly TradeRow[], panel: Panel, x: Scale): Mark[] {
  const last = Math.max(1, ...rows.map(({ threshold }) => threshold));
  return bottomAxis(panel, x, ticksOf(0, last, 12), m.safety_trade_axis());
}

function curveMarks(
  rows: readonly TradeRow[],
  of: (row: TradeRow) => Bounded,
  style: LineStyle,
  x: Scale,
  y: Scale,
): Mark[] {
  const place = (row: TradeRow, value: number | null): Place | null =>
    value === null ? null : { x: x(row.threshold), y: y(value) };
  const known = rows.flatMap((row) => {
    const { low, high } = of(row);
    const [upper, lower] = [place(row, high), place(row, low)];
    return upper && lower ? [{ upper, lower }] : [];
  });
  const band =
    known.length < 2
      ? []
      : [
          bandMark(
            known.map((one) => one.upper),
            known.map((one) => one.lower),
            style.ink,
          ),
        ];
  return [
    ...band,
    ...lineMarks(
      rows.map((row) => place(row, of(row).value)),
      style,
    ),
  ];
}

/** The chosen threshold, as a line across the plot with its words above. */
function chosen(threshold: number, panel: Panel, x: Scale): Mark[] {
  const words = m.safety_plot_threshold({ threshold });
  const half = textWidth(words) / 2;
  const at = Math.min(panel.right, Math.max(panel.left, x(threshold)));
  return [
    stroke(`M${at.toFixed(2)} ${panel.top}V${panel.bottom}`, { ink: 'ink', width: 1.5, dash: [9, 3, 2, 3] }),
    text(Math.min(panel.right - half, Math.max(panel.left + half, at)), panel.top - 5, words, 'middle', 'ink'),
  ];
}
