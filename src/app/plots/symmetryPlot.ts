// The symmetry plot: forward accuracy across, reverse accuracy up. A model that answers by position stands in a corner
// (100, 0); on the diagonal both orders are equally right, and only the upper right corner means right and symmetric. A
// run is a trajectory whose last point is emphasised; runs differ by dashes and by their name, not by colour. Strategies of
// the experiments stand as squares, the mean over seeds, with every seed as a dot around it.
import * as m from '../../words/messages';
import { percent, points as pointsText } from '../../evaluation/words';
import { defaultSize, type Drawing, type Mark, type Size } from './drawing';
import {
  bottomAxis,
  chanceLine,
  hairline,
  lineMarks,
  pointMark,
  scaleOf,
  text,
  type Panel,
  type Place,
  type Scale,
} from './frame';
import { pointLabels, type PointLabel } from './labels';
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
  /** Stands for the name in a narrow figure; a legend beside it says what it means. */
  readonly key?: string;
}

/** A strategy of the experiments: one point a training seed. */
export interface StrategyPoints {
  readonly name: string;
  readonly seeds: readonly { readonly seed: number; readonly forward: number; readonly reverse: number }[];
  /** As with published points. */
  readonly key?: string;
}

const dashes: readonly (readonly number[] | undefined)[] = [undefined, [6, 3], [2, 3], [9, 3, 2, 3]];

/** Figures narrower than this, in pixels, name points by their keys. */
const narrow = 480;

