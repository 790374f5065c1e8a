// Progress along an episode: the curve with its band and the truth, stretches that look like steps back, below them what
// each step earned or cost, and the chance of being done; all on one axis of time. Other measures can be laid over it.
import { seenRegressions, type Stretch } from '../../reward/events';
import type { ProgressCurve } from '../../reward/progressCurve';
import * as m from '../../words/messages';
import { fixed, percent, whole } from '../reading';
import { defaultSize, textWidth, type Drawing, type Mark, type Size } from './drawing';
import {
  bandMark,
  bottomAxis,
  hairline,
  legend,
  legendRows,
  lineMarks,
  scaleOf,
  stroke,
  text,
  ticksOf,
  type LegendItem,
  type LineStyle,
  type Panel,
  type Scale,
} from './frame';
import { pointLabels, type PointLabel } from './labels';
import type { Table } from './table';

export interface ProgressOverlay {
  readonly name: string;
  /** [T] about 0 … 1. */
  readonly values: ArrayLike<number>;
}

export interface ProgressData {
  /** Raw frames of the T places. */
  readonly frames: readonly number[];
  /** Raw frames in a second; null where nobody knows. */
  readonly rate: number | null;
  readonly curve: ProgressCurve;
  /** [T] chances of being done. */
  readonly done: ArrayLike<number>;
  readonly truth: ArrayLike<number> | null;
  /** Why the curve is not to be trusted; null where it is. */
  readonly doubt: string | null;
  /** Share of comparisons that survive the swap, and how many there were. */
  readonly agreement: number;
  readonly comparisons: number;
  readonly overlays?: readonly ProgressOverlay[];
}

const curveStyle: LineStyle = { ink: 'ink', width: 2.5 };
const truthStyle: LineStyle = { ink: 'neutral', width: 1.25, dash: [5, 3] };
const doneStyle: LineStyle = { ink: 'ink', width: 1.5 };
const overlayDashes: readonly (readonly number[])[] = [
  [2, 3],
  [8, 3, 2, 3],
  [4, 2],
  [1, 2],
  [10, 4],
  [6, 2, 1, 2],
];

/** A moment: "12.3 s", or "frame 123" where the rate is not known. */
export function momentOf(data: Pick<ProgressData, 'frames' | 'rate'>, place: number): string {
  const frame = data.frames[place] ?? 0;
  return data.rate ? m.reward_at_seconds({ time: fixed(frame / data.rate, 1) }) : m.reward_at_frame({ frame });
}

/** Stretches that look like steps back. */
export function markedOf(data: Pick<ProgressData, 'curve'>): Stretch[] {
  return seenRegressions(data.curve.critic);
}

/** "Rises to 84 % of what is possible; goes back once, from 12.3 s to 15.0 s. Both orders agree in 98 % of 310 comparisons." */
export function progressSummary(data: ProgressData): string {
  const { value } = data.curve;
  const marked = markedOf(data);
  const stretch = ({ from, until }: Stretch) =>
    m.reward_stretch({ from: momentOf(data, from), to: momentOf(data, until) });
  const back =
    marked.length === 0
      ? m.reward_never_back()
      : marked.length === 1
        ? m.reward_back_once({ stretch: marked.map(stretch).join() })
        : m.reward_back_often({ times: marked.length, stretches: marked.map(stretch).join(', ') });
  const peak = Math.max(...value);
  const end = value.at(-1) ?? 0;
  const heights = { peak: percent(100 * peak), end: percent(100 * end) };
  const rise = peak - end < 0.03 ? m.reward_rises(heights) : m.reward_rises_falls(heights);
  const agree = m.reward_agree({ share: percent(100 * data.agreement), count: whole(data.comparisons) });
  const said = `${rise} ${back} ${agree}`;
  return data.doubt === null ? said : `${data.doubt} ${said}`;
}

export function progressTable(data: ProgressData): Table {
  const { curve, done, truth, frames, rate } = data;
  const marked = markedOf(data);
  // Tenths of a percent; files have all digits.
  const share = (values: ArrayLike<number>, t: number) => Math.round(1000 * (values[t] ?? NaN)) / 10;
  return {
    columns: [
      rate ? m.reward_col_seconds() : m.reward_col_frame(),
      m.reward_col_value(),
      m.reward_col_low(),
      m.reward_col_high(),
      m.reward_col_critic(),
      m.reward_col_done(),
      ...(truth ? [m.reward_col_truth()] : []),
      m.reward_col_marked(),
      ...(data.overlays ?? []).map(({ name }) => `${name} %`),
    ],
    rows: frames.map((frame, t) => [
      rate ? fixed(frame / rate, 1) : frame,
      share(curve.value, t),
      share(curve.low, t),
      share(curve.high, t),
      t < curve.critic.length ? share(curve.critic, t) : null,
      share(done, t),
      ...(truth ? [share(truth, t)] : []),
      marked.some(({ from, until }) => t >= from && t < until) ? m.reward_goes_back() : null,
      ...(data.overlays ?? []).map(({ values }) => share(values, t)),
    ]),
  };
}

