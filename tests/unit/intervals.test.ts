import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import {
  incompleteBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from '../../src/evaluation/distributions';
import { shareInterval, signFlipTest, summaryIntervals, wilson } from '../../src/evaluation/intervals';
import type { Outcome } from '../../src/evaluation/intervals';
import type { Judgement } from '../../src/evaluation/metrics';

function judgement(episode: string, forward: boolean, reverse: boolean): Judgement {
  const base = { episode, template: 't', category: 'c', window: 5, scoreForward: 0, scoreReverse: 0 };
  return { ...base, forward: forward ? 'img2' : 'img1', reverse: reverse ? 'img1' : 'img2' };
}

/** Share of each episode from a beta distribution with the wanted correlation, by the ratio of two gamma sums. */
function clustered(random: Random, episodes: number, pairs: number, icc: number, mean: number): Outcome[] {
  const size = 1 / icc - 1;
  return Array.from({ length: episodes }, (_, e) => {
    const [a, b] = [gamma(random, mean * size), gamma(random, (1 - mean) * size)];
    const share = a / (a + b);
    return Array.from({ length: pairs }, () => ({ episode: `${e}`, hit: random.float() < share }));
  }).flat();
}

/** Gamma draw (Marsaglia and Tsang; a shape below 1 by its boost). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.float() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.float()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

describe('distributions, against SciPy 1.17', () => {
  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 7, 2.364624251592784],
    [0.975, 19, 2.0930240544083087],
    [0.975, 49, 2.0095752371292392],
    [0.95, 2.5, 2.5582186141359355],
    [0.995, 3, 5.840909309733355],
    [1e-6, 5, -24.771029720515948],
  ])('t quantile at %f with %f degrees of freedom', (p, freedom, expected) => {
    expect(tQuantile(p, freedom) / expected).toBeCloseTo(1, 10);
    expect(tCdf(expected, freedom) / p).toBeCloseTo(1, 9);
  });

  it.each([
    [0.975, 1.959963984540054],
    [0.9, 1.2815515655446004],
    [1e-6, -4.753424308822899],
    [1e-12, -7.034483825301131],
    [0.0992, -1.2861233964303673],
  ])('normal quantile at %f', (p, expected) => {
    expect(normalQuantile(p) / expected).toBeCloseTo(1, 10);
    expect(normalCdf(expected) / p).toBeCloseTo(1, 9);
  });

  it('special functions and the ends', () => {
    expect(incompleteBeta(0.3, 2.5, 0.5)).toBeCloseTo(0.018927124071945658, 12);
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12);
    expect(logGamma(123.4)).toBeCloseTo(469.3360974421906, 10);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(() => normalQuantile(1.2)).toThrow(/between 0 and 1/);
  });
});

describe('intervals', () => {
  it('agrees with the published Wilson interval where pairs are independent', () => {
    // SciPy: binomtest(8, 20).proportion_ci(method="wilson").
    const [low, high] = wilson(0.4, 20, 1.959963984540054);
    expect(low).toBeCloseTo(0.218807, 6);
    expect(high).toBeCloseTo(0.613418, 6);
  });

  it('covers the truth in at least 93 % of simulated tests of twenty episodes', () => {
    for (const [icc, mean] of [
      [0.1, 0.7],
      [0.3, 0.7],
      [0.1, 0.9],
      [0.3, 0.9],
    ] as const) {
      const random = new Random(7, Math.round(icc * 10));
      const tests = 600;
      let [covered, naive] = [0, 0];
      for (let i = 0; i < tests; i++) {
        const outcomes = clustered(random, 20, 50, icc, mean);
        const interval = shareInterval(outcomes);
        if (interval.low !== null && interval.high !== null) {
          covered += Number(interval.low <= 100 * mean && 100 * mean <= interval.high);
        }
        const [low, high] = wilson((interval.estimate ?? 0) / 100, outcomes.length, 1.96);
        naive += Number(low <= mean && mean <= high);
      }
      expect(covered / tests).toBeGreaterThanOrEqual(0.93);
      expect(naive / tests).toBeLessThan(0.75);
    }
  });

  it('widens where few episodes cause most of what goes wrong', () => {
    const wrong = (episodes: number): Outcome[] =>
      Array.from({ length: 1000 }, (_, i) => ({
        episode: `${i % 20}`,
        hit: i % 20 >= episodes || i >= 600 / episodes,
      }));
    const width = ({ low, high }: { low: number | null; high: number | null }): number => (high ?? 0) - (low ?? 0);
    // Thirty wrong of a thousand either way: in one episode, or spread over six.
    expect(shareInterval(wrong(1)).estimate).toBe(shareInterval(wrong(6)).estimate);
    expect(width(shareInterval(wrong(1)))).toBeGreaterThan(3 * width(shareInterval(wrong(6))));
  });

  it('is Wilson’s where each episode has one pair, and never higher for fewer errors', () => {
    const high = (wrong: number): number => {
      const outcomes = Array.from({ length: 48 }, (_, i) => ({ episode: `${i}`, hit: i < wrong }));
      const interval = shareInterval(outcomes);
      const [, end] = wilson(wrong / 48, 48, tQuantile(0.975, 47));
      expect((interval.high ?? 0) / 100).toBeCloseTo(end, 10);
      return interval.high ?? 0;
    };
    const ends = [0, 1, 2, 3, 4, 5].map(high);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    // One of 48: some 11 %, and not the 29 % that doubt about a spread between episodes would make of it.
    expect(ends[1]).toBeLessThan(12);
  });

  it('gives no interval, but the reason, for fewer than eight episodes', () => {
    const outcomes = Array.from({ length: 700 }, (_, i) => ({ episode: `${i % 7}`, hit: i % 3 === 0 }));
    const interval = shareInterval(outcomes);
    expect([interval.low, interval.high]).toEqual([null, null]);
    expect(interval.reason).toMatch(/too few episodes .*7/);
    expect(interval.estimate).toBeCloseTo(33.4, 1);
  });

  it('lets the episodes alone count where all pairs agree', () => {
    const outcomes = Array.from({ length: 1000 }, (_, i) => ({ episode: `${i % 20}`, hit: true }));
    const interval = shareInterval(outcomes);
    expect(interval.high).toBe(100);
    expect(interval.low).toBeGreaterThan(80);
    expect(interval.low).toBeLessThan(84);
  });

  it('is wider the more pairs of an episode agree', () => {
    const spread = (block: number): number => {
      const outcomes = Array.from({ length: 1000 }, (_, i) => ({
        episode: `${Math.floor(i / 50)}`,
        hit: Math.floor(i / block) % 2 === 0,
      }));
      const { low, high } = shareInterval(outcomes);
      return (high ?? 0) - (low ?? 0);
    };
    expect(spread(50)).toBeGreaterThan(3 * spread(1));
  });

  it('has nothing to say about no pairs', () => {
    expect(summaryIntervals([]).bothRight).toMatchObject({ estimate: null, low: null, reason: 'no pairs' });
  });
});

describe('sign-flip test', () => {
  const leaning = (episodes: number, share: number): Judgement[] =>
    Array.from({ length: episodes * 10 }, (_, i) => judgement(`${i % episodes}`, true, i / (episodes * 10) > share));

  it('finds a lean that every episode shares, exactly and by draws', () => {
    expect(signFlipTest(leaning(10, 1), 1)).toMatchObject({ difference: 100, p: 2 / 1024, exact: true });
    const drawn = signFlipTest(leaning(40, 1), 1);
    expect(drawn.exact).toBe(false);
    expect(drawn.p).toBeCloseTo(1e-4, 6);
  });

  it('does not depend on the order of the rows and repeats with its seed', () => {
    const random = new Random(3);
    const rows = Array.from({ length: 300 }, (_, i) =>
      judgement(`${i % 30}`, random.float() < 0.7, random.float() < 0.6),
    );
    expect(signFlipTest(rows, 5)).toEqual(signFlipTest(rows, 5));
    const exact = rows.slice(0, 100).map((row, i) => ({ ...row, episode: `${i % 10}` }));
    expect(signFlipTest(exact.toReversed(), 5).p).toBe(signFlipTest(exact, 5).p);
  });

  it('raises few false alarms where episodes lean differently and the mean lean is none', () => {
    const tests = 300;
    let alarms = 0;
    for (let i = 0; i < tests; i++) {
      const random = new Random(11, i);
      const rows = Array.from({ length: 20 }, (_, e) => {
        const lean = random.normal() * 0.2;
        return Array.from({ length: 20 }, () =>
          judgement(`${e}`, random.float() < 0.6 + lean, random.float() < 0.6 - lean),
        );
      }).flat();
      alarms += Number((signFlipTest(rows, i, 199).p ?? 1) <= 0.05);
    }
    expect(alarms / tests).toBeLessThan(0.085);
  });

  it('refuses with the reason for too few episodes', () => {
    expect(signFlipTest(leaning(5, 1), 1)).toMatchObject({ p: null, reason: expect.stringMatching(/too few/) });
  });
});
