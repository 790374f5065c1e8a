// What the judge says at each tick of a rollout, and what the boundary makes of it, on one time axis: above, the answers
// as bars (up and filled: closer to done; down and striped: farther), below, the clearly negative ones in a row against the
// threshold. Across both stand the moments that matter. What comes after the stop is drawn faintly: it would not happen.
import { fixed } from '../reading';
import * as m from '../../words/messages';
import { letterSize, textWidth, type Drawing, type Mark, type PathMark, type Size } from './drawing';
import { barMark, bottomAxis, hairline, lineMarks, pointMark, scaleOf, stroke, text, ticksOf } from './frame';
import type { LineStyle, MarkShape, Panel, Scale } from './frame';
import type { Table } from './table';

/** A moment with its name. */
export interface Moment {
  readonly tick: number;
  readonly words: string;
}

export interface TickData {
  /** [n] certainty in (−1, 1) that the tick came closer to done; NaN where there was nothing to compare yet. */
  readonly preferences: ArrayLike<number>;
  /** A preference counts as negative below minus this. */
  readonly certainty: number;
  /** [n] negative preferences in a row. */
  readonly runs: ArrayLike<number>;
  /** Ticks on the axis; more than n where something longer is shown beside it. */
  readonly ticks: number;
  readonly ticksPerSecond: number;
  readonly threshold: number;
  /** The largest threshold that can be chosen: the axis below does not change with the threshold. */
  readonly most: number;
  /** Where the deviation began, where the boundary stops it, where harm would be done. */
  readonly onset: Moment | null;
  readonly stop: Moment | null;
  readonly harm: Moment | null;
  readonly summary: string;
}

/** Height of a moment's name, of a panel's title, and between the two panels. */
const nameRow = letterSize + 5;
const titleRow = 18;
const margin = { left: 34, right: 12 } as const;
const faint = 0.3;

const onsetLook: Look = { ink: 'neutral', width: 1.5, dash: [2, 3], shape: 'hollow' };
const stopLook: Look = { ink: 'ink', width: 2, shape: 'square' };
const harmLook: Look = { ink: 'reverse', width: 1.5, dash: [7, 4], shape: 'triangle' };

type Look = LineStyle & { shape: MarkShape };

/** The two panels and the time scale of a drawing, for what is laid over it. */
export function tickPanels({ ticks }: Pick<TickData, 'ticks'>, size: Size): { upper: Panel; lower: Panel; x: Scale } {
  const [left, right] = [margin.left, size.width - margin.right];
  const top = 6 + 3 * nameRow + titleRow;
  const bottom = size.height - 46;
  const between = titleRow + 12;
  const upperHeight = (bottom - top - between) * 0.56;
  return {
    upper: { left, right, top, bottom: top + upperHeight },
    lower: { left, right, top: top + upperHeight + between, bottom },
    x: scaleOf(-0.5, Math.max(1, ticks) - 0.5, left, right),
  };
}

/** The tick at a place of the drawing's width. */
export function tickAt({ ticks }: Pick<TickData, 'ticks'>, size: Size, x: number): number {
  const share = (x - margin.left) / (size.width - margin.right - margin.left);
  return Math.min(ticks - 1, Math.max(0, Math.floor(share * ticks)));
}

export function tickTable(data: TickData): Table {
  const { preferences, runs, stop, onset, harm } = data;
  const at = (tick: number) => {
    const moments = [onset, stop, harm].flatMap((moment) => (moment?.tick === tick ? [moment.words] : []));
    return moments.length === 0 ? null : moments.join('; ');
  };
  return {
    columns: [
      m.safety_col_tick(),
      m.safety_col_seconds(),
      m.safety_col_preference(),
      m.safety_col_run(),
      m.safety_col_moment(),
    ],
    rows: Array.from({ length: preferences.length }, (_, tick) => [
      tick,
      Math.round((100 * tick) / data.ticksPerSecond) / 100,
      number(preferences[tick]),
      runs[tick] ?? null,
      at(tick),
    ]),
  };
}

export function tickDrawing(data: TickData, size: Size): Drawing {
  const { upper, lower, x } = tickPanels(data, size);
  const seconds = ticksOf(0, (data.ticks - 1) / data.ticksPerSecond, Math.max(3, size.width / 70));
  const xOfSeconds = (value: number) => x(value * data.ticksPerSecond);
  return {
    ...size,
    title: m.safety_plot_title(),
    summary: data.summary,
    marks: [
      text(upper.left, upper.top - 7, m.safety_plot_answers(), 'start', 'ink'),
      ...answerBars(data, upper, x),
      text(lower.left, lower.top - 7, m.safety_plot_runs({ below: `−${fixed(data.certainty, 1)}` }), 'start', 'ink'),
      ...runLine(data, lower, x),
      ...bottomAxis(lower, xOfSeconds, seconds, m.safety_plot_time()),
      ...momentMarks(data, upper, lower, x),
    ],
  };
}

