// Loss while training runs: of all supervised tokens, of the judgement token alone (a model can learn to describe and
// still not judge), and the learning rate on an axis of its own at the right.
import * as m from '../../words/messages';
import { whole, written } from '../reading';
import { defaultSize, type Drawing, type Mark, type Size } from './drawing';
import {
  bottomAxis,
  hairline,
  legend,
  legendRows,
  lineMarks,
  panelOf,
  scaleOf,
  text,
  ticksOf,
  type LegendItem,
  type LineStyle,
  type Place,
  type Scale,
} from './frame';
import { svgText } from './svg';
import type { Table } from './table';
import { thinned } from './thin';

/** One optimiser step. Losses in nats a token; null where a step had no such value. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly judgementLoss: number | null;
  readonly learningRate: number;
}

export const lossStyle: LineStyle = { ink: 'ink', width: 1.5 };
export const judgementStyle: LineStyle = { ink: 'ink', width: 1.25, dash: [5, 3] };
export const rateStyle: LineStyle = { ink: 'neutral', width: 1, dash: [1, 3] };

export function lossSummary(data: readonly LossPoint[]): string {
  const [first, last] = [data[0], data.at(-1)];
  if (first === undefined || last === undefined) return m.plots_loss_none();
  const judgement = data.findLast((point) => point.judgementLoss !== null)?.judgementLoss ?? null;
  const began = first === last ? '' : m.plots_loss_began({ loss: lossText(first.loss), step: whole(first.step) });
  const judged = judgement === null ? '' : m.plots_loss_judged({ loss: lossText(judgement) });
  const [loss, step, rate] = [lossText(last.loss), whole(last.step), rateText(last.learningRate)];
  return m.plots_loss_summary({ loss, began, judged, step, rate });
}

export function lossTable(data: readonly LossPoint[]): Table {
  return {
    columns: [m.plots_step(), m.plots_loss(), m.plots_judgement_loss(), m.plots_learning_rate()],
    rows: data.map((p) => [p.step, p.loss, p.judgementLoss, p.learningRate]),
  };
}

/** Upper end of the loss axis: all of the curve but single spikes far above it. */
export function lossTop(data: readonly LossPoint[]): number {
  // A sample of a long run is enough for an axis, and cheap enough to repeat while training runs.
  const stride = Math.ceil(data.length / 2_000);
  const losses = data
    .filter((_, i) => i % stride === 0 || i === data.length - 1)
    .flatMap((point) => [point.loss, point.judgementLoss ?? 0])
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const usual = losses[Math.floor(0.99 * (losses.length - 1))] ?? 0;
  const top = Math.min(losses.at(-1) ?? 0, 1.25 * usual);
  const ticks = ticksOf(0, top, 4);
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  return top > 0 ? Math.ceil(top / step - 1e-9) * step : 1;
}

export function lossDrawing(data: readonly LossPoint[], size: Size = defaultSize): Drawing {
  const items: LegendItem[] = [
    { label: m.plots_loss(), style: lossStyle },
    { label: m.plots_judgement_loss(), style: judgementStyle },
    { label: m.plots_rate_right(), style: rateStyle },
  ];
  const panel = panelOf(size, legendRows(items, size.width), 62);
  const top = lossTop(data);
  const rateTop = data.reduce((top, point) => Math.max(top, point.learningRate), 0) || 1;
  const [from, to] = [data[0]?.step ?? 0, Math.max(data.at(-1)?.step ?? 0, (data[0]?.step ?? 0) + 1)];
  const x = scaleOf(from, to, panel.left, panel.right);
  const y = scaleOf(0, top, panel.bottom, panel.top);
  const rate = scaleOf(0, rateTop, panel.bottom, panel.top);
  return {
    ...size,
    title: m.plots_loss_title(),
    summary: lossSummary(data),
    marks: [
      ...legend(items, size.width),
      ...ticksOf(0, top, 4).flatMap((tick): Mark[] => [
        hairline(panel.left, y(tick), panel.right, y(tick)),
        text(panel.left - 6, y(tick) + 4, written(`${Number(tick.toPrecision(3))}`), 'end'),
      ]),
      ...[0, 0.5, 1].map((part) => text(panel.right + 6, rate(part * rateTop) + 4, rateText(part * rateTop), 'start')),
      ...bottomAxis(panel, x, ticksOf(from, to, 6).filter(Number.isInteger), m.plots_step(), whole),
      ...series(data, (p) => p.learningRate, x, rate, rateStyle, panel.right - panel.left),
      ...series(data, (p) => p.judgementLoss, x, y, judgementStyle, panel.right - panel.left),
      ...series(data, (p) => p.loss, x, y, lossStyle, panel.right - panel.left),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function lossSvg(data: readonly LossPoint[], size: Size = defaultSize): string {
  return svgText(lossDrawing(data, size));
}

function series(
  data: readonly LossPoint[],
  value: (point: LossPoint) => number | null,
  x: Scale,
  y: Scale,
  style: LineStyle,
  columns: number,
): Mark[] {
  const present = data.filter((point) => value(point) !== null);
  const steps = present.map((point) => point.step);
  const values = present.map((point) => value(point) ?? NaN);
  const places = thinned(steps, values, Math.max(1, Math.floor(columns))).map((i): Place | null => {
    const at = values[i] ?? NaN;
    // A spike above the axis is drawn up to its edge.
    return Number.isFinite(at) ? { x: x(steps[i] ?? 0), y: Math.max(y(at), 4) } : null;
  });
  return lineMarks(places, style);
}

export function lossText(loss: number): string {
  return Number.isFinite(loss) ? written(`${Number(loss.toPrecision(3))}`) : m.plots_not_a_number();
}

export function rateText(rate: number): string {
  if (rate === 0) return '0';
  const digits =
    rate >= 0.01 ? `${Number(rate.toPrecision(2))}` : rate.toExponential(rate >= 1e-9 ? 1 : 0).replace('.0e', 'e');
  return written(digits);
}
