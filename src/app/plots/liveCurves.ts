// What uPlot needs to look like the other figures: inks read from the theme at every drawing, the same dashes and marks,
// quiet axes, and nothing that needs dragging. The canvas is for curves that grow ten times a second.
import type uPlot from 'uplot';
import * as m from '../../words/messages';
import { letterSize, paperInks, type Ink } from './drawing';
import { pointMark, type LineStyle } from './frame';

export type LiveOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** One curve; the values come with the data, in the same order. */
export interface LiveCurve {
  readonly label: string;
  readonly style: LineStyle;
  /** Which upright axis it belongs to. */
  readonly scale: string;
}

export interface LiveAxis {
  readonly scale: string;
  readonly range: (top: number) => [number, number];
  readonly write: (value: number) => string;
  readonly ticks?: readonly number[];
  readonly right?: boolean;
}

/**
 * Options of a live figure over steps; `onread` hears which row is pointed at.
 * @param zoom pixels of the page for one of the figure's own
 */
export function liveOptions(
  curves: readonly LiveCurve[],
  axes: readonly LiveAxis[],
  writeStep: (step: number) => string,
  onread: (row: number | null) => void,
  zoom: number,
  chance?: number,
): LiveOptions {
  return {
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    padding: [10 * zoom, (axes.some((axis) => axis.right) ? 4 : 16) * zoom, 0, 0],
    scales: {
      x: { time: false },
      ...Object.fromEntries(
        axes.map((axis) => [axis.scale, { range: (_: uPlot, __: number, top: number) => axis.range(top) }]),
      ),
    },
    axes: [
      {
        ...quiet(zoom),
        label: m.plots_step(),
        labelSize: 20 * zoom,
        labelGap: 2,
        size: 28 * zoom,
        grid: { show: false },
        values: (_, steps) => steps.map(writeStep),
        incrs: wholeSteps,
      },
      ...axes.map((axis) => axisOf(axis, zoom)),
    ],
    series: [
      {},
      ...curves.map(({ label, style, scale }) => ({
        label,
        scale,
        stroke: (chart: uPlot) => inkOf(chart.root, style.ink),
        width: style.width * zoom,
        dash: style.dash?.map((part) => part * devicePixelRatio * zoom),
        points: { show: false },
        spanGaps: true,
      })),
    ],
    hooks: {
      drawAxes: [(chart) => drawChance(chart, axes[0]?.scale, chance)],
      drawSeries: [(chart, index) => drawMarks(chart, index, curves[index - 1], zoom)],
      setCursor: [(chart) => onread(chart.cursor.idx ?? null)],
    },
  };
}

/** The theme's colour for an ink; the colour of paper where the theme has none. */
export function inkOf(element: Element, ink: Ink): string {
  return getComputedStyle(element).getPropertyValue(`--${ink}`).trim() || paperInks[ink];
}

const wholeSteps = [1, 2, 5]
  .flatMap((unit) => [0, 1, 2, 3, 4, 5, 6].map((power) => unit * 10 ** power))
  .sort((a, b) => a - b);

function quiet(zoom: number): uPlot.Axis {
  const face = getComputedStyle(document.documentElement).getPropertyValue('--sans').trim() || 'sans-serif';
  const font = `${letterSize * zoom}px ${face}`;
  return {
    stroke: (chart) => inkOf(chart.root, 'neutral'),
    font,
    labelFont: font,
    grid: { stroke: (chart) => inkOf(chart.root, 'rule'), width: 1 },
    ticks: { stroke: (chart) => inkOf(chart.root, 'rule'), width: 1, size: 4 },
  };
}

function axisOf(axis: LiveAxis, zoom: number): uPlot.Axis {
  const ticks = axis.ticks === undefined ? {} : { splits: () => [...(axis.ticks ?? [])] };
  const side = axis.right ? { side: 1 as const, grid: { show: false } } : {};
  return {
    ...quiet(zoom),
    ...side,
    ...ticks,
    scale: axis.scale,
    size: 62 * zoom,
    values: (_, at) => at.map(axis.write),
  };
}

function drawChance(chart: uPlot, scale: string | undefined, chance: number | undefined): void {
  if (chance === undefined || scale === undefined) return;
  const { ctx, bbox } = chart;
  const y = chart.valToPos(chance, scale, true);
  ctx.save();
  ctx.strokeStyle = inkOf(chart.root, 'neutral');
  ctx.fillStyle = inkOf(chart.root, 'neutral');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(m.plots_chance(), bbox.left + bbox.width, y - 2 * devicePixelRatio);
  ctx.restore();
}

/** Discs, triangles and squares at the points, as in the other figures; none where they would touch. */
function drawMarks(chart: uPlot, index: number, curve: LiveCurve | undefined, zoom: number): void {
  const { ctx, bbox, data } = chart;
  const steps = data[0];
  const shape = curve?.style.shape;
  if (curve === undefined || shape === undefined) return;
  if (steps.length > bbox.width / devicePixelRatio / 10) return;
  const values = data[index] ?? [];
  ctx.save();
  ctx.fillStyle = inkOf(chart.root, curve.style.ink);
  steps.forEach((step, i) => {
    const value = values[i];
    if (value === null || value === undefined) return;
    const place = { x: chart.valToPos(step, 'x', true), y: chart.valToPos(value, curve.scale, true) };
    ctx.fill(new Path2D(pointMark(place, curve.style.ink, shape, 3.5 * zoom * devicePixelRatio).d));
  });
  ctx.restore();
}
