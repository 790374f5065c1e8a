// What the answers to the controls mean in words: nothing is read from them that their intervals do not carry.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../src/app/plots/table';
import { callsOf, controlGroups, controlTable, type Answers } from '../../src/app/state/controlAnswers';
import { readingOf, shareText } from '../../src/app/state/controlReading';
import { questionReport, type QuestionReport } from '../../src/evaluation/questionReport';
import { questionNamed, QUESTIONS } from '../../src/evaluation/questions';
import { judgements } from './experimentRuns';

const facts = { after: 'tag', step: 40, split: 'test', judging: 'tag' } as const;

function answered(name: string, right: readonly [number, number]): QuestionReport {
  const report = questionReport({ rows: judgements(right, 3), described: null }, questionNamed(name), facts, 1);
  if (!report) throw new Error('There are no rows.');
  return report;
}

const read = (name: string, right: readonly [number, number], reference: QuestionReport | null = plain) =>
  readingOf(questionNamed(name), answered(name, right), reference).text;
const plain = answered('plain', [0.92, 0.92]);

describe('the reading of an answer', () => {
  it('compares with the plain question and with chance', () => {
    expect(read('words-query', [0.92, 0.92])).toMatch(/^As good as the plain question/);
    expect(read('words-query', [0.72, 0.72])).toMatch(
      /^Better than chance, but worse than the plain question by \d+ points/,
    );
    expect(read('words-query', [0.5, 0.5])).toMatch(/^Guesses: right in both orders 2\d/);
    expect(read('words-query', [0.92, 0.92], null)).toMatch(/there is no plain question/);
    expect(read('one-only', [0.5, 0.5])).toMatch(/as it should be/);
  });

  it('says that a position was followed before anything else, which and how often', () => {
    expect(read('words-query', [1, 0])).toBe(
      'Answers by the position again: the same place in both orders for 100\u00a0% of the pairs, “the second” in 100\u00a0% of its answers.',
    );
    expect(read('words-query', [0, 1], null)).toMatch(/^Answers by the position: .* “the first” in 100\u00a0%/);
  });

  it('does not take a place that changes from pair to pair for guessing', () => {
    // Nearly always one place, but not always the same one: never right in both orders, half right on average.
    const rows = judgements([0.5, 0.5], 3).map((row, i) => {
      const place = i % 8 === 0 ? 'img1' : 'img2';
      return { ...row, forward: place, reverse: place } as const;
    });
    const report = questionReport({ rows, described: null }, questionNamed('words-query'), facts, 1);
    if (!report) throw new Error('There are no rows.');
    expect(report.overall).toMatchObject({ bothRight: 0, average: 50 });
    const reading = readingOf(questionNamed('words-query'), report, plain);
    expect(reading).toMatchObject({ outcome: 'fails', byPosition: true });
    expect(reading.text).toMatch(/“the second” in 8\d\u00a0% of its answers/);
  });

  it('tells a coin from a picture that is held on to, right or wrong', () => {
    const rows = judgements([0.5, 0.5], 3).map((row, i) => {
      const isRight = i % 2 === 0;
      return { ...row, forward: isRight ? 'img2' : 'img1', reverse: isRight ? 'img1' : 'img2' } as const;
    });
    const report = questionReport({ rows, described: null }, questionNamed('words-query'), facts, 1);
    expect(report && readingOf(questionNamed('words-query'), report, plain).text).toMatch(/^Names the same picture/);
  });

  it('tells who ignores the instruction and who follows the order of time', () => {
    expect(read('counter-task', [0.1, 0.1])).toMatch(/does not follow the instruction/);
    expect(read('counter-task', [0.9, 0.9])).toMatch(/^Follows the instruction/);
    expect(read('undone', [0.1, 0.1])).toMatch(/order of time/);
  });

  it('speaks of a lean alone where no answer is right', () => {
    expect(read('grey', [0.5, 0.5])).toMatch(/^No lean/);
    expect(read('grey', [0.8, 0.2])).toBe('Leans to the second picture.');
    expect(read('grey', [0.2, 0.8])).toBe('Leans to the first picture.');
    expect(read('grey', [1, 0])).toBe('Answers by the position: “the second” in 100\u00a0% of its answers.');
  });

  it('claims nothing of few episodes', () => {
    const few = judgements([0.9, 0.9], 3).filter(({ episode }) => Number(episode.split(' ')[1]) < 4);
    const report = questionReport({ rows: few, described: null }, questionNamed('words-query'), facts, 1);
    expect(report && readingOf(questionNamed('words-query'), report, plain)).toMatchObject({
      outcome: 'unclear',
      text: 'Too few episodes to tell (4).',
    });
  });

  it('keeps shares and their ends between 0 and 100', () => {
    const share = fc.double({ min: -20, max: 120, noNaN: true });
    fc.assert(
      fc.property(share, share, (low, high) => {
        const ends =
          /\[(\d+), (\d+)\]/
            .exec(shareText({ estimate: 50, low, high }))
            ?.slice(1)
            .map(Number) ?? [];
        expect(ends).toHaveLength(2);
        for (const end of ends) expect(end).toBeLessThanOrEqual(100);
      }),
    );
    expect(shareText({ estimate: 50, low: null, high: null })).toBe('50\u00a0%');
  });
});

describe('the table of controls', () => {
  const answers: Answers = {
    at: 0,
    pairsPerQuestion: 60,
    reports: { plain, 'held-out': null, grey: answered('grey', [0.5, 0.5]) },
  };

  it('groups what was asked and says why nothing was', () => {
    const groups = controlGroups(answers);
    expect(groups.map(({ rows }) => rows.map(({ question }) => question.name))).toEqual([
      ['plain'],
      ['held-out'],
      ['grey'],
    ]);
    expect(groups[1]?.rows[0]?.reading.text).toMatch(/^Nothing to ask: nothing of this kind was held out/);
  });

  it('exports shares only where an answer can be right', () => {
    const { columns, rows } = controlTable(answers);
    const cell = (row: number, column: string) => rows[row]?.[columns.indexOf(column)];
    expect(cell(0, 'both right %')).toBe(plain.overall.bothRight);
    expect(cell(2, 'both right %')).toBeNull();
    expect(cell(2, 'P(second) %')).toBeGreaterThan(0);
    expect(csvText({ columns, rows }).split('\r\n')).toHaveLength(5);
  });

  it('asks every question once, crossed ones together', () => {
    const calls = callsOf(Object.keys(QUESTIONS));
    expect(calls.flat().toSorted()).toEqual(Object.keys(QUESTIONS).toSorted());
    expect(calls).toContainEqual(['turnable', 'counter-task']);
  });
});