export interface ProgressLayout {
  /** From the curve to the chance of being done, where the scrubber reaches. */
  readonly all: Panel;
  /** Of a place, or of one between two. */
  readonly x: Scale;
  /** The place nearest to so many pixels. */
  placeAt(x: number): number;
}

/** Where places lie in a figure of this size. */
export function progressLayout(data: ProgressData, size: Size): ProgressLayout {
  const { value, done } = panels(data, size);
  const last = Math.max(1, data.frames.length - 1);
  const x = scaleOf(0, last, value.left, value.right);
  const placeAt = (pixels: number) =>
    Math.min(last, Math.max(0, Math.round(((pixels - value.left) / (value.right - value.left)) * last)));
  return { all: { ...value, bottom: done.bottom }, x, placeAt };
}

export function progressHeight(width: number): number {
  return Math.max(400, Math.min(520, width * 0.5));
}

export function progressDrawing(data: ProgressData, size: Size = defaultSize): Drawing {
  const { frames, rate, curve, done, truth, doubt, overlays = [] } = data;
  const parts = panels(data, size);
  const { x, all } = progressLayout(data, size);
  const shown = overlays.flatMap(({ values }) => Array.from(values)).filter(Number.isFinite);
  const floor = Math.min(0, ...curve.low, ...shown);
  const low = Math.floor(floor * 10) / 10;
  const y = scaleOf(low, 1, parts.value.bottom, parts.value.top);
  const places = (values: ArrayLike<number>, scale: Scale, top = Infinity) =>
    Array.from({ length: values.length }, (_, t) => ({ x: x(t), y: scale(Math.min(top, values[t] ?? 0)) }));
  const marked = markedOf(data);
  const backs = marked.map(({ from }): PointLabel => {
    const at = { x: x(from), y: parts.value.top + 8 };
    return { words: m.reward_goes_back(), at, ink: 'ink', reach: 4, isPoint: false };
  });
  const names: PointLabel[] = overlays.map(({ name, values }, i) => {
    // Each is named at a place of its own along the way, so that few names meet.
    const place = Math.round(((i + 1) / (overlays.length + 1)) * (values.length - 1));
    return { words: name, at: { x: x(place), y: y(values[place] ?? 0) }, ink: 'ink', reach: 6, isPoint: false };
  });
  const axis = rate
    ? secondsAxis(frames, rate)
    : ticksOf(0, frames.length - 1, size.width / 90).map((at) => ({ at, words: `${frames[Math.round(at)] ?? ''}` }));
  return {
    ...size,
    title: m.reward_plot_title(),
    summary: progressSummary(data),
    marks: [
      ...legend(items(data), size.width),
      ...ticksOf(low, 1, 5).flatMap((tick) => [
        hairline(all.left, y(tick), all.right, y(tick)),
        text(all.left - 6, y(tick) + 4, `${Math.round(100 * tick)} %`, 'end'),
      ]),
      ...marked.flatMap(({ from, until }) => markMarks(x(from), x(until), parts.value)),
      bandMark(places(curve.high, y), places(curve.low, y), 'ink'),
      ...(truth ? lineMarks(places(truth, y), truthStyle) : []),
      ...overlays.flatMap(({ values }, i) =>
        lineMarks(places(values, y), {
          ...{ ink: 'neutral', width: 1.5 },
          dash: overlayDashes[i % overlayDashes.length] ?? [2, 3],
        }),
      ),
      ...lineMarks(places(curve.value, y), curveStyle),
      ...pointLabels([...backs, ...names], parts.value),
      ...criticMarks(curve.critic, parts.critic, x),
      ...doneMarks(done, parts.done, x),
      ...bottomAxis(
        { ...all, bottom: parts.done.bottom },
        x,
        axis.map(({ at }) => at),
        rate ? m.reward_axis_seconds() : m.reward_axis_frames(),
        (at) => axis.find((tick) => tick.at === at)?.words ?? '',
      ),
      ...(doubt === null ? [] : doubtMarks(parts.value)),
    ],
  };
}

function items({ truth }: ProgressData): LegendItem[] {
  return [
    { label: m.reward_legend_value(), style: curveStyle },
    { label: m.reward_legend_band(), style: curveStyle, sample: 'bar', opacity: 0.14 },
    ...(truth ? [{ label: m.reward_legend_truth(), style: truthStyle }] : []),
  ];
}

interface Parts {
  readonly value: Panel;
  readonly critic: Panel;
  readonly done: Panel;
}

