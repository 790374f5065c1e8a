// One person's way through one quiz: what was asked, what was answered, and what it says in the terms that models are
// measured in.
import type { Answer, Judgement } from '../../../evaluation/metrics';
import type { Question } from './questionOrder';
import type { QuizSettings } from './settings';

/** Two moments of an episode; everything needed to show them again. */
export interface QuizPair {
  readonly episode: string;
  /** What the episode is called; shown only when all is answered. */
  readonly name: string;
  readonly task: string;
  readonly template: string;
  readonly category: string;
  /** Earlier and later raw frame. */
  readonly frames: readonly [number, number];
  /** Kept frames between them. */
  readonly window: number;
}

/** `none` where the time ran out; `left out` where the pictures could not be had. */
export type Choice = 'img1' | 'img2' | 'none' | 'left out';

export interface QuizAnswer {
  /** Number of the question in the quiz's order. */
  readonly question: number;
  readonly choice: Choice;
  /** From the pictures to the answer, pauses taken off. */
  readonly milliseconds: number;
}

export interface AttemptRecord {
  readonly id: string;
  readonly person: string;
  readonly settings: QuizSettings;
  readonly pairs: readonly QuizPair[];
  /** In the order in which they are asked. */
  readonly questions: readonly Question[];
  /** Shown once each before the others; not counted. */
  readonly warmUp: readonly QuizPair[];
  readonly startedAt: number;
  /** Null while it can be gone on with. */
  readonly endedAt: number | null;
}

export interface Attempt extends AttemptRecord {
  readonly answers: readonly QuizAnswer[];
}

/** An attempt without its answers, as it is stored. */
export function recordOf(attempt: Attempt): AttemptRecord {
  const { id, person, settings, pairs, questions, warmUp, startedAt, endedAt } = attempt;
  return { id, person, settings, pairs, questions, warmUp, startedAt, endedAt };
}

/** Two attempts with the same identity were asked about the same pairs. */
export function quizIdentity({ pairs, settings }: AttemptRecord): string {
  return JSON.stringify([settings.seed, settings.seconds, pairs.map(({ episode, frames }) => [episode, frames])]);
}

export const rightAnswer = (order: Question['order']): 'img1' | 'img2' => (order === 'forward' ? 'img2' : 'img1');

export interface AnsweredQuestion extends Question {
  readonly number: number;
  readonly shown: QuizPair;
  readonly answer: QuizAnswer;
  readonly right: boolean;
}

/** The answers in the order of the questions, with what they were about. */
export function answered(attempt: Attempt): AnsweredQuestion[] {
  return attempt.answers
    .flatMap((answer) => {
      const question = attempt.questions[answer.question];
      const shown = question && attempt.pairs[question.pair];
      if (!question || !shown) return [];
      const right = answer.choice === rightAnswer(question.order);
      return [{ ...question, number: answer.question, shown, answer, right }];
    })
    .sort((a, b) => a.number - b.number);
}

/**
 * The pairs that were asked about in both orders, as judgements; no answer in time is an answer that cannot be read.
 * @param counts asked once of each of these pairs, in their order
 */
export function judgementsOf(attempt: Attempt, counts: (pair: QuizPair) => boolean = () => true): Judgement[] {
  const byPair = new Map<number, Partial<Record<Question['order'], Answer>>>();
  for (const { pair, order, answer } of answered(attempt)) {
    if (answer.choice === 'left out') continue;
    const found = byPair.get(pair) ?? {};
    found[order] = answer.choice === 'none' ? 'invalid' : answer.choice;
    byPair.set(pair, found);
  }
  return [...byPair].flatMap(([number, { forward, reverse }]) => {
    const pair = attempt.pairs[number];
    return pair && forward && reverse && counts(pair) ? [judgement(pair, forward, reverse)] : [];
  });
}

/** The pairs that count. */
export function judgedPairs(attempt: Attempt): QuizPair[] {
  const pairs: QuizPair[] = [];
  judgementsOf(attempt, (pair) => pairs.push(pair) > 0);
  return pairs;
}

export function judgement(pair: QuizPair, forward: Answer, reverse: Answer): Judgement {
  const { episode, template, category, window } = pair;
  return { episode, template, category, window, forward, reverse, scoreForward: NaN, scoreReverse: NaN };
}

/** Pairs of which one order alone was answered: they cannot be counted. */
export function halfAsked(attempt: Attempt): number {
  const asked = answered(attempt).filter(({ answer }) => answer.choice !== 'left out');
  return new Set(asked.map(({ pair }) => pair)).size - judgementsOf(attempt).length;
}

/** Median seconds of the answers that were given; null without any. */
export function medianSeconds(attempts: readonly Attempt[]): number | null {
  const times = attempts
    .flatMap(({ answers }) => answers.filter(({ choice }) => choice === 'img1' || choice === 'img2'))
    .map(({ milliseconds }) => milliseconds / 1000)
    .sort((a, b) => a - b);
  if (times.length === 0) return null;
  const middle = times.length / 2;
  const [low, high] = [times[Math.ceil(middle) - 1] as number, times[Math.floor(middle)] as number];
  return (low + high) / 2;
}
