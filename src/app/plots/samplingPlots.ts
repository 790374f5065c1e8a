// What a sampling gives, after the paper's Figure 2: samples in each order, kinds of task, windows with what was left out.
import { CATEGORIES } from '../../episodes/episode';
import { paperCategories } from '../../evaluation/paper';
import { percent as percentOf } from '../../evaluation/words';
import type { SamplingSummary } from '../../workers/dataApi';
import * as m from '../../words/messages';
import { whole } from '../reading';
import { defaultSize, letterSize, textWidth, twoLines, type Drawing, type Ink, type Mark, type Size } from './drawing';
import {
  barMark,
  bottomAxis,
  hairline,
  legend,
  legendRows,
  neutralStyle,
  panelOf,
  paperStyle,
  pointMark,
  scaleOf,
  text,
  ticksOf,
  type LegendItem,
  type LineStyle,
} from './frame';
import type { Table } from './table';
import { categoryNames } from '../state/data/episodeWords';

/** The sign stays on the line of its number. */
const percent = (value: number) => percentOf(value).replace(' ', '\u00a0');

// ── (a) order ──

/** Samples of the training split by order. */
export function orderCounts({ byWindow, forwardShare }: SamplingSummary): { forward: number; reverse: number } {
  const pairs = byWindow.reduce((sum, line) => sum + line.pairs, 0);
  // Every pair is shown in both orders where the stages do so; else only the forward share counts.
  const samples = forwardShare > 0 && forwardShare < 100 ? 2 * pairs : pairs;
  return { forward: (samples * forwardShare) / 100, reverse: samples * (1 - forwardShare / 100) };
}

export function orderSummary(summary: SamplingSummary): string {
  const { forward, reverse } = orderCounts(summary);
  const count = whole(forward + reverse);
  if (forward === reverse) return m.data_plot_order_half({ count });
  return m.data_plot_order_share({ count, share: percent(summary.forwardShare) });
}

export function orderTable(summary: SamplingSummary): Table {
  const { forward, reverse } = orderCounts(summary);
  const rows = [
    [m.data_forward(), forward, summary.forwardShare],
    [m.data_reverse(), reverse, 100 - summary.forwardShare],
  ] as const;
  return { columns: [m.data_plot_order(), m.data_plot_samples(), m.data_plot_share()], rows };
}

export function orderDrawing(summary: SamplingSummary, size: Size = defaultSize): Drawing {
  const { forward, reverse } = orderCounts(summary);
  const lines = [
    { label: m.data_forward(), value: forward, ink: 'forward' as const },
    { label: m.data_reverse(), value: reverse, ink: 'reverse' as const },
  ].map((line) => ({ ...line, note: whole(line.value) }));
  return { ...size, title: m.data_plot_by_order(), summary: orderSummary(summary), marks: rowBars(lines, size) };
}

// ── (b) kinds of task ──

/** A kind as the page calls it; reports may name others. */
function categoryName(category: string): string {
  const known = CATEGORIES.find((name) => name === category);
  return known ? categoryNames[known]() : category;
}

interface CategoryShare {
  category: string;
  episodes: number;
  pairs: number;
  /** Percent of pairs, and of the paper's task instances. */
  share: number;
  paper: number | null;
}

export function categoryShares({ byCategory }: SamplingSummary): CategoryShare[] {
  const all = byCategory.reduce((sum, line) => sum + line.pairs, 0);
  return byCategory
    .map((line) => ({
      ...line,
      share: all > 0 ? (100 * line.pairs) / all : 0,
      paper: paperCategories.find(({ category }) => category === line.category)?.share ?? null,
    }))
    .sort((a, b) => b.share - a.share);
}

export function categorySummary(summary: SamplingSummary): string {
  const [most, ...rest] = categoryShares(summary);
  if (!most) return m.data_plot_no_pair();
  const what = { kind: categoryName(most.category), share: percent(most.share) };
  return rest.length === 0 ? m.data_plot_one_kind(what) : m.data_plot_most({ ...what, count: rest.length + 1 });
}