function panels(data: ProgressData, size: Size): Parts {
  const left = 52;
  const right = size.width - 16;
  const top = 14 + legendRows(items(data), size.width) * 20;
  const bottom = size.height - 46;
  const room = bottom - top;
  // Between two panels stands the name of the lower one.
  const gap = 26;
  const [critic, done] = [Math.round(room * 0.2), Math.round(room * 0.12)];
  const criticTop = bottom - done - gap - critic;
  return {
    value: { left, right, top, bottom: criticTop - gap },
    critic: { left, right, top: criticTop, bottom: criticTop + critic },
    done: { left, right, top: bottom - done, bottom },
  };
}

/** Bars up for steps that earn, hatched ones down for those that cost. */
function criticMarks(critic: ArrayLike<number>, panel: Panel, x: Scale): Mark[] {
  const y = scaleOf(-1, 1, panel.bottom, panel.top);
  const bars = (sign: 1 | -1) =>
    Array.from({ length: critic.length }, (_, k) => {
      const height = critic[k] ?? 0;
      if (height * sign <= 0) return '';
      const [from, to] = [x(k + 0.08), x(k + 0.92)].map(one);
      return `M${from} ${one(y(0))}V${one(y(height))}H${to}V${one(y(0))}Z`;
    }).join('');
  const lines = (d: string, ink: 'forward' | 'reverse'): Mark[] =>
    d === ''
      ? []
      : ink === 'forward'
        ? [{ kind: 'path', d, fill: ink, opacity: 0.85 }]
        : // Hollow, so that colour alone tells nothing.
          [{ kind: 'path', d, fill: 'ground', stroke: ink, width: 1.25 }];
  return [
    text(panel.left + 4, panel.top - 8, m.reward_panel_critic(), 'start', 'ink'),
    ...[1, -1].map((tick) => text(panel.left - 6, y(tick) + (tick > 0 ? 8 : 0), tick > 0 ? '+1' : '−1', 'end')),
    ...lines(bars(1), 'forward'),
    ...lines(bars(-1), 'reverse'),
    hairline(panel.left, y(0), panel.right, y(0)),
  ];
}

function doneMarks(done: ArrayLike<number>, panel: Panel, x: Scale): Mark[] {
  const y = scaleOf(0, 1, panel.bottom, panel.top);
  const places = Array.from({ length: done.length }, (_, t) => ({ x: x(t), y: y(done[t] ?? 0) }));
  return [
    text(panel.left + 4, panel.top - 8, m.reward_panel_done(), 'start', 'ink'),
    hairline(panel.left, y(1), panel.right, y(1)),
    text(panel.left - 6, y(1) + 8, '100 %', 'end'),
    text(panel.left - 6, y(0) + 2, '0 %', 'end'),
    ...lineMarks(places, doneStyle),
  ];
}

/** Lines across a stretch, between two dashed ones. */
function markMarks(from: number, to: number, { top, bottom }: Panel): Mark[] {
  const apart = 8;
  let d = '';
  for (let at = from - (bottom - top); at < to; at += apart) {
    const [left, end] = [Math.max(from, at), Math.min(to, at + bottom - top)];
    if (end > left) d += `M${one(left)} ${one(bottom - (left - at))}L${one(end)} ${one(bottom - (end - at))}`;
  }
  return [
    { kind: 'path', d, stroke: 'reverse', width: 1, opacity: 0.55 },
    stroke(`M${one(from)} ${top}V${bottom}M${one(to)} ${top}V${bottom}`, { ink: 'reverse', width: 1, dash: [4, 3] }),
  ];
}

/** Across the plot, so that no copy of it goes without. */
function doubtMarks({ left, right, top, bottom }: Panel): Mark[] {
  const words = m.reward_not_trusted();
  const [middle, height] = [(left + right) / 2, (top + bottom) / 2];
  const half = textWidth(words) / 2 + 14;
  const box = `M${one(middle - half)} ${one(height - 14)}h${one(2 * half)}v28h${one(-2 * half)}Z`;
  return [
    stroke(`M${left} ${one(top)}L${right} ${one(bottom)}M${left} ${one(bottom)}L${right} ${one(top)}`, {
      ink: 'neutral',
      width: 1,
    }),
    { kind: 'path', d: box, fill: 'ground', stroke: 'ink', width: 1.5 },
    { ...text(middle, height + 4, words, 'middle', 'ink'), bold: true },
  ];
}

/** Ticks at round seconds, by their places among the evenly spaced frames. */
function secondsAxis(frames: readonly number[], rate: number): { at: number; words: string }[] {
  const [first, last] = [frames[0] ?? 0, frames.at(-1) ?? 0];
  if (last === first) return [];
  const place = scaleOf(first / rate, last / rate, 0, frames.length - 1);
  return ticksOf(first / rate, last / rate, 8).map((second) => ({
    at: place(second),
    words: `${Number.isInteger(second) ? second : fixed(second, 1)}`,
  }));
}

const one = (pixels: number) => Math.round(pixels * 10) / 10;
