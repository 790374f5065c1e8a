// What the page says of a measurement: the standing in short, the pairs worth looking at, numbers in the page's language,
// and the checklist of controls.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { fixed, significant, since, whole } from '../../src/app/reading';
import { cellText } from '../../src/app/plots/table';
import { COMPARISON_PRESETS } from '../../src/app/recipes/comparisonPresets';
import { askedWith, controlChecklist } from '../../src/app/state/controlAnswers';
import { standingOf } from '../../src/app/state/standing';
import { speak } from '../../src/base/language';
import { composeReport } from '../../src/evaluation/composeReport';
import type { Judgement } from '../../src/evaluation/metrics';
import { QUESTIONS } from '../../src/evaluation/questions';
import { worstPairs } from '../../src/evaluation/worstPairs';
import { strategyTitle } from '../../src/training/strategies';

afterEach(() => speak('en'));

/** Judgements of 20 episodes, right in forward and reverse order with these chances, in turn. */
function rows(forward: number, reverse: number, episodes = 20): Judgement[] {
  return Array.from({ length: 12 * episodes }, (_, i) => {
    const [f, r] = [(i * 7919) % 100 < forward, (i * 6101) % 100 < reverse];
    return {
      episode: `${i % episodes}`,
      template: 't',
      category: 'c',
      window: 5 + (i % 12),
      forward: f ? 'img2' : 'img1',
      reverse: r ? 'img1' : 'img2',
      scoreForward: f ? 1 : -1,
      scoreReverse: r ? -1 : 1,
    };
  });
}

/** Judgements that name one place in every second pair and the other in the rest. */
const undecided = rows(50, 50).map((row, i): Judgement => {
  const place = i % 2 === 0 ? 'img1' : 'img2';
  return { ...row, forward: place, reverse: place };
});

function reported(judged: Judgement[]) {
  const facts = { after: 'tag', step: 1, split: 'test', judging: 'tag', described: null } as const;
  const report = composeReport(judged, facts, 1);
  if (!report) throw new Error('There is a report wherever there are rows.');
  return report;
}

describe('how a model stands', () => {
  it.each([
    ['collapse', rows(100, 0)],
    ['collapse', rows(4, 98)],
    ['chance', rows(50, 50)],
    ['chance', undecided],
    ['place', rows(80, 18)],
    ['place', rows(58, 38)],
    ['wrong', rows(12, 10)],
    ['partly', rows(95, 55)],
    ['cured', rows(93, 92)],
    ['too few', rows(90, 90, 2)],
  ] as const)('is %s where the answers say so', (expected, judged) => {
    expect(standingOf(reported(judged))).toBe(expected);
  });

  it('says of the place what the verdict says of it', () => {
    const words = { place: /It leans to the/, chance: /may just be guessing/ };
    const judged = [rows(50, 50), rows(52, 48), undecided, rows(58, 38), rows(20, 80)];
    const found = judged.map((one) => {
      const report = reported(one);
      const standing = standingOf(report) as keyof typeof words;
      expect(report.verdict).toMatch(words[standing]);
      return standing;
    });
    expect(found).toEqual(['chance', 'chance', 'chance', 'place', 'place']);
  });
});

describe('the worst pairs', () => {
  const pair = (i: number, row: Judgement) => ({
    episode: row.episode,
    name: `Episode ${row.episode}`,
    task: 'Stack the cubes.',
    frames: [i, i + 5] as const,
    window: row.window,
  });

  it('are wrong, of different episodes, those wrong in both orders first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (forward, reverse) => {
        const judged = rows(forward, reverse);
        const found = worstPairs(
          judged,
          judged.map((row, i) => pair(i, row)),
        );
        const mistakes = found.map((p) => (p.forward === 'img2' ? 0 : 1) + (p.reverse === 'img1' ? 0 : 1));
        expect(mistakes.every((count) => count > 0)).toBe(true);
        expect(mistakes).toEqual(mistakes.toSorted((a, b) => b - a));
        expect(new Set(found.map(({ episode }) => episode)).size).toBe(found.length);
        expect(found.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('begin with the surest mistake, and are none where nothing is known to look at', () => {
    const judged = rows(100, 0).slice(0, 6);
    judged[4] = { ...judged[4]!, scoreReverse: 9 };
    const found = worstPairs(
      judged,
      judged.map((row, i) => pair(i, row)),
    );
    expect(found[0]?.episode).toBe('4');
    expect(worstPairs(judged, [])).toEqual([]);
    expect(
      worstPairs(
        rows(100, 100),
        rows(100, 100).map((row, i) => pair(i, row)),
      ),
    ).toEqual([]);
  });
});

describe('numbers', () => {
  it('follow the language of the page', () => {
    expect([whole(4210), fixed(84.25, 1), significant(0.00012), cellText(84.123)]).toEqual([
      '4,210',
      '84.3',
      '1.2e-4',
      '84.1',
    ]);
    speak('de');
    expect([whole(4210), fixed(84.25, 1), significant(0.00012), cellText(84.123)]).toEqual([
      '4\u202f210',
      '84,3',
      '1,2e-4',
      '84,1',
    ]);
    expect(since(0, 60_000)).toBe('vor 60\u00a0s');
  });
});

describe('the checklist of controls', () => {
  it('has every question once, answered or not', () => {
    const lines = controlChecklist(null).flatMap((group) => group.lines);
    expect(lines.map(({ question }) => question.name).sort()).toEqual(Object.keys(QUESTIONS).sort());
    expect(lines.every(({ answered }) => answered === null)).toBe(true);
    const one = controlChecklist({ at: 0, pairsPerQuestion: 24, reports: { 'held-out': null } });
    expect(one.flatMap((group) => group.lines).filter(({ answered }) => answered !== null)).toHaveLength(1);
  });

  it('asks together what is read against each other', () => {
    expect(askedWith('counter-task')).toEqual(['turnable', 'counter-task']);
    expect(askedWith('grey')).toEqual(['grey']);
  });
});

describe('strategies', () => {
  it('are called on the page as in the reports', () => {
    for (const { strategy, title } of COMPARISON_PRESETS) expect(title).toBe(strategyTitle(strategy));
  });
});
