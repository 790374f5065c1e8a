// The judge along an episode, worked out by hand: the curve and its penalty, VLAC's rules, measures of order, lists of
// other critics, stretches that go back, the quality of recordings, and what the figure and its files say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressDrawing, progressLayout, progressSummary, progressTable } from '../../src/app/plots/progressPlot';
import { svgText } from '../../src/app/plots/svg';
import { csvText } from '../../src/app/plots/table';
import { overlayFrames } from '../../src/app/state/reward/overlayFrames';
import { progressCsv, progressRecord } from '../../src/app/state/reward/rewardFiles';
import { doubtOf, isTaskKnown, progressData, type ShownReading } from '../../src/app/state/reward/shownReading';
import { besideEachOther, withoutTime } from '../../src/reward/beside';
import { readCriticList, valuesAt } from '../../src/reward/criticList';
import { knownRegressions, matched, seenRegressions } from '../../src/reward/events';
import { progressCurve } from '../../src/reward/progressCurve';
import { isKept, mask, outcomeRanking, qualityOf, ranked, type EpisodeQuality } from '../../src/reward/quality';
import { agrees, consistency, reversed, signed, type CriticReading } from '../../src/reward/reading';
import { isStill, whyNoCurve } from '../../src/reward/trust';
import { correlation, monotonicity, negativeRate, ranking, spearman, valueOrder } from '../../src/reward/valueMeasures';
import { vlacValues } from '../../src/reward/valueRules';
import { COMPARISON } from '../../src/training/comparison';
import type { Episode } from '../../src/episodes/episode';

const floats = (...values: number[]) => Float32Array.from(values);

/** A logit whose signed certainty this is. */
const logit = (certainty: number) => 2 * Math.atanh(certainty);

/** A reading with one stride of 1, so that step k is comparison k. */
function reading(certainties: readonly number[], changes: Partial<CriticReading> = {}): CriticReading {
  const count = certainties.length + 1;
  const frames = Array.from({ length: count }, (_, t) => 10 * t);
  const way = { shown: floats(...certainties.map(logit)), swapped: floats(...certainties.map((one) => -logit(one))) };
  return {
    frames,
    strides: [{ stride: 1, ...way }],
    fromStart: { shown: floats(...frames.slice(1)), swapped: floats(...frames.slice(1).map((frame) => -frame)) },
    others: null,
    toGoal: {
      features: floats(...frames.map((_, t) => count - 1 - t)),
      pixels: floats(...frames.map((_, t) => 10 * (count - 1 - t))),
    },
    truth: null,
    ...changes,
  };
}

const close = (values: ArrayLike<number>, wanted: readonly number[], digits = 5) => {
  expect(values.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(values[i]).toBeCloseTo(value, digits));
};

describe('the curve', () => {
  it('of four steps adds the certainty of those forward and takes the penalty for the one back', () => {
    const four = reading([0.8, 0.4, -0.6, 0.2]);
    const { critic, value, low, high } = progressCurve(four, 0.1);
    close(critic, [0.8, 0.4, -0.6, 0.2]);
    close(value, [0, 0.2, 0.3, 0.275, 0.325]);
    // One stride whose two orders agree exactly leaves no band.
    close(low, [0, 0.2, 0.3, 0.275, 0.325]);
    close(high, [0, 0.2, 0.3, 0.275, 0.325]);
    close(progressCurve(four, 0).value, [0, 0.2, 0.3, 0.3, 0.35]);
    close(progressCurve(four, 0.5).value, [0, 0.2, 0.3, 0.175, 0.225]);
  });

  it('has as its band what single orders say, and refuses what has no comparison', () => {
    const one = reading([0.5, 0.5]);
    const tilted = {
      ...one,
      strides: [{ stride: 1, shown: floats(logit(0.9), logit(0.9)), swapped: floats(0, 0) }],
    };
    const { value, low, high } = progressCurve(tilted, 0.1);
    expect(high[2]).toBeCloseTo(0.9);
    expect(low[2]).toBeCloseTo(-0.1);
    expect(value[2]).toBeCloseTo(signed(logit(0.9) / 2));
    const none = { ...one, strides: [{ stride: 5, shown: floats(), swapped: floats() }] };
    expect(() => progressCurve(none)).toThrow(RangeError);
  });

  it('played backwards turns every critic round, twice gives it back', () => {
    const four = reading([0.8, 0.4, -0.6, 0.2], { truth: floats(0, 0.3, 0.6, 0.4, 1) });
    const back = reversed(four);
    close(progressCurve(back).critic, [-0.2, 0.6, -0.4, -0.8]);
    close(back.truth ?? [], [1, 0.4, 0.6, 0.3, 0]);
    close(progressCurve(reversed(back)).critic, [0.8, 0.4, -0.6, 0.2]);
  });

  it('is believed as far as answers survive the swap', () => {
    const answers = { shown: floats(1, 1, -2, 3), swapped: floats(-1, 1, 2, 3) };
    expect([0, 1, 2, 3].map((i) => agrees(answers, i))).toEqual([true, false, true, false]);
    expect(consistency({ strides: [{ stride: 1, ...answers }] })).toBe(0.5);
    expect(whyNoCurve(6, 'Do it.')).toMatch(/too short: 6 frames/);
    expect(whyNoCurve(7, ' ')).toMatch(/in one sentence/);
    expect(whyNoCurve(7, 'Do it.')).toBeNull();
    expect(isStill(reading([0.1], { toGoal: { features: floats(9, 0), pixels: floats(2, 0) } }))).toMatch(
      /Nothing moves/,
    );
  });
});

