// The symmetry plot: forward accuracy across, reverse accuracy up. A model that answers by position stands in a corner
// (100, 0); on the diagonal both orders are equally right, and only the upper right corner means right and symmetric. A
// run is a trajectory whose last point is emphasised; runs differ by dashes and by their name, not by colour.
import { percent, points as pointsText } from '../../evaluation/words';
import { defaultSize, textWidth, type Drawing, type Mark, type Size } from './drawing';
import { bottomAxis, chanceLine, hairline, lineMarks, pointMark, scaleOf, spread, text, type Panel } from './frame';
import { svgText } from './svg';
import type { Table } from './table';

/** Accuracies in percent at one moment of a run. */
export interface SymmetryPoint {
  readonly forward: number;
  readonly reverse: number;
  /** Which moment: a step or a stage. */
  readonly at?: string;
}

/** One run, points in order of time. */
export interface SymmetryRun {
  readonly name: string;
  readonly points: readonly SymmetryPoint[];
}

/** A published point; shown under the paper's name. */
export interface PublishedPoint {
  readonly name: string;
  readonly forward: number;
  readonly reverse: number;
}

const dashes: readonly (readonly number[] | undefined)[] = [undefined, [6, 3], [2, 3], [9, 3, 2, 3]];

export function symmetrySummary(runs: readonly SymmetryRun[]): string {
  const sentences = runs.flatMap((run) => {
    const [first, last] = [run.points[0], run.points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const off = Math.abs(last.forward - last.reverse);
    const began = first === last ? '' : ` (from ${percent(first.forward)} and ${percent(first.reverse)})`;
    const where = off < 0.05 ? 'on the diagonal' : `${pointsText(off)} off the diagonal`;
    return [`${run.name}: forward ${percent(last.forward)}, reverse ${percent(last.reverse)}${began}, ${where}.`];
  });
  return sentences.length === 0 ? 'No run has been evaluated yet.' : sentences.join(' ');
}

export function symmetryTable(runs: readonly SymmetryRun[], published: readonly PublishedPoint[] = []): Table {
  return {
    columns: ['run', 'moment', 'forward %', 'reverse %', 'gap'],
    rows: [
      ...runs.flatMap((run) =>
        run.points.map((p, i) => [run.name, p.at ?? `${i + 1}`, p.forward, p.reverse, Math.abs(p.forward - p.reverse)]),
      ),
      ...published.map((p) => [`paper: ${p.name}`, '', p.forward, p.reverse, Math.abs(p.forward - p.reverse)]),
    ],
  };
}

/** The figure; its panel is as square as the room allows. */
export function symmetryDrawing(
  runs: readonly SymmetryRun[],
  size: Size = defaultSize,
  published: readonly PublishedPoint[] = [],
): Drawing {
  const side = Math.min(size.width - 72, size.height - 62);
  const left = Math.max(56, (size.width - side) / 2);
  const panel: Panel = { left, right: left + side, top: 12, bottom: 12 + side };
  const x = scaleOf(0, 100, panel.left, panel.right);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  const ticks = [0, 25, 50, 75, 100];
  return {
    ...size,
    title: 'Symmetry: forward against reverse accuracy',
    summary: symmetrySummary(runs),
    marks: [
      ...ticks.filter((t) => t !== 50).map((t) => hairline(panel.left, y(t), panel.right, y(t))),
      ...ticks.filter((t) => t !== 50).map((t) => hairline(x(t), panel.top, x(t), panel.bottom)),
      chanceLine(panel.left, y(50), panel.right, y(50)),
      chanceLine(x(50), panel.top, x(50), panel.bottom),
      { kind: 'path', d: `M${x(0)} ${y(0)}L${x(100)} ${y(100)}`, stroke: 'neutral', width: 1.5 },
      ...ticks.map((t) => text(panel.left - 6, y(t) + 4, `${t} %`, 'end')),
      ...bottomAxis(panel, x, ticks, 'forward accuracy', (t) => `${t} %`),
      uprightTitle(panel, 'reverse accuracy'),
      text(x(2), y(50) - 4, 'chance', 'start'),
      text(x(2), y(89), 'always first', 'start'),
      text(x(98), y(11), 'always second', 'end'),
      ...published.map((p) =>
        pointMark({ x: x(p.forward), y: y(p.reverse), label: paperLabelOf(p) }, 'neutral', 'hollow', 4),
      ),
      ...runs.flatMap((run, i) => trajectory(run, dashes[i % dashes.length], x, y)),
      ...pointLabels(runs, published, panel, x, y),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function symmetrySvg(
  runs: readonly SymmetryRun[],
  size: Size = defaultSize,
  published: readonly PublishedPoint[] = [],
): string {
  return svgText(symmetryDrawing(runs, size, published));
}

function trajectory(
  run: SymmetryRun,
  dash: readonly number[] | undefined,
  x: (value: number) => number,
  y: (value: number) => number,
): Mark[] {
  const places = run.points.map((p, i) => ({
    x: x(p.forward),
    y: y(p.reverse),
    label: `${run.name}, ${p.at ?? `point ${i + 1}`}: forward ${percent(p.forward)}, reverse ${percent(p.reverse)}`,
  }));
  const last = places.at(-1);
  if (last === undefined) return [];
  const style = { ink: 'ink', width: 1.25, shape: 'round', ...(dash === undefined ? {} : { dash }) } as const;
  return [...lineMarks(places, style, 2.25), pointMark(last, 'ink', 'round', 7)];
}

/** Names beside the last points, on the side with room, kept a line apart. */
function pointLabels(
  runs: readonly SymmetryRun[],
  published: readonly PublishedPoint[],
  panel: Panel,
  x: (value: number) => number,
  y: (value: number) => number,
): Mark[] {
  const lasts = runs.flatMap((run) => {
    const last = run.points.at(-1);
    return last === undefined ? [] : [{ words: shortened(run.name), at: last, ink: 'ink' as const, reach: 11 }];
  });
  const papers = published.map((p) => ({ words: paperLabelOf(p), at: p, ink: 'neutral' as const, reach: 8 }));
  const all = [...lasts, ...papers].map((label) => {
    const at = x(label.at.forward);
    const toRight = at + label.reach + textWidth(label.words) <= panel.right;
    return { ...label, x: toRight ? at + label.reach : at - label.reach, toRight };
  });
  return [true, false].flatMap((toRight) => {
    const labels = all.filter((label) => label.toRight === toRight);
    const wanted = labels.map((label) => y(label.at.reverse) + 4);
    const heights = spread(wanted, panel.top + 10, panel.bottom - 4);
    return labels.map((label, i) => {
      const mark = text(label.x, heights[i] ?? 0, label.words, toRight ? 'start' : 'end', label.ink);
      return { ...mark, haloed: true };
    });
  });
}

function paperLabelOf(point: PublishedPoint): string {
  return `paper: ${point.name}`;
}

function shortened(name: string): string {
  return name.length <= 24 ? name : `${name.slice(0, 23)}…`;
}

function uprightTitle(panel: Panel, words: string): Mark {
  const [x, y] = [panel.left - 44, (panel.top + panel.bottom) / 2];
  return { kind: 'text', x, y, text: words, anchor: 'middle', ink: 'ink', upright: true };
}
