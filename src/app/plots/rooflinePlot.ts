// The roofline: how fast a device can compute at most, against how much arithmetic there is for each byte moved. Left of
// the bend memory sets the limit, right of it the arithmetic does. Each preset's training step is a point under it. Both
// axes go by powers of ten.
import * as m from '../../words/messages';
import { defaultSize, textWidth, type Drawing, type Mark, type Size } from './drawing';
import {
  bottomAxis,
  hairline,
  legend,
  legendRows,
  panelOf,
  pointMark,
  scaleOf,
  stroke,
  text,
  type LegendItem,
  type Panel,
  type Scale,
} from './frame';
import { svgText } from './svg';
import { cellText, type Table } from './table';

export interface RooflineRates {
  readonly matmulPeakGflops: number;
  readonly bandwidthGBs: number;
}

/** A preset's step: arithmetic for each byte it must move, and how fast it was computed. */
export interface RooflinePoint {
  readonly name: string;
  readonly flopsPerByte: number;
  readonly gflops: number;
  readonly estimated: boolean;
}

const legendItems = (): LegendItem[] => [
  { label: m.plots_roof_measured(), style: { ink: 'ink', width: 1, shape: 'round' }, sample: 'mark' },
  { label: m.plots_roof_estimated(), style: { ink: 'ink', width: 1, shape: 'hollow' }, sample: 'mark' },
];

/** The most that the device allows at this intensity, in 10⁹ operations a second. */
export function limitAt({ matmulPeakGflops, bandwidthGBs }: RooflineRates, flopsPerByte: number): number {
  return Math.min(matmulPeakGflops, bandwidthGBs * flopsPerByte);
}

export function rooflineSummary(rates: RooflineRates, points: readonly RooflinePoint[]): string {
  const { matmulPeakGflops, bandwidthGBs } = rates;
  const most = m.plots_roof_most({ peak: cellText(matmulPeakGflops), bandwidth: cellText(bandwidthGBs) });
  const measured = points.filter((point) => !point.estimated);
  if (measured.length === 0) return `${most} ${m.plots_roof_none()}`;
  const shares = measured.map((point) => m.plots_roof_share({ share: shareText(rates, point), name: point.name }));
  const last = shares.at(-1) ?? '';
  const list = shares.length === 1 ? last : m.plots_and({ list: shares.slice(0, -1).join(', '), last });
  return `${most} ${m.plots_roof_reaches({ list })}`;
}

export function rooflineTable(rates: RooflineRates, points: readonly RooflinePoint[]): Table {
  return {
    columns: [
      m.plots_roof_preset(),
      m.plots_roof_intensity(),
      m.plots_roof_rate(),
      m.plots_roof_limit(),
      m.plots_roof_reached(),
      m.plots_roof_known(),
    ],
    rows: points.map((point) => [
      point.name,
      point.flopsPerByte,
      point.gflops,
      limitAt(rates, point.flopsPerByte),
      point.estimated ? null : (100 * point.gflops) / limitAt(rates, point.flopsPerByte),
      point.estimated ? m.plots_roof_estimated() : m.plots_roof_measured(),
    ]),
  };
}