describe('VLAC’s rules', () => {
  it('are as worked out by hand', () => {
    close(vlacValues([50, 50, -50], 'same'), [0, 50, 75, 62.5]);
    // At 75 and −50: 100 − 25 / 50 · 100 = 50; at 50 a share of the value.
    close(vlacValues([50, 50, -50, -50], 'mix'), [0, 50, 75, 50, 25]);
    close(vlacValues([50, 50, -50, -50], 'inverse'), [0, 50, 75, 50, 0]);
  });

  it('keep their heads at the edges', () => {
    close(vlacValues([], 'same'), [0]);
    close(vlacValues([0, 100, 0], 'mix'), [0, 0, 100, 100]);
    // A step back from nothing falls below 0 under `same`, stays under `mix`.
    close(vlacValues([-50], 'same'), [0, -50]);
    close(vlacValues([-50], 'mix'), [0, 0]);
    close(vlacValues([-50], 'inverse'), [0, -100]);
    // Above 50 `mix` never falls below 10.
    close(vlacValues([60, -100], 'mix'), [0, 60, 10]);
    expect(vlacValues([60, -100], 'inverse').every(Number.isFinite)).toBe(true);
  });
});

describe('measures of order', () => {
  it('rank ties at the mean of their places', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5));
    expect(valueOrder([3, 2, 1])).toBe(-1);
    expect(valueOrder([5, 5, 5])).toBe(0);
    expect(() => correlation([1], [1, 2])).toThrow(RangeError);
  });

  it('count steps back, steps that do not fall, and pairs in the right order', () => {
    expect(negativeRate([1, -1, 0, -2])).toBe(0.5);
    expect(monotonicity([0, 1, 1, 0.5])).toBeCloseTo(2 / 3);
    expect(ranking([3, 1], [1, 0])).toBe(3.5 / 4);
    expect(ranking([], [1])).toBeNaN();
  });

  it('stand beside each other, the order without time only where it was asked for', () => {
    const truth = floats(0, 0.2, 0.5, 0.3, 1);
    const four = reading([0.8, 0.4, -0.6, 0.2], { truth });
    const options = { penalty: 0.1, rule: 'same', imported: null } as const;
    const measures = besideEachOther(four, options);
    expect(measures.map(({ name }) => name)).toEqual(['curve', 'vlac', 'features', 'pixels', 'time']);
    const [curve, vlac, features, , time] = measures;
    expect(curve?.negativeRate).toBe(0.25);
    expect(curve?.vroc).toBeLessThan(1);
    close(vlac?.values ?? [], [...vlacValues([80, 40, -60, 20])], 3);
    expect(features).toMatchObject({ voc: 1, vroc: null, negativeRate: 0, monotonicity: 1 });
    close(features?.drawn ?? [], [0, 0.25, 0.5, 0.75, 1]);
    expect(time?.correlation).toBeCloseTo(correlation([0, 1, 2, 3, 4], truth));
    const others = {
      with: Int32Array.from({ length: 10 }),
      shown: floats(0, 0, 1, 1, 2, 2, 3, 3, 4, 4),
      swapped: floats(0, 0, -1, -1, -2, -2, -3, -3, -4, -4),
    };
    close(withoutTime({ ...four, others }) ?? [], [0, 1, 2, 3, 4].map(signed));
    const imported = readCriticList('{"value_list": [0, 100]}');
    const all = besideEachOther({ ...four, others }, { ...options, imported });
    expect(all.map(({ name }) => name)).toEqual(['curve', 'vlac', 'features', 'pixels', 'others', 'time', 'imported']);
    close(all.at(-1)?.drawn ?? [], [0, 0.25, 0.5, 0.75, 1]);
  });
});

