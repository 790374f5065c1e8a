// Calibration, stability, the interval of the lean: what stands beside accuracy.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { calibration, fewestForEce } from '../../src/evaluation/calibration';
import { gapInterval, leanInterval } from '../../src/evaluation/leanInterval';
import type { Answer, Judgement } from '../../src/evaluation/metrics';
import { repeatAgreement, sigmoid, stability } from '../../src/evaluation/stability';
import { judgedRows, scoredRow } from './simulatedJudges';

/** Pairs whose logits are the true log-odds: P(second) = p in either order is right for a share p of the answers. */
function calibrated(random: Random, pairs: number, factor = 1): Judgement[] {
  return Array.from({ length: pairs }, (_, i) => {
    const draw = (second: boolean): number => {
      // For a prior of one half, logits of N(±2, 4) are exactly their own log-odds.
      return factor * ((second ? 2 : -2) + 2 * random.normal());
    };
    return scoredRow(`e${i % 40}`, draw(true), draw(false));
  });
}

describe('calibration', () => {
  it('finds nothing to mend where probabilities are what they say', () => {
    const found = calibration(calibrated(new Random(1), 4000));
    expect(found?.ece).toBeLessThan(0.02);
    expect(found?.reliability).toBeLessThan(0.001);
    const inside = found?.curve.filter((bin) => bin.said >= (bin.low ?? 1) && bin.said <= (bin.high ?? 0)).length;
    expect(inside).toBeGreaterThanOrEqual(8);
    // The parts are those of the binned probabilities, whose score is close to that of the probabilities themselves.
    const { reliability = 0, resolution = 0, uncertainty = 0, brier } = found ?? {};
    expect(reliability - resolution + uncertainty).toBeCloseTo(brier?.mean ?? NaN, 2);
  });

  it('sees overconfidence that accuracy cannot see', () => {
    const [fair, loud] = [
      calibration(calibrated(new Random(1), 4000)),
      calibration(calibrated(new Random(1), 4000, 4)),
    ];
    expect(loud?.brier.mean).toBeGreaterThan((fair?.brier.mean ?? 0) + 0.02);
    expect(loud?.ece).toBeGreaterThan(0.05);
  });

  it('scores 0.25 where nothing is known, 0 where all is, and 0.5 for a sure judge of positions', () => {
    const rows = (f: number, r: number): Judgement[] => Array.from({ length: 20 }, (_, i) => scoredRow(`${i}`, f, r));
    expect(calibration(rows(0, 0))?.brier.mean).toBe(0.25);
    expect(calibration(rows(50, -50))?.brier.mean).toBeCloseTo(0, 12);
    expect(calibration(rows(50, 50))?.brier.mean).toBeCloseTo(0.5, 12);
    // Equal probabilities share one bin.
    expect(calibration(rows(0, 0))?.curve).toHaveLength(1);
  });

  it('withholds what few answers or few episodes cannot carry', () => {
    expect(calibration([])).toBeNull();
    const few = calibration(judgedRows(new Random(1), { episodes: 4, pairs: 20, content: 1, lean: 0 }));
    expect(few?.ece).toBeNull();
    expect(few?.brier).toMatchObject({ low: null, reason: expect.stringMatching(/too few episodes/) });
    expect(few?.curve.every((bin) => bin.low === null)).toBe(true);
    const enough = judgedRows(new Random(1), { episodes: 10, pairs: fewestForEce / 20, content: 1, lean: 0 });
    expect(calibration(enough)?.ece).not.toBeNull();
  });

  it('puts every answer into one bin, in rising order', () => {
    const score = fc.integer({ min: -20, max: 20 }).map((tenths) => tenths / 4);
    fc.assert(
      fc.property(fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 60 }), (scores) => {
        const found = calibration(scores.map(([f, r], i) => scoredRow(`${i % 9}`, f, r)));
        const curve = found?.curve ?? [];
        expect(curve.reduce((sum, bin) => sum + bin.answers, 0)).toBe(2 * scores.length);
        expect(curve.map((bin) => bin.said)).toEqual(curve.map((bin) => bin.said).sort((a, b) => a - b));
        expect(found?.uncertainty).toBeCloseTo(0.25, 12);
      }),
    );
  });
});

