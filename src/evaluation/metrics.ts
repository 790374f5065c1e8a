// What a model's judgements of pairs in both orders say. Everything is read off one table: each pair falls into one of
// four cells (both right, both wrong, always first, always second) or, with an unreadable answer, into a fifth. Forward
// and reverse accuracy are margins of that table and never sampled apart, because the gap between them says little: a
// gap of zero is compatible with answers that flip for a quarter of all pairs.
import { sensitivityOf } from './bounds';

export type Answer = 'img1' | 'img2' | 'invalid';

/** One pair, judged in both orders. Forward shows the earlier frame first, so `img2` is right; reverse wants `img1`. */
export interface Judgement {
  readonly episode: string;
  readonly template: string;
  readonly category: string;
  /** Downsampled frames between the two frames. */
  readonly window: number;
  readonly forward: Answer;
  readonly reverse: Answer;
  /** Logit of `img2` minus logit of `img1` in forward order; NaN where the model gave words only. */
  readonly scoreForward: number;
  readonly scoreReverse: number;
  /** Further answers to the same two questions, drawn at random and as many to each; absent where none were drawn. */
  readonly repeats?: { readonly forward: readonly Answer[]; readonly reverse: readonly Answer[] };
}

/** Counts of pairs; the five add up to all pairs. */
export interface Cells {
  readonly bothRight: number;
  readonly bothWrong: number;
  readonly alwaysFirst: number;
  readonly alwaysSecond: number;
  /** Pairs with at least one unreadable answer. */
  readonly invalid: number;
}

/** Shares are percentages of all pairs unless stated otherwise; an unreadable answer is never a right one. */
export interface Summary {
  readonly pairs: number;
  readonly episodes: number;
  readonly cells: Cells;
  readonly forward: number;
  readonly reverse: number;
  readonly average: number;
  /** Points between forward and reverse accuracy, without sign. */
  readonly gap: number;
  readonly bothRight: number;
  /** Share of pairs whose answer names the same position in both orders. */
  readonly flipRate: number;
  readonly flipToSecond: number;
  readonly flipToFirst: number;
  /** Share of pairs whose answer names the same frame in both orders, right or wrong. */
  readonly consistency: number;
  readonly invalid: number;
  /** Percentage of readable answers that name the second image; null without any. */
  readonly pSecond: number | null;
  /** Ability apart from bias, (z(f) − z(1 − r))/√2; null where an order has no readable answer. */
  readonly dPrime: number | null;
  /** Lean apart from ability, −(z(f) + z(1 − r))/2; negative leans to the second image. */
  readonly criterion: number | null;
  /** Mean of half the sum of both orders' logits, the lean to the second image in logits; null without scores. */
  readonly meanOffset: number | null;
  /** Sum of |forward + reverse logit| over sum of |forward| + |reverse|: 0 content alone, 1 position alone. */
  readonly antisymmetryError: number | null;
}

/** Summary of the rows, or null where there are none. */
export function summarise(rows: readonly Judgement[]): Summary | null {
  if (rows.length === 0) return null;
  const cells = countCells(rows);
  const share = (count: number): number => (100 * count) / rows.length;
  const forward = share(count(rows, (row) => row.forward === 'img2'));
  const reverse = share(count(rows, (row) => row.reverse === 'img1'));
  const seconds = count(rows, (row) => row.forward === 'img2') + count(rows, (row) => row.reverse === 'img2');
  const readable = count(rows, (row) => row.forward !== 'invalid') + count(rows, (row) => row.reverse !== 'invalid');
  return {
    pairs: rows.length,
    episodes: new Set(rows.map((row) => row.episode)).size,
    cells,
    forward,
    reverse,
    average: (forward + reverse) / 2,
    gap: Math.abs(forward - reverse),
    bothRight: share(cells.bothRight),
    flipRate: share(cells.alwaysFirst + cells.alwaysSecond),
    flipToSecond: share(cells.alwaysSecond),
    flipToFirst: share(cells.alwaysFirst),
    consistency: share(cells.bothRight + cells.bothWrong),
    invalid: share(cells.invalid),
    pSecond: readable === 0 ? null : (100 * seconds) / readable,
    ...sensitivity(rows),
    ...offsets(rows),
  };
}

/** Which of the five cells each pair falls into, counted. */
export function countCells(rows: readonly Judgement[]): Cells {
  const cells = { bothRight: 0, bothWrong: 0, alwaysFirst: 0, alwaysSecond: 0, invalid: 0 };
  for (const row of rows) cells[cellOf(row)]++;
  return cells;
}