describe('a list of another critic', () => {
  it('is read in all its forms', () => {
    expect(readCriticList('[50, "50"]')).toEqual({ critics: [50, 50], values: [0, 50, 75], done: null });
    expect(readCriticList('[50, -50]', 'mix').values).toEqual([0, 50, 25]);
    expect(readCriticList('{"critic_list": ["10"], "value_list": [0, 10], "done_list": [0, 1], "x": 1}')).toEqual({
      critics: [10],
      values: [0, 10],
      done: [0, 1],
    });
    close(valuesAt([0, 100], 3), [0, 50, 100]);
  });

  it('is refused in words', () => {
    expect(() => readCriticList('no')).toThrow(/not JSON/);
    expect(() => readCriticList('"text"')).toThrow(/no list of numbers/);
    expect(() => readCriticList('["a"]')).toThrow(/no list of numbers/);
    expect(() => readCriticList('[101]')).toThrow(/between −100 and 100/);
    for (const empty of ['[]', '{}', '{"value_list": [1]}']) expect(() => readCriticList(empty)).toThrow(/empty/);
  });
});

describe('stretches that go back', () => {
  it('are seen where steps back in a row lose enough certainty, few that are sure or many that are not', () => {
    const critic = [1, -1, -1, -0.5, 0, -1, -0.25, 1, -0.25, -0.25, -0.25, -0.25, -0.25, -0.25, -0.25, -0.25];
    expect(seenRegressions(critic, 2)).toEqual([
      { from: 1, until: 4 },
      { from: 8, until: 16 },
    ]);
    expect(seenRegressions(critic, 2.25)).toEqual([{ from: 1, until: 4 }]);
    expect(seenRegressions([], 0)).toEqual([]);
  });

  it('are known where the truth falls, and joined over a short rest', () => {
    expect(knownRegressions([0, 0.5, 0.4, 0.4, 0.3, 1, 0.9], 2)).toEqual([{ from: 1, until: 4 }]);
    expect(knownRegressions([0, 0.5, 0.4, 0.4, 0.3, 1, 0.9], 1)).toHaveLength(2);
    // Between two falls it rose: two stretches.
    expect(knownRegressions([1, 0.5, 0.6, 0.2], 1)).toHaveLength(2);
  });

  it('match where they meet within two steps', () => {
    const known = [
      { from: 10, until: 14 },
      { from: 40, until: 44 },
    ];
    const found = matched(
      [
        { from: 15, until: 20 },
        { from: 60, until: 70 },
      ],
      known,
    );
    expect(found).toEqual({ known: 2, found: 1, marked: 2, right: 1 });
  });
});

const episode = { id: 'a', name: 'one', task: 'Do it.', outcome: 'success' } as Episode;

describe('the quality of recordings', () => {
  const row = (changes: Partial<EpisodeQuality>): EpisodeQuality => ({
    ...qualityOf(episode, reading(Array.from({ length: 9 }, () => 0.5)), 0.1),
    ...changes,
  });

  it('is that of the curve, with regressions in raw frames', () => {
    const steps = [0.5, 0.5, ...Array.from({ length: 13 }, () => -0.9), 0.5, 0.5];
    const quality = qualityOf(episode, reading(steps), 0.1);
    expect(quality).toMatchObject({ episode: 'a', negativeRate: 13 / 17, consistency: 1 });
    expect(quality.regressions).toEqual([{ from: 20, to: 150 }]);
    expect(quality.end).toBeCloseTo((4 * 0.5 - 1.3) / 17);
    expect(row({})).toMatchObject({ voc: 1, negativeRate: 0, regressions: [] });
  });

  it('keeps what reaches every threshold, and never what is no number', () => {
    const limits = { voc: 0.8, negativeRate: 0.3, consistency: 0.75 };
    expect(isKept(row({ voc: 0.8, negativeRate: 0.3, consistency: 0.75 }), limits)).toBe(true);
    for (const bad of [{ voc: 0.79 }, { negativeRate: 0.31 }, { consistency: 0.7 }, { consistency: NaN }])
      expect(isKept(row(bad), limits)).toBe(false);
    const all = [row({ episode: 'b', voc: 0.5 }), row({ episode: 'c', negativeRate: 0.1 }), row({ episode: 'd' })];
    expect(ranked(all).map((one) => one.episode)).toEqual(['d', 'c', 'b']);
    expect(mask(ranked(all), limits).map(({ episode: id, keep }) => [id, keep])).toEqual([
      ['d', true],
      ['c', true],
      ['b', false],
    ]);
  });

  it('tells successes from failures where both are known', () => {
    expect(outcomeRanking([row({})])).toBeNull();
    const both = [row({ end: 0.9 }), row({ end: 0.2, outcome: 'failure' }), row({ outcome: 'unknown' })];
    expect(outcomeRanking(both)).toEqual({ successes: 1, failures: 1, byEnd: 1, byVoc: 0.5 });
  });
});

