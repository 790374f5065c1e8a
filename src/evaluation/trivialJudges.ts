// Trivial judges: logistic regressions on one cheap feature of two pictures (brightness, file size, optical flow, where
// the arms are). Where one of them gets far above chance on tasks it was not fitted on, a model may do well without
// looking at what is done, so every data set should be tried with them first.
//
// All features change sign when the pictures are swapped and there is no constant term, so that these judges have no
// position bias: forward and reverse accuracy are the same by construction.
import { shareInterval, type Interval } from './intervals';

export const TRIVIAL_JUDGES = ['brightness', 'file size', 'optical flow', 'arm position'] as const;
export type TrivialJudge = (typeof TRIVIAL_JUDGES)[number];

/** Features of a pair, later minus earlier, by judge; a judge whose features are not known is left out. */
export interface TrivialPair {
  episode: string;
  features: Partial<Record<TrivialJudge, readonly number[]>>;
}

export interface TrivialResult {
  judge: TrivialJudge;
  fittedOn: number;
  /** Percent of test pairs judged right; every other tie counts as right. */
  accuracy: Interval;
}

/** Fits each judge on one set of pairs and measures it on another. */
export function trivialResults(fit: readonly TrivialPair[], test: readonly TrivialPair[]): TrivialResult[] {
  return TRIVIAL_JUDGES.flatMap((judge) => {
    const rows = known(fit, judge);
    const asked = known(test, judge);
    if (rows.length === 0 || asked.length === 0) return [];
    const weights = fitSigned(rows.map(({ features }) => features));
    const outcomes = asked.map(({ episode, features }, i) => {
      const score = dot(features, weights);
      return { episode, hit: score === 0 ? i % 2 === 0 : score > 0 };
    });
    return [{ judge, fittedOn: rows.length, accuracy: shareInterval(outcomes) }];
  });
}

function known(pairs: readonly TrivialPair[], judge: TrivialJudge): { episode: string; features: readonly number[] }[] {
  return pairs.flatMap(({ episode, features }) => {
    const its = features[judge];
    return its === undefined ? [] : [{ episode, features: its }];
  });
}

const ROUNDS = 25;
/** Ridge on standardised features, as a share of the number of pairs. */
const RIDGE = 1e-3;

/**
 * Weights w for which sigmoid(w · x) comes nearest to 1 on all rows: logistic regression without a constant on x and −x,
 * by Newton's method.
 */
export function fitSigned(rows: readonly (readonly number[])[]): number[] {
  const size = rows[0]?.length ?? 0;
  const scale = Array.from({ length: size }, (_, i) => {
    const square = rows.reduce((sum, row) => sum + (row[i] ?? 0) ** 2, 0) / rows.length;
    return square > 0 ? 1 / Math.sqrt(square) : 0;
  });
  const scaled = rows.map((row) => row.map((x, i) => x * (scale[i] ?? 0)));
  let weights = new Array<number>(size).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = weights.map((w) => -RIDGE * rows.length * w);
    const curvature = weights.map((_, i) => weights.map((_, j) => (i === j ? RIDGE * rows.length : 0)));
    for (const row of scaled) {
      const p = 1 / (1 + Math.exp(-dot(row, weights)));
      row.forEach((x, i) => {
        gradient[i] = (gradient[i] ?? 0) + (1 - p) * x;
        const line = curvature[i] as number[];
        row.forEach((y, j) => (line[j] = (line[j] ?? 0) + p * (1 - p) * x * y));
      });
    }
    const step = solve(curvature, gradient);
    weights = weights.map((w, i) => w + (step[i] ?? 0));
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  return weights.map((w, i) => w * (scale[i] ?? 0));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}

/** Solves a symmetric positive definite system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((line, i) => [...line, right[i] ?? 0]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(rows[i]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    const head = top[column] ?? 0;
    if (head === 0) continue;
    for (const [i, line] of rows.entries()) {
      if (i === column) continue;
      const factor = (line[column] ?? 0) / head;
      for (let j = column; j <= size; j++) line[j] = (line[j] ?? 0) - factor * (top[j] ?? 0);
    }
  }
  return rows.map((line, i) => ((line[i] ?? 0) === 0 ? 0 : (line[size] ?? 0) / (line[i] ?? 1)));
}
