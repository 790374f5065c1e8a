// Who stands beside a person: the same pairs, and other quizzes on this computer.
import type { Judgement } from '../../../evaluation/metrics';
import { judgementsOf, medianSeconds, quizIdentity, type Attempt } from './attempt';
import { counting, peopleOf, pooled } from './standings';

export interface Line {
  readonly key: string;
  readonly name: string;
  readonly rows: readonly Judgement[];
  /** Median seconds of an answer; null for models. */
  readonly median: number | null;
}

export interface Comparison {
  readonly own: Line;
  /** Others who were asked about the same pairs. */
  readonly classmates: readonly Line[];
  readonly elsewhere: readonly Line[];
}

/** @param attempts all on this computer */
export function comparisonOf(attempt: Attempt, attempts: readonly Attempt[]): Comparison {
  const line = (key: string, of: Attempt): Line => {
    return { key, name: of.person, rows: judgementsOf(of), median: medianSeconds([of]) };
  };
  const others = counting(attempts).filter(({ person }) => person !== attempt.person);
  const identity = quizIdentity(attempt);
  const same = others.filter((other) => quizIdentity(other) === identity);
  const elsewhere = peopleOf(others).filter(({ person }) => !same.some((other) => other.person === person));
  return {
    own: line('own', attempt),
    classmates: same.map((other) => line(other.id, other)),
    elsewhere: elsewhere.map(({ person, attempts: own }) => ({
      key: `elsewhere ${person}`,
      name: person,
      rows: pooled(own),
      median: medianSeconds(own),
    })),
  };
}
