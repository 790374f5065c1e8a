// The scaling-law plot: accuracy against the volume of tag samples, in sevenths of the CoT volume. The fitted line and
// its band are those of the average; past the largest volume measured the line is dashed, and it ends at its double. Where
// the experiments have measured volumes by runs of their own, the law is theirs and the run at hand is drawn over them.
import * as m from '../../words/messages';
import { describeFit, type EpisodeCount, type ScalingResult } from '../../evaluation/scaling';
import { grouped, percent } from '../../evaluation/words';
import { written } from '../reading';
import { defaultSize, type Drawing, type Mark, type Size } from './drawing';
import {
  bandMark,
  bottomAxis,
  forwardStyle,
  legend,
  legendRows,
  lineMarks,
  neutralStyle,
  panelOf,
  paperStyle,
  chanceNames,
  percentAxis,
  pointMark,
  reverseStyle,
  scaleOf,
  ticksOf,
  type LegendItem,
  type LineStyle,
  type Panel,
  type Place,
  type Scale,
} from './frame';
import { svgText } from './svg';
import type { Table } from './table';

/** Accuracies in percent of one run at one tag volume. */
export interface VolumePoint {
  /** Tag volume in sevenths of the CoT volume. */
  readonly sevenths: number;
  readonly forward: number;
  readonly reverse: number;
  readonly average: number;
  /** Tells runs of one volume apart. */
  readonly seed?: number;
  /** Counts of right answers by episode, for the band of the fit. */
  readonly episodes?: readonly EpisodeCount[];
}

/** A published average; shown under the paper's name. */
export interface PublishedVolume {
  readonly sevenths: number;
  readonly average: number;
}

/** Volumes of the experiments: one point a run, and the law that was fitted to them. */
export interface MeasuredLaw {
  readonly points: readonly VolumePoint[];
  readonly result: ScalingResult;
}

export type Order = 'forward' | 'reverse' | 'average';

export interface ScalingParts {
  /** Published averages to show beside ours. */
  readonly published?: readonly PublishedVolume[];
  readonly experiments?: MeasuredLaw | null;
  /** Which accuracies to draw; all unless given. */
  readonly orders?: readonly Order[];
}

/** Why no law is fitted to the looks at one run as it goes on. */
export const oneRun = (): ScalingResult => ({ fit: null, reason: m.plots_scaling_one_run() });

/** From this volume on, in sevenths, volumes are told in times the CoT volume. */
const large = 21;

const orderStyles: Record<Order, LineStyle> = { forward: forwardStyle, reverse: reverseStyle, average: neutralStyle };
const fitStyle: LineStyle = { ink: 'ink', width: 1.5 };

export function scalingSummary(
  data: readonly VolumePoint[],
  result: ScalingResult,
  experiments: MeasuredLaw | null = null,
): string {
  if (experiments === null) {
    const own = endsText(data);
    return own === null ? m.plots_scaling_none() : `${own} ${fitText(result)}`;
  }
  const theirs = endsText(experiments.points);
  const own = endsText(data);
  const count = grouped(experiments.points.length);
  const finding = `${lowered(theirs ?? '')} ${fitText(experiments.result)}`;
  const law = theirs === null ? '' : m.plots_scaling_experiments({ count, finding });
  return `${law}${own === null ? '' : ` ${m.plots_scaling_own({ finding: lowered(own) })}`}`.trim();
}

export function scalingTable(
  data: readonly VolumePoint[],
  published: readonly PublishedVolume[] = [],
  experiments: MeasuredLaw | null = null,
): Table {
  const line = (source: string) => (p: VolumePoint) => [
    source,
    p.sevenths,
    p.seed ?? null,
    p.forward,
    p.reverse,
    p.average,
  ];
  return {
    columns: [
      m.plots_scaling_source(),
      m.plots_scaling_volume(),
      m.plots_seed(),
      m.plots_col_forward(),
      m.plots_col_reverse(),
      m.plots_col_average(),
    ],
    rows: [
      ...(experiments?.points ?? []).map(line(m.plots_scaling_runs())),
      ...data.map(line(experiments ? m.plots_scaling_run() : m.plots_scaling_ours())),
      ...published.map((p) => [m.plots_scaling_paper_source(), p.sevenths, null, null, null, p.average]),
    ],
  };
}