describe('stability', () => {
  it('is exact for a forced choice', () => {
    const found = stability([scoredRow('e', Math.log(3), -Math.log(3))]);
    expect(found).toMatchObject({ from: 'logits', repeats: null, pairs: 1 });
    expect(found?.agreement.mean).toBeCloseTo(100 * (0.75 ** 2 + 0.25 ** 2), 10);
    expect(found?.bothRight.mean).toBeCloseTo(100 * 0.75 ** 2, 10);
    expect(found?.consistency.mean).toBeCloseTo(100 * (0.75 ** 2 + 0.25 ** 2), 10);
  });

  it('tells a judge that repeats itself from one that is consistent', () => {
    const found = stability([scoredRow('e', 30, 30)]);
    expect(found?.agreement.mean).toBeCloseTo(100, 6);
    expect(found?.consistency.mean).toBeCloseTo(0, 6);
  });

  it('is estimated without bias by few drawn repeats', () => {
    const random = new Random(3);
    const draw = (score: number): Answer => (random.float() < sigmoid(score) ? 'img2' : 'img1');
    const rows = Array.from({ length: 4000 }, (_, i) => {
      const row = scoredRow(`e${i % 40}`, 1 + random.normal(), -0.5 + random.normal());
      const repeats = [row.scoreForward, row.scoreReverse].map((score) => [draw(score), draw(score), draw(score)]);
      return { ...row, repeats: { forward: repeats[0] ?? [], reverse: repeats[1] ?? [] } };
    });
    const drawn = stability(rows);
    const exact = stability(rows.map(({ repeats: _, ...row }) => row));
    expect([drawn?.from, drawn?.repeats, exact?.from]).toEqual(['drawn', 3, 'logits']);
    for (const name of ['agreement', 'consistency', 'bothRight'] as const) {
      expect(Math.abs((drawn?.[name].mean ?? NaN) - (exact?.[name].mean ?? NaN))).toBeLessThan(1.5);
    }
  });

  it('lets unreadable answers agree with nothing', () => {
    expect(repeatAgreement(['img1', 'img1', 'invalid'])).toBeCloseTo(1 / 3, 12);
    expect(repeatAgreement(['invalid', 'invalid'])).toBe(0);
    expect(stability([{ ...scoredRow('e', NaN, NaN), repeats: { forward: ['img1'], reverse: ['img1'] } }])).toBeNull();
  });
});

describe('interval of the lean', () => {
  /** Twenty episodes of fifty pairs whose leans differ; the true mean lean is 16 points, the others' 0. */
  function rows(random: Random, spread: number, mean: number): Judgement[] {
    return Array.from({ length: 20 }, (_, e) => {
      const lean = mean + spread * (random.float() - 0.5);
      return Array.from({ length: 50 }, () =>
        scoredRow(`${e}`, 0.7 + lean / 2 - random.float(), random.float() - (0.7 - lean / 2)),
      );
    }).flat();
  }

  it('covers the truth in at least 93 % of simulated tests of twenty episodes, and so does that of the gap', () => {
    for (const [spread, mean] of [
      [0.3, 0.16],
      [0.6, 0],
    ] as const) {
      const random = new Random(8, Math.round(10 * spread));
      const tests = 250;
      let [lean, gap] = [0, 0];
      for (let i = 0; i < tests; i++) {
        const found = leanInterval(rows(random, spread, mean));
        const size = gapInterval(found);
        lean += Number((found.low ?? 0) <= 100 * mean && 100 * mean <= (found.high ?? 0));
        gap += Number((size.low ?? 0) <= 100 * mean && 100 * mean <= (size.high ?? 0));
      }
      expect(lean / tests).toBeGreaterThanOrEqual(0.93);
      expect(gap / tests).toBeGreaterThanOrEqual(lean / tests);
    }
  });

  it('keeps some width where every pair leans and where none does', () => {
    const all = leanInterval(Array.from({ length: 400 }, (_, i) => scoredRow(`${i % 20}`, 1, 1)));
    expect(all.high).toBe(100);
    expect(all.low).toBeGreaterThan(65);
    expect(all.low).toBeLessThan(85);
    const none = gapInterval(leanInterval(Array.from({ length: 400 }, (_, i) => scoredRow(`${i % 20}`, 1, -1))));
    expect(none).toMatchObject({ estimate: 0, low: 0 });
    expect(none.high).toBeGreaterThan(5);
  });

  it('turns with the orders, holds its estimate, and refuses few episodes', () => {
    const found = leanInterval(rows(new Random(1), 0.3, 0.16));
    const turned = leanInterval(
      rows(new Random(1), 0.3, 0.16).map((row) => scoredRow(row.episode, -row.scoreReverse, -row.scoreForward)),
    );
    expect(turned.low).toBeCloseTo(-(found.high ?? NaN), 9);
    expect(turned.estimate).toBeCloseTo(-(found.estimate ?? NaN), 9);
    expect(leanInterval([scoredRow('a', 1, 1)])).toMatchObject({
      estimate: 100,
      low: null,
      reason: expect.stringMatching(/too few/),
    });
    expect(leanInterval([])).toMatchObject({ estimate: null, reason: 'no pairs' });
  });
});
