// One curve of several runs over their steps. Runs are told apart by dashes and marks, never by hue: hues mean the two
// orders and nothing else.
import { defaultSize, type Drawing, type Mark, type Size } from '../../plots/drawing';
import {
  bottomAxis,
  chanceOfBoth,
  chanceOfOrder,
  hairline,
  legend,
  legendRows,
  lineMarks,
  panelOf,
  percentAxis,
  scaleOf,
  text,
  ticksOf,
  type Chance,
  type LineStyle,
} from '../../plots/frame';
import type { Table } from '../../plots/table';
import { thinned } from '../../plots/thin';
import { whole } from '../../reading';
import type { Curve, CurvePoint } from '../../state/runs/comparison';
import * as m from '../../../words/messages';

export interface RunCurve {
  name: string;
  points: readonly CurvePoint[];
}

const styles: readonly LineStyle[] = [
  { ink: 'ink', width: 2, shape: 'round' },
  { ink: 'ink', width: 1.5, dash: [6, 4], shape: 'square' },
  { ink: 'neutral', width: 2, dash: [2, 3], shape: 'hollow' },
  { ink: 'neutral', width: 1.5, dash: [9, 3, 2, 3], shape: 'triangle' },
];
/** With more points than this, marks would hide the line. */
const mostMarks = 40;

export interface CurvesLabels {
  title: string;
  /** What goes up the axis. */
  axis: string;
  /** Shares from 0 to 100 %; otherwise from 0 to the largest value. */
  isShare: boolean;
  /** What the values are, for where chance is; a gap has none. */
  curve: Curve;
}

function chancesOf(curve: Curve): Chance[] {
  if (curve === 'bothRight') return [chanceOfBoth()];
  return curve === 'gap' || curve === 'loss' ? [] : [chanceOfOrder()];
}

export function curvesTable(curves: readonly RunCurve[]): Table {
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  const byStep = curves.map(({ points }) => new Map(points.map(({ step, value }) => [step, value])));
  return {
    columns: [m.runs_curves_step(), ...curves.map(({ name }) => name)],
    rows: steps.map((step) => [step, ...byStep.map((values) => values.get(step) ?? null)]),
  };
}

export function curvesSummary(curves: readonly RunCurve[], { isShare }: CurvesLabels): string {
  const parts = curves.flatMap(({ name, points }) => {
    const last = points.at(-1);
    if (!last) return [];
    const value = isShare ? `${last.value.toFixed(1)} %` : `${Number(last.value.toPrecision(3))}`;
    return [m.runs_curves_last({ name, value, step: whole(last.step) })];
  });
  return parts.length === 0 ? m.runs_curves_none() : `${parts.join('; ')}.`;
}

export function curvesDrawing(curves: readonly RunCurve[], labels: CurvesLabels, size: Size = defaultSize): Drawing {
  const drawn = curves.filter(({ points }) => points.length > 0);
  const styleOf = (i: number): LineStyle => styles[i % styles.length] as LineStyle;
  const items = drawn.map(({ name }, i) => ({ label: name, style: styleOf(i) }));
  const panel = panelOf(size, legendRows(items, size.width));
  const last = Math.max(1, ...drawn.map(({ points }) => points.at(-1)?.step ?? 0));
  const x = scaleOf(0, last, panel.left, panel.right);
  const highest = Math.max(0, ...drawn.flatMap(({ points }) => points.map(({ value }) => value))) || 1;
  const y = scaleOf(0, labels.isShare ? 100 : highest, panel.bottom, panel.top);
  const axis: Mark[] = labels.isShare
    ? percentAxis(panel, y, chancesOf(labels.curve))
    : ticksOf(0, highest, 4).flatMap((tick) => [
        hairline(panel.left, y(tick), panel.right, y(tick)),
        text(panel.left - 6, y(tick) + 4, `${Number(tick.toPrecision(3))}`, 'end'),
      ]);
  const lines = drawn.flatMap(({ points }, i) => {
    const [steps, values] = [points.map(({ step }) => step), points.map(({ value }) => value)];
    const kept = thinned(steps, values, Math.max(1, Math.floor(panel.right - panel.left)));
    const places = kept.map((at) => ({ x: x(steps[at] ?? 0), y: y(values[at] ?? 0) }));
    const { shape, ...line } = styleOf(i);
    return lineMarks(places, kept.length > mostMarks || shape === undefined ? line : { ...line, shape });
  });
  return {
    ...size,
    title: labels.title,
    summary: curvesSummary(curves, labels),
    marks: [
      ...legend(items, size.width),
      ...axis,
      ...bottomAxis(panel, x, ticksOf(0, last, 6).filter(Number.isInteger), m.runs_curves_step(), whole),
      ...lines,
    ],
  };
}