export function scalingDrawing(
  data: readonly VolumePoint[],
  result: ScalingResult,
  size: Size = defaultSize,
  { published = [], experiments = null, orders = ['average', 'reverse', 'forward'] }: ScalingParts = {},
): Drawing {
  const { fit } = experiments?.result ?? result;
  const orderNames = { forward: m.plots_forward(), reverse: m.plots_reverse(), average: m.plots_average() };
  const items: LegendItem[] = [
    ...(['forward', 'reverse', 'average'] as const)
      .filter((order) => orders.includes(order))
      .map((order) => ({ label: orderNames[order], style: orderStyles[order] })),
    ...(fit === null ? [] : [{ label: m.plots_scaling_fit(), style: fitStyle }]),
    ...(published.length === 0 ? [] : [{ label: m.plots_scaling_paper(), style: paperStyle }]),
  ];
  const panel = panelOf(size, legendRows(items, size.width));
  const theirs = experiments?.points ?? [];
  const volumes = [...data, ...published, ...theirs].map((point) => point.sevenths);
  const top = Math.max(7, ...volumes, fit?.curve.at(-1)?.sevenths ?? 0);
  const x = scaleOf(0, top, panel.left + 8, panel.right - 8);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  const several = new Set(data.map((point) => point.sevenths)).size < data.length;
  const places = (points: readonly VolumePoint[], order: Order, of: string): Place[] =>
    points
      .toSorted((a, b) => a.sevenths - b.sevenths)
      .map((p) => {
        const seed = p.seed === undefined ? '' : m.plots_scaling_seed({ seed: p.seed });
        const said = { of, volume: volumeText(p.sevenths), order: orderNames[order], share: percent(p[order]), seed };
        const label = m.plots_scaling_point(said);
        return { x: x(p.sevenths), y: y(p[order]), label };
      });
  const series = (order: Order): Mark[] => {
    const style = orderStyles[order];
    const own = places(data, order, experiments ? m.plots_scaling_of_run() : '');
    // With several seeds a volume the dots stand alone: a line through them would zigzag.
    if (several) return own.map((place) => pointMark(place, style.ink, style.shape ?? 'round', 3.5));
    return lineMarks(own, { ...style, width: style.width / 2 });
  };
  const background = (order: Order): Mark[] => {
    const { ink, shape = 'round' } = orderStyles[order];
    return places(theirs, order, m.plots_scaling_of_experiments()).map((place) => ({
      ...pointMark(place, ink, shape, 2.5),
      opacity: order === 'average' ? 0.8 : 0.45,
    }));
  };
  const drawn = (['average', 'reverse', 'forward'] as const).filter((order) => orders.includes(order));
  return {
    ...size,
    title: m.plots_scaling_title(),
    summary: scalingSummary(data, result, experiments),
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y),
      ...volumeAxis(panel, x, top),
      ...(fit === null ? [] : fitMarks(fit.curve, fit.to, x, y)),
      ...lineMarks(
        published.map((p) => ({
          x: x(p.sevenths),
          y: y(p.average),
          label: m.plots_scaling_paper_point({ share: percent(p.average) }),
        })),
        paperStyle,
        3,
      ),
      ...drawn.flatMap(background),
      ...drawn.flatMap(series),
      ...chanceNames(panel, y),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function scalingSvg(
  data: readonly VolumePoint[],
  result: ScalingResult,
  size: Size = defaultSize,
  published: readonly PublishedVolume[] = [],
): string {
  return svgText(scalingDrawing(data, result, size, { published }));
}

/** Accuracy at the least and the largest volume; null without points. */
function endsText(points: readonly VolumePoint[]): string | null {
  const volumes = [...new Set(points.map(({ sevenths }) => sevenths))].sort((a, b) => a - b);
  const [first, last] = [volumes[0], volumes.at(-1)];
  if (first === undefined || last === undefined) return null;
  const at = (volume: number): string => {
    const there = points.filter(({ sevenths }) => sevenths === volume);
    return percent(there.reduce((sum, p) => sum + p.average, 0) / there.length);
  };
  const least = { share: at(first), volume: volumeText(first) };
  if (first === last) return m.plots_scaling_one(least);
  return m.plots_scaling_ends({ ...least, lastShare: at(last), last: volumeText(last) });
}

function fitText({ fit, reason }: ScalingResult): string {
  if (fit !== null) return describeFit(fit);
  return reason === '' ? '' : m.plots_scaling_no_line({ reason });
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

function fitMarks(
  curve: readonly { sevenths: number; accuracy: number; low: number; high: number }[],
  measuredTo: number,
  x: (value: number) => number,
  y: (value: number) => number,
): Mark[] {
  const at = (of: 'accuracy' | 'low' | 'high', part = curve): Place[] =>
    part.map((point) => ({ x: x(point.sevenths), y: y(point[of]) }));
  const measured = curve.filter((point) => point.sevenths <= measuredTo);
  const beyond = curve.slice(Math.max(0, measured.length - 1));
  return [
    bandMark(at('high'), at('low'), 'ink'),
    ...lineMarks(at('accuracy', measured), fitStyle),
    ...lineMarks(at('accuracy', beyond), { ...fitStyle, dash: [4, 4] }),
  ];
}

function volumeAxis(panel: Panel, x: Scale, top: number): Mark[] {
  if (top <= large) return bottomAxis(panel, x, ticksOf(0, top, 8), m.plots_scaling_axis(), (t) => `${t}/7`);
  const ticks = ticksOf(0, top / 7, 6).map((times) => 7 * times);
  return bottomAxis(panel, x, ticks, m.plots_scaling_axis_times(), (t) => written(`${Number((t / 7).toFixed(2))}×`));
}

function volumeText(sevenths: number): string {
  if (sevenths > large) return written(`${Number((sevenths / 7).toFixed(1))}×`);
  return `${written(`${Number(sevenths.toFixed(2))}`)}/7`;
}