export function categoryTable(summary: SamplingSummary): Table {
  return {
    columns: [
      m.data_plot_kind(),
      m.data_plot_episodes(),
      m.data_plot_pairs(),
      m.data_plot_share(),
      m.data_plot_paper_share(),
    ],
    rows: categoryShares(summary).map(({ category, episodes, pairs, share, paper }) => [
      categoryName(category),
      episodes,
      pairs,
      share,
      paper,
    ]),
  };
}

export function categoryDrawing(summary: SamplingSummary, size: Size = defaultSize): Drawing {
  const items: LegendItem[] = [
    { label: m.data_plot_pairs_here(), style: neutralStyle, sample: 'bar' },
    { label: m.data_plot_paper_tasks(), style: paperStyle, sample: 'mark' },
  ];
  const lines = categoryShares(summary).map(({ category, share, paper }) => ({
    label: categoryName(category),
    value: share,
    ink: 'neutral' as const,
    note: percent(share),
    published: paper,
  }));
  return {
    ...size,
    title: m.data_plot_by_kind(),
    summary: categorySummary(summary),
    marks: [...legend(items, size.width), ...rowBars(lines, size, legendRows(items, size.width))],
  };
}

// ── (c) windows ──

const leftOut = [
  { key: 'pauses', label: m.data_plot_pauses, opacity: 0.3 },
  { key: 'notAhead', label: m.data_plot_not_ahead, opacity: 0.15 },
] as const;

export function windowCountSummary({ byWindow }: SamplingSummary): string {
  const [first, last] = [byWindow[0], byWindow.at(-1)];
  if (!first || !last) return m.data_plot_no_window();
  const pairs = byWindow.reduce((sum, line) => sum + line.pairs, 0);
  const out = byWindow.reduce((sum, line) => sum + line.pauses + line.notAhead + line.failures, 0);
  const share = pairs + out > 0 ? (100 * out) / (pairs + out) : 0;
  const possible = m.data_plot_possible({
    pairs: whole(pairs),
    low: first.window,
    high: last.window,
    share: percent(share),
  });
  if (first === last) return possible;
  const drawn = m.data_plot_drawn({
    near: percent(first.drawn),
    low: first.window,
    far: percent(last.drawn),
    high: last.window,
  });
  return `${possible} ${drawn}`;
}

export function windowCountTable({ byWindow }: SamplingSummary): Table {
  return {
    columns: [
      m.data_plot_window(),
      m.data_plot_pairs(),
      m.data_plot_drawn_share(),
      m.data_plot_left_out({ why: m.data_plot_pauses() }),
      m.data_plot_left_out({ why: m.data_plot_not_ahead() }),
      m.data_plot_failures(),
      m.data_plot_too_short(),
    ],
    rows: byWindow.map((l) => [l.window, l.pairs, l.drawn, l.pauses, l.notAhead, l.failures, l.tooShort]),
  };
}

