// How people and models did, side by side: figures with intervals by episode, by window, and as a table for a file.
import { fewestEpisodes } from '../../../evaluation/clusterMean';
import { summaryIntervals, type SummaryIntervals } from '../../../evaluation/intervals';
import { summarise, type Judgement, type Summary } from '../../../evaluation/metrics';
import { paperPeople, paperWindows } from '../../../evaluation/paper';
import type { WindowPoint } from '../../plots/windowPlot';
import type { Table } from '../../plots/table';
import { answered, judgementsOf, quizIdentity, rightAnswer, type Attempt, type QuizPair } from './attempt';
import { seedOf, type QuizSettings } from './settings';

/** Windows 5 to 16 in three groups, for quizzes with too few pairs of each. */
const GROUPS = [
  [5, 8],
  [9, 12],
  [13, 16],
] as const;

export interface Standing {
  readonly summary: Summary;
  readonly intervals: SummaryIntervals;
}

export function standingOf(rows: readonly Judgement[]): Standing | null {
  const summary = summarise(rows);
  return summary && { summary, intervals: summaryIntervals(rows) };
}

export interface WindowLine {
  readonly from: number;
  readonly to: number;
  /** Null without pairs. */
  readonly standing: Standing | null;
}

/** Whether each window that occurs has enough episodes for an interval of its own. */
export function hasSingleWindows(rows: readonly Judgement[]): boolean {
  const episodes = new Map<number, Set<string>>();
  for (const { window, episode } of rows) episodes.set(window, (episodes.get(window) ?? new Set()).add(episode));
  return episodes.size > 0 && [...episodes.values()].every((of) => of.size >= fewestEpisodes);
}

/** By window, or by group of four windows. */
export function windowLines(rows: readonly Judgement[], single: boolean): WindowLine[] {
  const singles = Array.from({ length: 12 }, (_, i) => [i + 5, i + 5] as const);
  return (single ? singles : GROUPS).map(([from, to]) => ({
    from,
    to,
    standing: standingOf(rows.filter(({ window }) => window >= from && window <= to)),
  }));
}

/** "5" or "5–8". */
export function windowName({ from, to }: Pick<WindowLine, 'from' | 'to'>): string {
  return from === to ? `${from}` : `${from}–${to}`;
}

/** For the plot; a group stands at its middle. */
export function linePoints(lines: readonly WindowLine[]): WindowPoint[] {
  return lines.flatMap(({ from, to, standing }) => {
    if (!standing) return [];
    const { pairs, forward, reverse, average, bothRight } = standing.summary;
    return [{ window: (from + to) / 2, pairs, forward, reverse, average, bothRight }];
  });
}

/** The paper's figures of people at these windows: least and most. */
export function paperRange({ from, to }: Pick<WindowLine, 'from' | 'to'>): readonly [number, number] | null {
  const last = paperWindows.length - 1;
  const at = (window: number) => Math.min(last, window - 5);
  const values = paperPeople.byWindow.slice(at(from), at(to) + 1);
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}

/** A person with all that counts of them on this computer. */
export interface PersonRecord {
  readonly person: string;
  readonly attempts: readonly Attempt[];
}

/** People by name, those who came last first. */
export function peopleOf(attempts: readonly Attempt[]): PersonRecord[] {
  const people = new Map<string, Attempt[]>();
  for (const attempt of attempts.toSorted((a, b) => b.startedAt - a.startedAt)) {
    const own = people.get(attempt.person);
    if (own) own.push(attempt);
    else people.set(attempt.person, [attempt]);
  }
  return [...people].map(([person, own]) => ({ person, attempts: own }));
}

/** What counts of attempts: the first at each quiz, and no practice, in which answers were told. */
export function counting(attempts: readonly Attempt[]): Attempt[] {
  const first = new Map<string, Attempt>();
  for (const attempt of attempts.toSorted((a, b) => a.startedAt - b.startedAt)) {
    if (attempt.settings.practice || attempt.endedAt === null) continue;
    const key = `${attempt.person} ${quizIdentity(attempt)}`;
    if (!first.has(key)) first.set(key, attempt);
  }
  return [...first.values()];
}

/** A finished attempt of a person at a quiz with these settings, after which another one does not count. */
export function takenBefore(attempts: readonly Attempt[], person: string, settings: QuizSettings): Attempt | null {
  const identity = (of: QuizSettings) => [of.seed, of.pairs, of.source, of.seconds].join(' ');
  const own = attempts.filter((attempt) => attempt.person === person && attempt.endedAt !== null);
  return own.find((attempt) => identity(attempt.settings) === identity(settings)) ?? null;
}

/** The next number up that a person has not taken: a class that goes on together gets the same. */
export function nextSeed(attempts: readonly Attempt[], person: string, settings: QuizSettings): number {
  let seed = settings.seed;
  do seed = seedOf(seed + 1) ?? 0;
  while (takenBefore(attempts, person, { ...settings, seed }) && seed !== settings.seed);
  return seed;
}

/** Judgements of several quizzes together; of a pair that came in two of them the first. */
export function pooled(attempts: readonly Attempt[]): Judgement[] {
  const seen = new Set<string>();
  const isNew = ({ episode, frames }: QuizPair) => {
    const key = `${episode} ${frames.join(' ')}`;
    return !seen.has(key) && seen.add(key).has(key);
  };
  return attempts.flatMap((attempt) => judgementsOf(attempt, isNew));
}

/** Every answer of every quiz as a line, with all that is needed to count it anew. */
export function answersTable(attempts: readonly Attempt[]): Table {
  const columns = [
    ...['person', 'quiz', 'started', 'finished', 'seed', 'pairs', 'source', 'seconds limit', 'practice'],
    ...['question', 'pair', 'order', 'window', 'task', 'episode', 'earlier frame', 'later frame'],
    ...['choice', 'right answer', 'right', 'milliseconds'],
  ];
  const time = (at: number | null) => (at === null ? '' : new Date(at).toISOString());
  return {
    columns,
    rows: attempts.flatMap((attempt) => {
      const { id, person, settings, startedAt, endedAt } = attempt;
      const { seed, pairs, source, seconds, practice } = settings;
      const quiz = [person, id, time(startedAt), time(endedAt), seed, pairs, source, seconds, practice ? 'yes' : 'no'];
      return answered(attempt).map(({ number, pair, order, shown, answer, right }) => [
        ...quiz,
        ...[number + 1, pair + 1, order, shown.window, shown.task, shown.episode, ...shown.frames],
        ...[answer.choice, rightAnswer(order), right ? 'yes' : 'no', Math.round(answer.milliseconds)],
      ]);
    }),
  };
}
