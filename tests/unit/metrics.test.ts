import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byTemplate, byWindow, cellOf, summarise, worstTask } from '../../src/evaluation/metrics';
import type { Answer, Judgement } from '../../src/evaluation/metrics';
import { paperStrategies } from '../../src/evaluation/paper';

function row(forward: Answer, reverse: Answer, over: Partial<Judgement> = {}): Judgement {
  const base = { episode: 'e', template: 't', category: 'c', window: 5, scoreForward: NaN, scoreReverse: NaN };
  return { ...base, forward, reverse, ...over };
}

const answer = fc.constantFrom<Answer>('img1', 'img2', 'invalid');
const judgement: fc.Arbitrary<Judgement> = fc.record({
  episode: fc.constantFrom('a', 'b', 'c'),
  template: fc.constantFrom('pour', 'stack'),
  category: fc.constant('c'),
  window: fc.integer({ min: 5, max: 16 }),
  forward: answer,
  reverse: answer,
  scoreForward: fc.double({ min: -9, max: 9, noNaN: true }),
  scoreReverse: fc.double({ min: -9, max: 9, noNaN: true }),
});

describe('summarise', () => {
  it('says nothing about no pairs', () => {
    expect(summarise([])).toBeNull();
  });

  it('reads every figure off the five cells', () => {
    const summary = summarise([
      ...Array.from({ length: 5 }, () => row('img2', 'img1')),
      ...Array.from({ length: 1 }, () => row('img1', 'img2')),
      ...Array.from({ length: 2 }, () => row('img2', 'img2')),
      ...Array.from({ length: 1 }, () => row('img1', 'img1', { episode: 'f' })),
      ...Array.from({ length: 1 }, () => row('img2', 'invalid')),
    ]);
    expect(summary).toMatchObject({
      pairs: 10,
      episodes: 2,
      cells: { bothRight: 5, bothWrong: 1, alwaysSecond: 2, alwaysFirst: 1, invalid: 1 },
      forward: 80,
      reverse: 60,
      average: 70,
      gap: 20,
      bothRight: 50,
      flipRate: 30,
      flipToSecond: 20,
      flipToFirst: 10,
      consistency: 60,
      invalid: 10,
      meanOffset: null,
    });
    // Readable answers: 19, of which `img2` 5 + 1 + 2 + 2 + 1.
    expect(summary?.pSecond).toBeCloseTo((100 * 11) / 19, 10);
  });

  it('does not call a model free of bias because its gap is zero', () => {
    const summary = summarise([row('img2', 'img2'), row('img1', 'img1')]);
    expect(summary).toMatchObject({ gap: 0, flipRate: 100, bothRight: 0 });
  });

  it.each([
    ['Classifier-head only', -0.31, -1.07],
    ['CoT + classifier-head', 0.02, -1.0],
    ['Tag-only', 0.13, 1.1],
    ['CoT-only', 1.62, 0.16],
  ])('finds ability and lean of the published strategy %s', (name, dPrime, criterion) => {
    const published = paperStrategies.find((strategy) => strategy.name === name);
    if (published === undefined) throw new Error(`${name} is not in the table`);
    const rows = Array.from({ length: 10_000 }, (_, i) =>
      row(i < published.forward * 100 ? 'img2' : 'img1', i < published.reverse * 100 ? 'img1' : 'img2'),
    );
    expect(summarise(rows)?.dPrime).toBeCloseTo(dPrime, 1.9);
    expect(summarise(rows)?.criterion).toBeCloseTo(criterion, 1.9);
  });

  it('keeps d′ finite for a model that always names the second image', () => {
    const summary = summarise(Array.from({ length: 50 }, () => row('img2', 'img2')));
    expect(summary?.dPrime).toBeCloseTo(0, 10);
    expect(summary?.criterion).toBeCloseTo(-2.326, 3);
  });

  it('tells content from position in the logits', () => {
    const content = summarise([row('img2', 'img1', { scoreForward: 3, scoreReverse: -3 })]);
    const position = summarise([row('img2', 'img2', { scoreForward: 2, scoreReverse: 2 })]);
    expect(content).toMatchObject({ meanOffset: 0, antisymmetryError: 0 });
    expect(position).toMatchObject({ meanOffset: 2, antisymmetryError: 1 });
  });

  it('holds the laws between its figures', () => {
    fc.assert(
      fc.property(fc.array(judgement, { minLength: 1, maxLength: 60 }), (rows) => {
        const s = summarise(rows);
        if (s === null) throw new Error('there were rows');
        expect(s.consistency + s.flipRate + s.invalid).toBeCloseTo(100, 9);
        expect(s.bothRight).toBeLessThanOrEqual(Math.min(s.forward, s.reverse) + 1e-9);
        expect(s.bothRight + s.invalid).toBeGreaterThanOrEqual(s.forward + s.reverse - 100 - 1e-9);
        // A gap needs at least as many flips or unreadable answers.
        expect(s.gap).toBeLessThanOrEqual(s.flipRate + s.invalid + 1e-9);
        expect(Object.values(s.cells).reduce((a, b) => a + b)).toBe(rows.length);
      }),
    );
  });

  it('mirrors forward and reverse when every pair is swapped', () => {
    const other: Record<Answer, Answer> = { img1: 'img2', img2: 'img1', invalid: 'invalid' };
    fc.assert(
      fc.property(fc.array(judgement, { minLength: 1, maxLength: 30 }), (rows) => {
        const mirrored = rows.map((r) => ({ ...r, forward: other[r.reverse], reverse: other[r.forward] }));
        const [a, b] = [summarise(rows), summarise(mirrored)];
        expect([b?.forward, b?.reverse]).toEqual([a?.reverse, a?.forward]);
        expect(b?.bothRight).toBe(a?.bothRight);
        expect(b?.flipToFirst).toBe(a?.flipToSecond);
      }),
    );
  });
});