export function symmetrySummary(runs: readonly SymmetryRun[], strategies: readonly StrategyPoints[] = []): string {
  const sentences = runs.flatMap((run) => {
    const [first, last] = [run.points[0], run.points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const from = { forward: percent(first.forward), reverse: percent(first.reverse) };
    const began = first === last ? '' : m.plots_symmetry_began(from);
    return [`${run.name}: ${standing(last, began)}.`];
  });
  const all = [...strategyWords(strategies), ...sentences];
  return all.length === 0 ? m.plots_symmetry_none() : all.join(' ');
}

function strategyWords(strategies: readonly StrategyPoints[]): string[] {
  const means = strategies.map((strategy) => ({ name: strategy.name, ...meanOf(strategy) }));
  const lower = (of: SymmetryPoint): number => Math.min(of.forward, of.reverse);
  const best = means.toSorted((a, b) => lower(b) - lower(a))[0];
  const worst = means.toSorted((a, b) => Math.abs(b.forward - b.reverse) - Math.abs(a.forward - a.reverse))[0];
  if (best === undefined || worst === undefined) return [];
  const highest = { name: best.name, standing: standing(best) };
  if (best === worst) return [m.plots_symmetry_best(highest)];
  return [m.plots_symmetry_ends({ ...highest, other: worst.name, otherStanding: standing(worst) })];
}

function standing({ forward, reverse }: SymmetryPoint, began = ''): string {
  const off = Math.abs(forward - reverse);
  const where = off < 0.05 ? m.plots_symmetry_on() : m.plots_symmetry_off({ distance: pointsText(off) });
  return m.plots_symmetry_standing({ forward: percent(forward), reverse: percent(reverse), began, where });
}

function meanOf({ seeds }: StrategyPoints): { forward: number; reverse: number } {
  const mean = (of: 'forward' | 'reverse') => seeds.reduce((sum, seed) => sum + seed[of], 0) / seeds.length;
  return { forward: mean('forward'), reverse: mean('reverse') };
}

export function symmetryTable(
  runs: readonly SymmetryRun[],
  published: readonly PublishedPoint[] = [],
  strategies: readonly StrategyPoints[] = [],
): Table {
  const gap = (p: SymmetryPoint) => Math.abs(p.forward - p.reverse);
  return {
    columns: [
      m.plots_symmetry_name(),
      m.plots_symmetry_at(),
      m.plots_col_forward(),
      m.plots_col_reverse(),
      m.plots_gap(),
    ],
    rows: [
      ...strategies.flatMap(({ name, seeds }) =>
        seeds.map((p) => [
          m.plots_of_experiments({ name }),
          m.plots_at_seed({ seed: p.seed }),
          p.forward,
          p.reverse,
          gap(p),
        ]),
      ),
      ...runs.flatMap((run) => run.points.map((p, i) => [run.name, p.at ?? `${i + 1}`, p.forward, p.reverse, gap(p)])),
      ...published.map((p) => [paperLabelOf(p), '', p.forward, p.reverse, gap(p)]),
    ],
  };
}

/** The figure; its panel is as square as the room allows. */
export function symmetryDrawing(
  runs: readonly SymmetryRun[],
  size: Size = defaultSize,
  published: readonly PublishedPoint[] = [],
  strategies: readonly StrategyPoints[] = [],
): Drawing {
  const side = Math.min(size.width - 72, size.height - 62);
  const left = Math.max(56, (size.width - side) / 2);
  const panel: Panel = { left, right: left + side, top: 12, bottom: 12 + side };
  const x = scaleOf(0, 100, panel.left, panel.right);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  const ticks = [0, 25, 50, 75, 100];
  return {
    ...size,
    title: m.plots_symmetry_title(),
    summary: symmetrySummary(runs, strategies),
    marks: [
      ...ticks.filter((t) => t !== 50).map((t) => hairline(panel.left, y(t), panel.right, y(t))),
      ...ticks.filter((t) => t !== 50).map((t) => hairline(x(t), panel.top, x(t), panel.bottom)),
      chanceLine(panel.left, y(50), panel.right, y(50)),
      chanceLine(x(50), panel.top, x(50), panel.bottom),
      { kind: 'path', d: `M${x(0)} ${y(0)}L${x(100)} ${y(100)}`, stroke: 'neutral', width: 1.5 },
      ...ticks.map((t) => text(panel.left - 6, y(t) + 4, `${t} %`, 'end')),
      // In a small panel every second one has room for its words.
      ...bottomAxis(panel, x, side < 190 ? [0, 50, 100] : ticks, m.plots_symmetry_x(), (t) => `${t} %`),
      uprightTitle(panel, m.plots_symmetry_y()),
      ...published.map((p) =>
        pointMark({ x: x(p.forward), y: y(p.reverse), label: paperLabelOf(p) }, 'neutral', 'hollow', 4),
      ),
      ...strategies.flatMap((strategy) => strategyMarks(strategy, x, y)),
      ...runs.flatMap((run, i) => trajectory(run, dashes[i % dashes.length], x, y)),
      ...pointLabels(
        [...namesOf(runs, published, strategies, size.width < narrow, x, y), ...regions(x, y)],
        panel,
        runs.flatMap((run) => along(run, x, y)),
      ),
    ],
  };
}

/** The figure as the text of an SVG file. */
export function symmetrySvg(
  runs: readonly SymmetryRun[],
  size: Size = defaultSize,
  published: readonly PublishedPoint[] = [],
  strategies: readonly StrategyPoints[] = [],
): string {
  return svgText(symmetryDrawing(runs, size, published, strategies));
}

function trajectory(run: SymmetryRun, dash: readonly number[] | undefined, x: Scale, y: Scale): Mark[] {
  const places = run.points.map((p, i) => ({
    x: x(p.forward),
    y: y(p.reverse),
    label: m.plots_symmetry_point({
      name: run.name,
      moment: p.at ?? m.plots_symmetry_moment({ number: i + 1 }),
      forward: percent(p.forward),
      reverse: percent(p.reverse),
    }),
  }));
  const last = places.at(-1);
  if (last === undefined) return [];
  const style = { ink: 'ink', width: 1.25, shape: 'round', ...(dash === undefined ? {} : { dash }) } as const;
  return [...lineMarks(places, style, 2.25), pointMark(last, 'ink', 'round', 7)];
}

function strategyMarks(strategy: StrategyPoints, x: Scale, y: Scale): Mark[] {
  const { name, seeds } = strategy;
  const mean = meanOf(strategy);
  const label = m.plots_symmetry_mean({ name, count: seeds.length, standing: standing(mean) });
  const dots = seeds.map(({ seed, forward, reverse }) => {
    const shares = { forward: percent(forward), reverse: percent(reverse) };
    const words = m.plots_symmetry_seed({ name, seed, ...shares });
    return { ...pointMark({ x: x(forward), y: y(reverse), label: words }, 'neutral', 'round', 2.5), opacity: 0.7 };
  });
  return [...dots, pointMark({ x: x(mean.forward), y: y(mean.reverse), label }, 'ink', 'square', 4.5)];
}

/** Places on the path of a run, a few pixels apart. */
function along({ points }: SymmetryRun, x: Scale, y: Scale): Place[] {
  return points.slice(1).flatMap((to, i) => {
    const from = points[i] ?? to;
    const [dx, dy] = [x(to.forward) - x(from.forward), y(to.reverse) - y(from.reverse)];
    const count = Math.ceil(Math.hypot(dx, dy) / 5);
    return Array.from({ length: count }, (_, k) => ({
      x: x(from.forward) + (dx * k) / count,
      y: y(from.reverse) + (dy * k) / count,
    }));
  });
}

/** What the two corners off the diagonal mean, and the lines through the middle. */
function regions(x: Scale, y: Scale): PointLabel[] {
  const way = { ink: 'neutral', reach: 6, isPoint: false } as const;
  return [
    { words: m.plots_symmetry_first(), at: { x: x(0), y: y(100) + 10 }, ...way },
    { words: m.plots_symmetry_second(), at: { x: x(100), y: y(0) - 10 }, ...way },
    { words: m.plots_chance(), at: { x: x(0), y: y(50) - 8 }, ...way, reach: 4 },
  ];
}

function namesOf(
  runs: readonly SymmetryRun[],
  published: readonly PublishedPoint[],
  strategies: readonly StrategyPoints[],
  isNarrow: boolean,
  x: Scale,
  y: Scale,
): PointLabel[] {
  const at = (p: SymmetryPoint) => ({ x: x(p.forward), y: y(p.reverse) });
  const short = (words: string, key: string | undefined) => (isNarrow && key !== undefined ? key : words);
  return [
    ...runs.flatMap((run) => {
      const last = run.points.at(-1);
      return last === undefined ? [] : [{ words: shortened(run.name), at: at(last), ink: 'ink' as const, reach: 11 }];
    }),
    ...strategies.map((strategy) => {
      const words = short(strategy.name, strategy.key);
      return { words, at: at(meanOf(strategy)), ink: 'ink' as const, reach: 8 };
    }),
    ...published.map((p) => ({ words: short(paperLabelOf(p), p.key), at: at(p), ink: 'neutral' as const, reach: 8 })),
  ];
}

function paperLabelOf(point: PublishedPoint): string {
  return m.plots_paper({ name: point.name });
}

function shortened(name: string): string {
  return name.length <= 24 ? name : `${name.slice(0, 23)}…`;
}

function uprightTitle(panel: Panel, words: string): Mark {
  const [x, y] = [panel.left - 44, (panel.top + panel.bottom) / 2];
  return { kind: 'text', x, y, text: words, anchor: 'middle', ink: 'ink', upright: true };
}