export function cellOf(row: Judgement): keyof Cells {
  if (row.forward === 'invalid' || row.reverse === 'invalid') return 'invalid';
  if (row.forward === row.reverse) return row.forward === 'img1' ? 'alwaysFirst' : 'alwaysSecond';
  return row.forward === 'img2' ? 'bothRight' : 'bothWrong';
}

/** The windows every report has a line for, so that reports compare even where a run had no pair of some window. */
export const reportWindows = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] as const;

/** The key under which windows of 12 and more are pooled, as the paper's tables do. */
export const wideWindows = '≥12';

/** Summaries by window: `"5"` … `"16"`, any other window that occurs, and `"≥12"`; null for a window without pairs. */
export function byWindow(rows: readonly Judgement[]): Record<string, Summary | null> {
  const groups = grouped(rows, (row) => `${row.window}`);
  const windows = [...new Set([...reportWindows, ...rows.map((row) => row.window)])].sort((a, b) => a - b);
  const lines = windows.map((window) => [`${window}`, summarise(groups.get(`${window}`) ?? [])] as const);
  return Object.fromEntries([...lines, [wideWindows, summarise(rows.filter((row) => row.window >= 12))]]);
}

/** Summaries by task template, in alphabetical order. */
export function byTemplate(rows: readonly Judgement[]): Record<string, Summary> {
  return summarised(rows, (row) => row.template);
}

/** Summaries by category, in alphabetical order. */
export function byCategory(rows: readonly Judgement[]): Record<string, Summary> {
  return summarised(rows, (row) => row.category);
}

export interface Worst {
  readonly name: string;
  readonly summary: Summary;
}

/** The task template with the fewest pairs right in both orders among those with at least `minimum` pairs. */
export function worstTask(rows: readonly Judgement[], minimum = 10): Worst | null {
  return worst(byTemplate(rows), minimum);
}

/** The episode with the fewest pairs right in both orders among those with at least `minimum` pairs. */
export function worstEpisode(rows: readonly Judgement[], minimum = 10): Worst | null {
  return worst(
    summarised(rows, (row) => row.episode),
    minimum,
  );
}

function worst(groups: Record<string, Summary>, minimum: number): Worst | null {
  const enough = Object.entries(groups).filter(([, summary]) => summary.pairs >= minimum);
  enough.sort(([, a], [, b]) => a.bothRight - b.bothRight || a.average - b.average);
  const [first] = enough;
  return first === undefined ? null : { name: first[0], summary: first[1] };
}

function summarised(rows: readonly Judgement[], key: (row: Judgement) => string): Record<string, Summary> {
  const names = [...grouped(rows, key)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(names.flatMap(([name, group]) => [[name, summarise(group)] as const]).filter(hasSummary));
}

function hasSummary(entry: readonly [string, Summary | null]): entry is readonly [string, Summary] {
  return entry[1] !== null;
}

function grouped(rows: readonly Judgement[], key: (row: Judgement) => string): Map<string, Judgement[]> {
  const groups = new Map<string, Judgement[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

function sensitivity(rows: readonly Judgement[]): Pick<Summary, 'dPrime' | 'criterion'> {
  const hit = secondRate(rows.map((row) => row.forward));
  const alarm = secondRate(rows.map((row) => row.reverse));
  if (hit === null || alarm === null) return { dPrime: null, criterion: null };
  return sensitivityOf(hit, alarm);
}

/** Rate of `img2` among readable answers, kept half an answer off 0 and 1, where z would be infinite. */
function secondRate(answers: readonly Answer[]): number | null {
  const readable = answers.filter((answer) => answer !== 'invalid');
  if (readable.length === 0) return null;
  const rate = count(readable, (answer) => answer === 'img2') / readable.length;
  const edge = 0.5 / readable.length;
  return Math.min(1 - edge, Math.max(edge, rate));
}

function offsets(rows: readonly Judgement[]): Pick<Summary, 'meanOffset' | 'antisymmetryError'> {
  const scored = rows.filter((row) => Number.isFinite(row.scoreForward) && Number.isFinite(row.scoreReverse));
  if (scored.length === 0) return { meanOffset: null, antisymmetryError: null };
  let [sum, mismatch, size] = [0, 0, 0];
  for (const row of scored) {
    sum += (row.scoreForward + row.scoreReverse) / 2;
    mismatch += Math.abs(row.scoreForward + row.scoreReverse);
    size += Math.abs(row.scoreForward) + Math.abs(row.scoreReverse);
  }
  return { meanOffset: sum / scored.length, antisymmetryError: size === 0 ? null : mismatch / size };
}

function count<T>(items: readonly T[], test: (item: T) => boolean): number {
  return items.reduce((sum, item) => sum + (test(item) ? 1 : 0), 0);
}