export function windowCountDrawing(summary: SamplingSummary, size: Size = defaultSize): Drawing {
  const { byWindow } = summary;
  const style: LineStyle = { ink: 'ink', width: 1 };
  const items: LegendItem[] = [
    { label: m.data_plot_pairs_both(), style, sample: 'bar' },
    ...leftOut.map(({ label, opacity }): LegendItem => ({
      label: m.data_plot_left_out({ why: label() }),
      style,
      sample: 'bar',
      opacity,
    })),
  ];
  const rows = legendRows(items, size.width);
  const panel = panelOf(size, rows);
  const most = Math.max(1, ...byWindow.map((l) => l.pairs + l.pauses + l.notAhead));
  const y = scaleOf(0, most, panel.bottom, panel.top);
  const windows = byWindow.map((line) => line.window);
  const x = scaleOf(Math.min(5, ...windows) - 0.6, Math.max(16, ...windows) + 0.6, panel.left, panel.right);
  const half = Math.max(2, (x(1) - x(0)) * 0.36);
  const bars = byWindow.flatMap((line): Mark[] => {
    const at = x(line.window);
    let top = line.pairs;
    const stacked = leftOut.flatMap(({ key, label, opacity }): Mark[] => {
      const from = top;
      top += line[key];
      return [
        barMark(
          at - half,
          y(top),
          at + half,
          y(from),
          'ink',
          opacity,
          m.data_plot_bar_out({ window: line.window, count: whole(line[key]), why: label() }),
        ),
      ];
    });
    return [
      barMark(
        at - half,
        y(line.pairs),
        at + half,
        y(0),
        'ink',
        1,
        m.data_plot_bar({ window: line.window, count: whole(line.pairs) }),
      ),
      ...stacked,
    ];
  });
  return {
    ...size,
    title: m.data_plot_by_window(),
    summary: windowCountSummary(summary),
    marks: [
      ...legend(items, size.width),
      ...ticksOf(0, most, 4).flatMap((tick) => [
        hairline(panel.left, y(tick), panel.right, y(tick)),
        text(panel.left - 6, y(tick) + 4, short(tick), 'end'),
      ]),
      ...bars,
      ...bottomAxis(panel, x, windows, m.data_plot_window_axis()),
    ],
  };
}

// ── bars ──

const lineHeight = letterSize + 1;

interface RowBar {
  label: string;
  value: number;
  ink: Ink;
  note: string;
  /** A published value on the same scale. */
  published?: number | null;
}

/** Lying bars with their names before and their values after them. */
function rowBars(lines: readonly RowBar[], size: Size, rowsAbove = 0): Mark[] {
  const top = 10 + rowsAbove * 20;
  const most = Math.max(1e-9, ...lines.map(({ value, published }) => Math.max(value, published ?? 0)));
  const room = size.width * 0.52;
  const named = lines.map(({ label }) => (textWidth(label) + 12 <= size.width * 0.36 ? [label] : twoLines(label)));
  const names = Math.min(room, Math.max(60, ...named.flat().map((words) => textWidth(words) + 12)));
  const values = Math.max(30, ...lines.map(({ note }) => textWidth(note) + 10));
  const x = scaleOf(0, most, names, size.width - values - 4);
  const height = Math.min(40, (size.height - top - 8) / Math.max(1, lines.length));
  return lines.flatMap(({ label, value, ink, note, published }, i): Mark[] => {
    const middle = top + (i + 0.5) * height;
    const thick = Math.min(14, height * 0.34);
    const marks: Mark[] = [
      ...nameMarks(named[i] ?? [label], names, middle),
      barMark(names, middle - thick, x(value), middle + thick, ink, 1, `${label}: ${note}`),
      text(x(Math.max(value, published ?? 0)) + 10, middle + 4, note, 'start', 'ink'),
    ];
    if (typeof published !== 'number') return marks;
    const place = {
      x: x(published),
      y: middle,
      label: m.data_plot_paper_mark({ kind: label, share: percent(published) }),
    };
    return [...marks, pointMark(place, 'neutral', 'hollow', 4)];
  });
}

/** A name on one line or two, ending before its bar. */
function nameMarks(words: readonly string[], right: number, middle: number): Mark[] {
  const first = middle + 4 - ((words.length - 1) * lineHeight) / 2;
  return words.map((line, i) => text(right - 8, first + i * lineHeight, fitting(line, right - 10), 'end', 'ink'));
}

function fitting(words: string, width: number): string {
  const letters = Math.floor((width / textWidth('x'.repeat(100))) * 100);
  return words.length <= letters ? words : `${words.slice(0, Math.max(1, letters - 1))}…`;
}

/** 12 000 as "12k". */
function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1e4
    ? `${Number((value / 1e3).toPrecision(3))}k`
    : Number.isInteger(value)
      ? whole(value)
      : `${value}`;
}
