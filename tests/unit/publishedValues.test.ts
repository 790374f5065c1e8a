// The estimators against examples that others published and worked out.
import { describe, expect, it } from 'vitest';
import { openCells, sensitivityOf } from '../../src/evaluation/bounds';
import { brierParts } from '../../src/evaluation/calibration';
import { meanOfSums } from '../../src/evaluation/clusterMean';
import { holm } from '../../src/evaluation/comparison';
import { incompleteBeta, normalCdf } from '../../src/evaluation/distributions';
import { signFlipTest, wilson } from '../../src/evaluation/intervals';
import { leanInterval } from '../../src/evaluation/leanInterval';
import type { Judgement } from '../../src/evaluation/metrics';
import { acrossSeeds } from '../../src/evaluation/seeds';
import { flipTest } from '../../src/evaluation/signFlips';

/** Darwin's maize, as in Fisher's "The Design of Experiments" (1935): crossed minus selfed, in eighths of an inch. */
const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

/** Extra hours of sleep by one drug over another, Student (1908), as printed with R's `t.test`. */
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

/** Pairs that are each their own episode: right forward alone, in reverse alone, and in both orders. */
function paired(forwardAlone: number, reverseAlone: number, both: number): Judgement[] {
  const facts = { template: 't', category: 'c', window: 5, scoreForward: NaN, scoreReverse: NaN };
  return Array.from({ length: forwardAlone + reverseAlone + both }, (_, i) => ({
    ...facts,
    episode: `${i}`,
    forward: i < forwardAlone || i >= forwardAlone + reverseAlone ? 'img2' : 'img1',
    reverse: i < forwardAlone ? 'img2' : 'img1',
  }));
}

describe('shares', () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("Wilson's interval of %i in %i, Newcombe (1998), method 3", (hits, size, low, high) => {
    const found = wilson(hits / size, size, 1.959964);
    expect(found[0]).toBeCloseTo(low, 4);
    expect(found[1]).toBeCloseTo(high, 4);
  });

  it('the exact limits of 81 in 263, Newcombe (1998), method 5, and of 20 in 20', () => {
    expect(incompleteBeta(0.2527, 81, 183)).toBeCloseTo(0.025, 3);
    expect(1 - incompleteBeta(0.3676, 82, 182)).toBeCloseTo(0.025, 3);
    expect(incompleteBeta(0.8316, 20, 1)).toBeCloseTo(0.025, 4);
  });
});

describe('paired data', () => {
  it("Fisher's count of sign patterns for Darwin's maize: 863 of 32 768 in either tail", () => {
    expect(flipTest(maize, 1)).toEqual({ p: (2 * 863) / 32_768, patterns: 32_768, exact: true });
  });

  it("Student's interval of the sleep data, by clusters and by seeds", () => {
    const byCluster = meanOfSums(sleep.map((sum) => ({ sum, size: 1 })));
    const bySeed = acrossSeeds(sleep.map((value, seed) => ({ seed, value })));
    for (const found of [byCluster, bySeed]) {
      expect(found.mean).toBeCloseTo(1.58, 10);
      expect(found.low).toBeCloseTo(0.7001142, 6);
      expect(found.high).toBeCloseTo(2.4598858, 6);
    }
    expect(bySeed.sd).toBeCloseTo(1.229995, 5);
  });

  it("McNemar's exact test of 10 against 2 disagreements: 158/4096", () => {
    expect(signFlipTest(paired(10, 2, 3), 1).p).toBeCloseTo(158 / 4096, 12);
  });

  it('the change in approval in Agresti (2002), table 10.1: 150 against 86 of 1 600', () => {
    // Printed: 0.04 ± 1.96 × 0.0095.
    const rows = paired(150, 86, 1364);
    const { estimate, low, high } = leanInterval(rows);
    expect([estimate, low, high].map((value) => Number(((value ?? 0) / 100).toFixed(3)))).toEqual([0.04, 0.021, 0.059]);
    expect(signFlipTest(rows, 1, 1999).p).toBeCloseTo(1 / 2000, 10);
  });
});

describe('several comparisons', () => {
  it("Holm's step-down of 0.01, 0.04, 0.03, 0.005 rejects the fourth and the first", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p?.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('leaves questions without a test out of the count', () => {
    expect(holm([null, 0.02, null, 0.9])).toEqual([null, 0.04, null, 0.9]);
    expect(holm([0.8, 0.7])).toEqual([1, 1]);
  });
});

describe('probabilities', () => {
  it("Brier's ten rain forecasts (1950): 0.19 over both classes, 0.095 over one", () => {
    const curve = [
      { said: 0.7, answers: 1, observed: 0 },
      { said: 0.9, answers: 1, observed: 1 },
      { said: 0.8, answers: 1, observed: 1 },
      { said: 0.4, answers: 1, observed: 1 },
      { said: 0.2, answers: 1, observed: 0 },
      { said: 0, answers: 4, observed: 0 },
      { said: 0.1, answers: 1, observed: 0 },
    ];
    const { reliability, resolution, uncertainty } = brierParts(curve);
    expect(reliability - resolution + uncertainty).toBeCloseTo(0.095, 12);
    expect(uncertainty).toBeCloseTo(0.21, 12);
  });
});

describe('detection', () => {
  it.each([
    [0.6, 0.36],
    [0.7, 0.74],
    [0.75, 0.95],
    [0.8, 1.19],
    [0.9, 1.81],
    [0.95, 2.33],
  ])('d′ of an unbiased share right of %f between two alternatives, Hacker and Ratcliff (1979)', (right, dPrime) => {
    expect(sensitivityOf(right, 1 - right).dPrime).toBeCloseTo(dPrime, 1.9);
    expect(sensitivityOf(right, 1 - right).criterion).toBeCloseTo(0, 10);
    // The same relation the other way, Macmillan and Creelman: share right = Φ(d′/√2).
    expect(normalCdf(sensitivityOf(right, 1 - right).dPrime / Math.SQRT2)).toBeCloseTo(right, 10);
  });

  it.each([
    ['classifier head', 80.3, 9.92, -0.31, -1.07, [0, 9.92], [70.38, 90.22]],
    ['CoT + head', 84.43, 16.34, 0.02, -1, [0.77, 16.34], [68.09, 99.23]],
    ['tag-only', 15.75, 88.21, 0.13, 1.1, [3.96, 15.75], [72.46, 96.04]],
    ['CoT-only', 83.8, 90.33, 1.62, 0.16, [74.13, 83.8], [6.53, 25.87]],
    ['3D-LLaVA', 45.79, 48.64, -0.1, 0.04, [0, 45.79], [2.85, 94.43]],
  ])('ability, lean and open cells of the published %s', (_, forward, reverse, dPrime, criterion, both, flips) => {
    const found = sensitivityOf(forward / 100, 1 - reverse / 100);
    expect(found.dPrime).toBeCloseTo(dPrime, 1.9);
    expect(found.criterion).toBeCloseTo(criterion, 1.9);
    const open = openCells(forward, reverse);
    [...open.bothRight, ...open.flips].forEach((end, i) => expect(end).toBeCloseTo([...both, ...flips][i] ?? NaN, 8));
  });
});
