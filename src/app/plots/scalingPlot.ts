// The scaling-law plot: accuracy against the volume of tag samples, in sevenths of the CoT volume. The fitted line and
// its band are those of the average; past the largest volume measured the line is dashed, and it ends at its double.
import { describeFit, type EpisodeCount, type ScalingResult } from '../../evaluation/scaling';
import { percent } from '../../evaluation/words';
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
  percentAxis,
  pointMark,
  reverseStyle,
  scaleOf,
  ticksOf,
  type LegendItem,
  type LineStyle,
  type Place,
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

const fitStyle: LineStyle = { ink: 'ink', width: 1.5 };

export function scalingSummary(data: readonly VolumePoint[], result: ScalingResult): string {
  const sorted = data.toSorted((a, b) => a.sevenths - b.sevenths);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return 'No tag volume has been measured yet.';
  const at = (point: VolumePoint): string => `${percent(point.average)} with ${volumeText(point.sevenths)}`;
  const ends = first.sevenths === last.sevenths ? at(first) : `${at(first)}, ${at(last)}`;
  const fit = result.fit === null ? `No line is drawn: ${result.reason}.` : describeFit(result.fit);
  return `Average accuracy ${ends} of the CoT volume in tags. ${fit}`;
}

export function scalingTable(data: readonly VolumePoint[], published: readonly PublishedVolume[] = []): Table {
  return {
    columns: ['source', 'tag volume (sevenths)', 'seed', 'forward %', 'reverse %', 'average %'],
    rows: [
      ...data.map((p) => ['ours', p.sevenths, p.seed ?? null, p.forward, p.reverse, p.average]),
      ...published.map((p) => ['paper', p.sevenths, null, null, null, p.average]),
    ],
  };
}

export function scalingDrawing(
  data: readonly VolumePoint[],
  result: ScalingResult,
  size: Size = defaultSize,
  published: readonly PublishedVolume[] = [],
): Drawing {
  const { fit } = result;
  const items: LegendItem[] = [
    { label: 'forward', style: forwardStyle },
    { label: 'reverse', style: reverseStyle },
    { label: 'average', style: neutralStyle },
    ...(fit === null ? [] : [{ label: 'fit of the average, 95 %', style: fitStyle }]),
    ...(published.length === 0 ? [] : [{ label: 'paper: average', style: paperStyle }]),
  ];
  const panel = panelOf(size, legendRows(items, size.width));
  const volumes = [...data, ...published].map((point) => point.sevenths);
  const top = Math.max(7, ...volumes, fit?.curve.at(-1)?.sevenths ?? 0);
  const x = scaleOf(0, top, panel.left + 8, panel.right - 8);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  const several = new Set(data.map((point) => point.sevenths)).size < data.length;
  const series = (name: 'forward' | 'reverse' | 'average', style: LineStyle): Mark[] => {
    const places: Place[] = data
      .toSorted((a, b) => a.sevenths - b.sevenths)
      .map((p) => ({
        x: x(p.sevenths),
        y: y(p[name]),
        label: `${volumeText(p.sevenths)}, ${name} ${percent(p[name])}${p.seed === undefined ? '' : `, seed ${p.seed}`}`,
      }));
    // With several seeds a volume the dots stand alone: a line through them would zigzag.
    if (!several) return lineMarks(places, { ...style, width: style.width / 2 });
    return places.map((place) => pointMark(place, style.ink, style.shape ?? 'round', 3.5));
  };
  return {
    ...size,
    title: 'Scaling: accuracy against tag volume',
    summary: scalingSummary(data, result),
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y),
      ...bottomAxis(panel, x, ticksOf(0, top, 8), 'tag samples in sevenths of the CoT volume', (t) => `${t}/7`),
      ...(fit === null ? [] : fitMarks(fit.curve, fit.to, x, y)),
      ...lineMarks(
        published.map((p) => ({ x: x(p.sevenths), y: y(p.average), label: `paper: ${percent(p.average)}` })),
        paperStyle,
        3,
      ),
      ...series('average', neutralStyle),
      ...series('reverse', reverseStyle),
      ...series('forward', forwardStyle),
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
  return svgText(scalingDrawing(data, result, size, published));
}

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

function volumeText(sevenths: number): string {
  return `${Number(sevenths.toFixed(2))}/7`;
}
