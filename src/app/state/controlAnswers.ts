// The answers to the controls as a table: grouped as the questions are, each with what it means in words.
import * as m from '../../words/messages';
import type { QuestionReport } from '../../evaluation/questionReport';
import { QUESTIONS, type Question, type QuestionGroup } from '../../evaluation/questions';
import type { Table } from '../plots/table';
import { emptyReading, readingOf, type Reading } from './controlReading';

/** What one model answered so far. */
export interface Answers {
  /** When the last of them was answered, in milliseconds since 1970. */
  at: number;
  /** The most that any of them was asked with. */
  pairsPerQuestion: number;
  /** By question; null where the data have no pair for it. */
  reports: Readonly<Record<string, QuestionReport | null>>;
}

/** Asked together, because the answers to the second are read against those to the first. */
const CROSSED = ['turnable', 'counter-task'];

/** Each question by itself, but crossed ones together, in their order. */
export function callsOf(names: readonly string[]): string[][] {
  return names.flatMap((name) => {
    if (!CROSSED.includes(name)) return [[name]];
    return name === CROSSED[0] ? [CROSSED.filter((other) => names.includes(other))] : [];
  });
}

export const GROUP_TITLES: Readonly<Record<QuestionGroup, () => string>> = {
  reference: m.evaluate_group_reference,
  wording: m.evaluate_group_wording,
  'held out': m.evaluate_group_held_out,
  windows: m.evaluate_group_windows,
  mishaps: m.evaluate_group_mishaps,
  instruction: m.evaluate_group_instruction,
  pictures: m.evaluate_group_pictures,
};

export interface ControlRow {
  question: Question;
  /** Null where the data have no pair for it. */
  report: QuestionReport | null;
  reading: Reading;
}

/** What belongs together when one of them is asked. */
export function askedWith(name: string): string[] {
  return CROSSED.includes(name) ? [...CROSSED] : [name];
}

/** All questions in their order, grouped as they are; each with its answer where it has one. */
export function controlChecklist(answers: Answers | null): ControlGroup[] {
  const answered = new Map(
    (answers ? controlGroups(answers) : []).flatMap(({ rows }) => rows).map((row) => [row.question.name, row]),
  );
  const all = Object.values(QUESTIONS);
  return [...new Set(all.map(({ group }) => group))].map((group) => ({
    title: GROUP_TITLES[group](),
    lines: all
      .filter((question) => question.group === group)
      .map((question) => ({ question, answered: answered.get(question.name) ?? null })),
  }));
}

export interface ControlGroup {
  title: string;
  lines: { question: Question; answered: ControlRow | null }[];
}

/** Answered questions in their order, grouped as they are. */
export function controlGroups({ reports }: Answers): { title: string; rows: ControlRow[] }[] {
  const asked = Object.values(QUESTIONS).filter(({ name }) => name in reports);
  const rows = asked.map((question) => {
    const report = reports[question.name] ?? null;
    const reference = reports[question.name === 'counter-task' ? 'turnable' : 'plain'] ?? null;
    const reading = report ? readingOf(question, report, reference) : emptyReading(question);
    return { question, report, reading };
  });
  const groups = [...new Set(asked.map(({ group }) => group))];
  return groups.map((group) => ({
    title: GROUP_TITLES[group](),
    rows: rows.filter(({ question }) => question.group === group),
  }));
}

/** For CSV: one line a question, with all digits. */
export function controlTable(answers: Answers): Table {
  const columns = ['question', 'title', 'pairs', 'episodes'];
  const figures = ['both right', 'average', 'P(second)'].flatMap((name) => [
    `${name} %`,
    `${name} low`,
    `${name} high`,
  ]);
  return {
    columns: [...columns, ...figures, 'outcome', 'reading'],
    rows: controlGroups(answers).flatMap(({ rows }) =>
      rows.map(({ question: { name, title, hasRightAnswer }, report, reading }) => {
        const { overall, intervals, answerLean } = report ?? {};
        const ends = (range?: { low: number | null; high: number | null }) => [range?.low ?? null, range?.high ?? null];
        const share = (value: number | undefined, range?: { low: number | null; high: number | null }) =>
          hasRightAnswer ? [value ?? null, ...ends(range)] : [null, null, null];
        return [
          name,
          title,
          overall?.pairs ?? 0,
          overall?.episodes ?? 0,
          ...share(overall?.bothRight, intervals?.bothRight),
          ...share(overall?.average, intervals?.average),
          answerLean?.pSecond.mean ?? overall?.pSecond ?? null,
          ...ends(answerLean?.pSecond ?? intervals?.pSecond),
          reading.outcome,
          reading.text,
        ];
      }),
    ),
  };
}