describe('groups', () => {
  it('has a line for every window from 5 to 16 and one for 12 and more', () => {
    const lines = byWindow([row('img2', 'img1', { window: 12 }), row('img1', 'img1', { window: 16 })]);
    expect(Object.keys(lines)).toEqual([...Array.from({ length: 12 }, (_, i) => `${i + 5}`), '≥12']);
    expect(lines['5']).toBeNull();
    expect(lines['12']?.bothRight).toBe(100);
    expect(lines['≥12']).toMatchObject({ pairs: 2, bothRight: 50 });
  });

  it('loses and doubles no pair', () => {
    fc.assert(
      fc.property(fc.array(judgement, { maxLength: 40 }), (rows) => {
        const total = Object.values(byTemplate(rows)).reduce((sum, s) => sum + s.pairs, 0);
        expect(total).toBe(rows.length);
        const windows = Object.entries(byWindow(rows)).filter(([key]) => key !== '≥12');
        expect(windows.reduce((sum, [, s]) => sum + (s?.pairs ?? 0), 0)).toBe(rows.length);
      }),
    );
  });

  it('names the worst task only where it has pairs enough', () => {
    const rows = [
      ...Array.from({ length: 10 }, () => row('img2', 'img1', { template: 'good' })),
      ...Array.from({ length: 10 }, () => row('img2', 'img2', { template: 'bad' })),
      row('img1', 'img2', { template: 'rare' }),
    ];
    expect(worstTask(rows)?.name).toBe('bad');
    expect(worstTask(rows, 1)?.name).toBe('rare');
    expect(worstTask([])).toBeNull();
  });

  it('puts an unreadable answer in its own cell whatever the other answer is', () => {
    expect(cellOf(row('invalid', 'img1'))).toBe('invalid');
    expect(cellOf(row('img2', 'invalid'))).toBe('invalid');
  });
});