function answerBars({ preferences, certainty, stop, ticksPerSecond }: TickData, panel: Panel, x: Scale): Mark[] {
  const y = scaleOf(-1, 1, panel.bottom, panel.top);
  const wide = Math.max(1, (x(1) - x(0)) * 0.76);
  const [ups, downs, nothing]: PathMark[][] = [[], [], []];
  for (let tick = 0; tick < preferences.length; tick++) {
    const value = number(preferences[tick]);
    const opacity = stop !== null && tick > stop.tick ? faint : 1;
    const [left, right] = [x(tick) - wide / 2, x(tick) + wide / 2];
    const time = fixed(tick / ticksPerSecond, 1);
    if (value === null)
      nothing?.push(stroke(`M${round(left)} ${round(y(0))}H${round(right)}`, { ink: 'neutral', width: 3 }));
    else if (value >= 0)
      ups?.push(
        barMark(left, y(value), right, y(0), 'forward', opacity, m.safety_bar_up({ time, value: fixed(value, 2) })),
      );
    else
      downs?.push(
        ...striped(left, right, y(0), y(value), opacity, m.safety_bar_down({ time, value: fixed(value, 2) })),
      );
  }
  return [
    ...[1, 0, -1].map((value) => hairline(panel.left, y(value), panel.right, y(value))),
    text(panel.left - 6, y(1) + 8, m.safety_plot_yes(), 'end'),
    text(panel.left - 6, y(-1) - 1, m.safety_plot_no(), 'end'),
    ...(nothing ?? []),
    ...(ups ?? []),
    ...(downs ?? []),
    { ...hairline(panel.left, y(0), panel.right, y(0)), stroke: 'neutral' },
    // What hangs below it counts.
    stroke(`M${panel.left} ${round(y(-certainty))}H${round(panel.right)}`, {
      ink: 'reverse',
      width: 1,
      dash: [9, 3, 2, 3],
    }),
  ];
}

/** A bar that hangs down: its outline with stripes in it, so that it is told apart without its colour. */
function striped(left: number, right: number, top: number, bottom: number, opacity: number, label: string): PathMark[] {
  let d = '';
  for (let at = top + 3; at < bottom - 1; at += 4) d += `M${round(left)} ${round(at)}H${round(right)}`;
  const around = barMark(left, top, right, bottom, 'ground', opacity, label);
  const lines: PathMark[] = d === '' ? [] : [{ kind: 'path', d, stroke: 'reverse', width: 1.75, opacity }];
  return [{ ...around, stroke: 'reverse', width: 1.25 }, ...lines];
}

function runLine({ runs, threshold, most, stop }: TickData, panel: Panel, x: Scale): Mark[] {
  const top = most + 2;
  const y = scaleOf(0, top, panel.bottom, panel.top);
  const places = Array.from({ length: runs.length }, (_, tick) => ({
    x: x(tick),
    y: y(Math.min(top, runs[tick] ?? 0)),
  }));
  const cut = stop === null ? places.length : stop.tick + 1;
  const style: LineStyle = { ink: 'ink', width: 2 };
  const before = lineMarks(places.slice(0, cut), style);
  const after = lineMarks(places.slice(Math.max(0, cut - 1)), style).map((mark) => ({ ...mark, opacity: faint }));
  const words = m.safety_plot_threshold({ threshold });
  const stopPlace = stop === null ? null : places[stop.tick];
  return [
    ...[0, most].map((value) => hairline(panel.left, y(value), panel.right, y(value))),
    ...[0, most].map((value) => text(panel.left - 6, y(value) + 4, `${value}`, 'end')),
    ...after,
    ...before,
    stroke(`M${panel.left} ${round(y(threshold))}H${round(panel.right)}`, {
      ink: 'reverse',
      width: 1.5,
      dash: [9, 3, 2, 3],
    }),
    { ...text(panel.right - 2, y(threshold) - 4, words, 'end', 'ink'), haloed: true },
    ...(stopPlace ? [pointMark(stopPlace, 'ink', 'square', 5)] : []),
  ];
}

/** Lines across both panels, each with its mark and its name in a row of its own above. */
function momentMarks({ onset, stop, harm, ticks }: TickData, upper: Panel, lower: Panel, x: Scale): Mark[] {
  const moments = [
    { moment: onset, look: onsetLook },
    { moment: stop, look: stopLook },
    { moment: harm, look: harmLook },
  ];
  const lines: Mark[] = [];
  const names: Mark[] = [];
  for (const [row, { moment, look }] of moments.entries()) {
    if (moment === null || moment.tick >= ticks) continue;
    const at = x(moment.tick);
    const y = 6 + row * nameRow + nameRow / 2;
    const wide = textWidth(moment.words);
    const isRight = at + 10 + wide <= upper.right;
    const isLeft = at - 10 - wide >= 4;
    // A name too long for either side begins where the plot does.
    const from = isRight ? at + 10 : isLeft ? at - 10 : 4;
    const name = text(from, y + 4, moment.words, isLeft && !isRight ? 'end' : 'start', 'ink');
    const { shape, ...line } = look;
    lines.push(stroke(`M${round(at)} ${round(y)}V${round(lower.bottom)}`, line));
    names.push(pointMark({ x: at, y }, look.ink, shape, 4.5), { ...name, haloed: true, bold: row === 1 });
  }
  // Names go over the lines of the other moments.
  return [...lines, ...names];
}

function number(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