describe('the figure and its files', () => {
  it('as a video last as long as the film, with pictures that can be written in a minute or so', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 1, max: 120 }),
        (first, count, rate) => {
          const shown = overlayFrames(first, first + count - 1, rate);
          const [from, to] = [shown.frames[0] ?? -1, shown.frames.at(-1) ?? -1];
          expect(from).toBe(first);
          expect(to).toBeGreaterThan(first + count - 1 - rate / shown.rate);
          expect(to).toBeLessThan(first + count);
          expect(shown.frames.length).toBeLessThanOrEqual(1800);
          expect(shown.rate).toBeLessThanOrEqual(15);
          const [written, real] = [shown.frames.length / shown.rate, count / rate];
          expect(written - real).toBeLessThan(1 / shown.rate);
          expect(written).toBeGreaterThanOrEqual(real - 1e-9);
        },
      ),
    );
    // Nothing is left out of what is slow enough.
    expect(overlayFrames(3, 92, 10)).toEqual({ frames: Array.from({ length: 90 }, (_, i) => 3 + i), rate: 10 });
  });

  const steps = [...Array.from({ length: 5 }, () => 0.8), ...Array.from({ length: 13 }, () => -0.9), 0.8, 0.8];
  const shown = {
    reading: reading(steps, { truth: floats(...Array.from({ length: 21 }, (_, t) => t / 20)) }),
    task: 'Do it.',
    model: {
      identity: { kind: 'shipped', name: 'cured', turnsByConstruction: false },
      weights: 'ab',
      recipe: COMPARISON,
    },
    milliseconds: 1,
    episode: { ...episode, source: 'simulator', template: 'wipe stains', framesPerSecond: 10 },
  } as ShownReading;
  const data = progressData(shown, 0.1, [{ name: 'Time itself', values: [0, 1] }]);

  it('say where it goes back, in seconds, and how far orders agree', () => {
    expect(progressSummary(data)).toBe(
      'The curve rises to 22\u00a0% of what is possible. It goes back once, from 5.0\u00a0s to 18.0\u00a0s. ' +
        'Both orders agree in 100\u00a0% of 20 comparisons.',
    );
    const frames = progressData({ ...shown, episode: { ...shown.episode, framesPerSecond: null } }, 0.1, []);
    expect(progressSummary(frames)).toContain('from frame\u00a050 to frame\u00a0180');
    expect(progressTable(data).rows[12]).toContain('goes back');
    expect(progressTable(data).rows).toHaveLength(21);
  });

  it('have marks for what goes back and words for everything; an unknown task is crossed out', () => {
    const words = (drawing: ReturnType<typeof progressDrawing>) =>
      drawing.marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
    const drawing = progressDrawing(data, { width: 640, height: 420 });
    expect(words(drawing)).toEqual(expect.arrayContaining(['goes back', 'Time itself', 'Progress', 'True progress']));
    expect(words(drawing)).not.toContain('Not to be trusted');
    expect(doubtOf(shown)).toBeNull();
    const strange = { ...shown, episode: { ...shown.episode, template: 'fold shirt' } };
    expect(isTaskKnown(COMPARISON, strange.episode, 'Do it.')).toBe(false);
    expect(isTaskKnown(COMPARISON, strange.episode, 'Do something else.')).toBeNull();
    expect(isTaskKnown(COMPARISON, { ...episode, source: 'video' } as Episode, 'Do it.')).toBe(false);
    expect(svgText(progressDrawing(progressData(strange, 0.1, [])))).toContain('Not to be trusted');
    const { x, placeAt, all } = progressLayout(data, { width: 640, height: 420 });
    expect([placeAt(x(7)), placeAt(-100), placeAt(9999)]).toEqual([7, 0, 20]);
    expect(all.bottom).toBeLessThan(420);
  });

  it('hold every frame, and are read again as the list of a critic', () => {
    const lines = csvText(progressCsv(data)).trim().split('\r\n');
    expect(lines[0]).toBe('frame,seconds,value,low,high,critic,done,truth,marked');
    expect(lines).toHaveLength(22);
    expect(lines[13]?.split(',').at(-1)).toBe('1');
    expect(lines.at(-1)?.split(',').slice(0, 2)).toEqual(['200', '20']);
    const record = progressRecord(shown, data, 0.1, new Date(0));
    expect(record).toMatchObject({ task: 'Do it.', penalty: 0.1, regressions: [{ from: 50, to: 180 }] });
    const again = readCriticList(JSON.stringify(record));
    expect(again.critics).toHaveLength(20);
    close(
      again.values,
      Array.from(data.curve.value, (value) => 100 * value),
    );
  });
});
