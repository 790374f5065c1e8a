import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { composeReport, divergence } from '../../src/evaluation/composeReport';
import { countedFigure } from '../../src/evaluation/episodeCounts';
import type { Judgement } from '../../src/evaluation/metrics';
import type { EvaluationReport } from '../../src/evaluation/report';
import { judgedRows, scoredRow } from './simulatedJudges';

const facts = { after: 'tag', step: 9, split: 'test', judging: 'tag', described: null } as const;

function report(rows: readonly Judgement[], validation: readonly Judgement[] = []): EvaluationReport {
  const found = composeReport(rows, facts, 1, validation);
  if (!found) throw new Error('there were rows');
  return found;
}

const leaning = judgedRows(new Random(5), { episodes: 24, pairs: 24, content: 1.5, lean: 1, spread: 0.3 });
const others = judgedRows(new Random(6), { episodes: 8, pairs: 24, content: 1.5, lean: 1, spread: 0.3 });

describe('a report', () => {
  it('says nothing of nothing', () => {
    expect(composeReport([], facts, 1)).toBeNull();
  });

  it('keeps of each episode what its figures can be counted from again', () => {
    const { overall, episodes = {} } = report(leaning);
    expect(Object.keys(episodes)).toHaveLength(24);
    for (const figure of ['bothRight', 'average', 'gap', 'forward', 'reverse'] as const) {
      expect(countedFigure(episodes, figure)).toBeCloseTo(overall[figure], 9);
    }
  });

  it('has an interval around every line and around the gap, the lean and P(second)', () => {
    const { byWindow, byTemplate, spans, intervals, overall } = report(leaning);
    for (const [window, line] of Object.entries(byWindow)) {
      const [low, high] = spans?.byWindow[window]?.bothRight ?? [NaN, NaN];
      expect(low).toBeLessThanOrEqual(line?.bothRight ?? NaN);
      expect(high).toBeGreaterThanOrEqual(line?.bothRight ?? NaN);
    }
    // Six episodes a task carry no interval.
    expect(Object.keys(spans?.byTemplate ?? {})).toEqual(Object.keys(byTemplate));
    expect(spans?.byTemplate['task 0']?.average).toBeNull();
    expect(intervals.gap?.estimate).toBeCloseTo(overall.gap, 9);
    expect(intervals.lean?.low).toBeGreaterThan(0);
    expect(intervals.pSecond?.estimate).toBeCloseTo(overall.pSecond ?? NaN, 9);
  });

  it('measures what swap-averaging and recalibration reach, and whether the model itself beats them', () => {
    const { baselines, overall } = report(leaning, others);
    expect(baselines?.swapAveraged?.summary).toMatchObject({ gap: 0, flipRate: 0, pairs: overall.pairs });
    expect(baselines?.recalibrated).toMatchObject({ from: 'validation' });
    expect(baselines?.recalibrated?.offset).toBeGreaterThan(0.5);
    expect(baselines?.recalibrated?.summary.gap).toBeLessThan(overall.gap);
    for (const baseline of [baselines?.swapAveraged, baselines?.recalibrated]) {
      expect(baseline?.margin.mean).toBeCloseTo(overall.bothRight - (baseline?.summary.bothRight ?? NaN), 9);
      expect(baseline?.margin.high).toBeLessThan(0);
      expect(baseline?.margin.p).toBeLessThan(0.01);
    }
  });

  it('recalibrates on the other episodes where there are no validation pairs', () => {
    const [given, crossed] = [report(leaning, others).baselines, report(leaning).baselines];
    expect(crossed?.recalibrated).toMatchObject({ from: 'test', parts: 5 });
    expect(crossed?.recalibrated?.offset).toBeCloseTo(given?.recalibrated?.offset ?? NaN, 0);
    expect(crossed?.recalibrated?.summary.bothRight).toBeGreaterThan(report(leaning).overall.bothRight);
    const one = leaning.filter(({ episode }) => episode === 'e1');
    expect(report(one).baselines?.recalibrated).toBeNull();
  });

  it('names the worst task and the worst episode', () => {
    const bad = Array.from({ length: 12 }, () => scoredRow('bad', 3, 3, { template: 'hard' }));
    expect(report([...leaning, ...bad]).worst).toEqual({
      task: { name: 'hard', pairs: 12, bothRight: 0, average: 50 },
      episode: { name: 'bad', pairs: 12, bothRight: 0, average: 50 },
    });
  });

  it('goes without what needs logits where there are words only', () => {
    const words = leaning.map((row) => ({ ...row, scoreForward: NaN, scoreReverse: NaN }));
    const found = report(words, others);
    expect(found).toMatchObject({ calibration: null, stability: null, divergence: null });
    expect(found.baselines).toEqual({ swapAveraged: null, recalibrated: null });
    expect(found.overall.bothRight).toBe(report(leaning).overall.bothRight);
  });

  it('survives being written and read, does not depend on the order of the rows, and stays small', () => {
    const found = report(leaning, others);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(report(leaning.toReversed(), others).lean).toEqual(found.lean);
    expect(report(leaning.toReversed(), others).overall.cells).toEqual(found.overall.cells);
    expect(JSON.stringify(found).length).toBeLessThan(60_000);
  });
});

describe('temporal divergence', () => {
  it('is none for a judge of positions and large for a judge of content', () => {
    expect(divergence([scoredRow('e', 4, 4)])?.mean).toBe(0);
    // KL(0.75 ‖ 0.25) = ½ ln 3.
    expect(divergence([scoredRow('e', Math.log(3), -Math.log(3))])?.mean).toBeCloseTo(Math.log(3) / 2, 12);
    expect(divergence([scoredRow('e', 800, -800)])?.mean).toBeCloseTo(800, 6);
  });
});
