// The answers to the controls as a table: grouped as the questions are, each with what it means in words.
import type { QuestionReport } from '../../evaluation/questionReport';
import { QUESTIONS, type Question, type QuestionGroup } from '../../evaluation/questions';
import type { Table } from '../plots/table';
import { emptyReading, readingOf } from './controlReading';

/** What one model answered so far. */
export interface Answers {
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

export const GROUP_TITLES: Readonly<Record<QuestionGroup, string>> = {
  reference: 'To compare with',
  wording: 'In other words',
  'held out': 'What training never showed',
  windows: 'Other distances',
  mishaps: 'When something goes wrong',
  instruction: 'Does it read the task?',
  pictures: 'Do the pictures decide?',
};

export interface ControlRow {
  question: Question;
  /** Null where the data have no pair for it. */
  report: QuestionReport | null;
  reading: string;
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
    title: GROUP_TITLES[group],
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
    columns: [...columns, ...figures, 'reading'],
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
          reading,
        ];
      }),
    ),
  };
}