export function rooflineDrawing(
  rates: RooflineRates,
  points: readonly RooflinePoint[],
  size: Size = defaultSize,
): Drawing {
  const { matmulPeakGflops: peak, bandwidthGBs } = rates;
  const bend = peak / bandwidthGBs;
  const panel: Panel = { ...panelOf(size, legendRows(legendItems(), size.width)), left: 64 };
  const [fromX, toX] = span([bend / 10, bend * 3, ...points.map((p) => p.flopsPerByte)]);
  const [fromY, toY] = span([peak, ...points.map((p) => p.gflops), limitAt(rates, 10 ** fromX)]);
  const x = logarithmic(scaleOf(fromX, toX, panel.left, panel.right));
  const y = logarithmic(scaleOf(fromY, toY, panel.bottom, panel.top));
  const powers = (from: number, to: number) =>
    Array.from({ length: Math.floor(to) - from + 1 }, (_, i) => 10 ** (from + i));
  const start = 10 ** fromX;
  const roof = `M${at(x(start), y(limitAt(rates, start)))}L${at(x(bend), y(peak))}L${at(panel.right, y(peak))}`;
  return {
    ...size,
    title: m.plots_roof_title(),
    summary: rooflineSummary(rates, points),
    marks: [
      ...legend(legendItems(), size.width),
      ...powers(fromY, toY).flatMap((power) => [
        hairline(panel.left, y(power), panel.right, y(power)),
        text(panel.left - 6, y(power) + 4, powerText(power), 'end'),
      ]),
      ...bottomAxis(panel, x, powers(fromX, toX), m.plots_roof_x(), powerText),
      {
        kind: 'text',
        x: 14,
        y: (panel.top + panel.bottom) / 2,
        text: m.plots_roof_rate(),
        anchor: 'middle',
        ink: 'ink',
        upright: true,
      },
      stroke(`M${at(x(bend), y(peak))}L${at(x(bend), panel.bottom)}`, { ink: 'neutral', width: 1, dash: [1, 3] }),
      {
        kind: 'path',
        d: roof,
        stroke: 'ink',
        width: 2,
        label: m.plots_roof_top({ peak: cellText(peak) }),
      },
      { ...text(panel.right, y(peak) - 6, m.plots_roof_arithmetic(), 'end'), haloed: true },
      memoryLabel(x, y, rates, fromX, bend),
      ...pointMarks(rates, points, panel, x, y),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function rooflineSvg(rates: RooflineRates, points: readonly RooflinePoint[], size: Size = defaultSize): string {
  return svgText(rooflineDrawing(rates, points, size));
}

/** Under the slope, where nothing can be measured above and little is below. */
function memoryLabel(x: Scale, y: Scale, rates: RooflineRates, fromX: number, bend: number): Mark {
  const place = 10 ** (fromX + (Math.log10(bend) - fromX) / 3);
  return { ...text(x(place) + 8, y(limitAt(rates, place)) + 12, m.plots_roof_memory(), 'start'), haloed: true };
}

/** Each point with its name under it; names that would touch go a line lower. */
function pointMarks(rates: RooflineRates, points: readonly RooflinePoint[], panel: Panel, x: Scale, y: Scale): Mark[] {
  const taken: { left: number; right: number; y: number }[] = [];
  const labels: Mark[] = [];
  const marks = points.map((point): Mark => {
    const words = point.estimated ? point.name : `${point.name} ${shareText(rates, point)}`;
    const place = { x: x(point.flopsPerByte), y: y(point.gflops) };
    const half = textWidth(words) / 2;
    const middle = Math.min(place.x, panel.right - half);
    const touches = (height: number) =>
      taken.some((t) => t.left < middle + half && t.right > middle - half && Math.abs(t.y - height) < 14);
    let height = place.y + 20;
    while (touches(height) && height + 14 < panel.bottom) height += 14;
    taken.push({ left: middle - half - 4, right: middle + half + 4, y: height });
    labels.push({ ...text(middle, height, words, 'middle', 'ink'), haloed: true });
    const known = { name: point.name, rate: cellText(point.gflops) };
    const label = point.estimated ? m.plots_roof_point_estimated(known) : m.plots_roof_point(known);
    return pointMark({ ...place, label }, 'ink', point.estimated ? 'hollow' : 'round', 5);
  });
  return [...labels, ...marks];
}

/** Logarithms of the ends of an axis: it starts at a power of ten, has one more at least, and ends beyond the largest value. */
function span(values: readonly number[]): [number, number] {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  if (logs.length === 0) return [0, 1];
  const from = Math.floor(Math.min(...logs));
  return [from, Math.max(from + 1, Math.max(...logs) + 0.25)];
}

function logarithmic(scale: Scale): Scale {
  return (value) => scale(Math.log10(value));
}

/** "0.1", "100", "10k". */
function powerText(power: number): string {
  if (power >= 1000) return `${Number((power / 1000).toPrecision(1))}k`;
  return `${Number(power.toPrecision(1))}`;
}

function shareText(rates: RooflineRates, point: RooflinePoint): string {
  return `${Math.round((100 * point.gflops) / limitAt(rates, point.flopsPerByte))} %`;
}

function at(left: number, top: number): string {
  return `${Math.round(left * 100) / 100} ${Math.round(top * 100) / 100}`;
}
