// Paired comparison of strategies over seeds and episodes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { compareEpisodes, compareStrategies, type PairedTables } from '../../src/evaluation/comparison';
import { countedFigure, type EpisodeCounts, type EpisodeTable } from '../../src/evaluation/episodeCounts';
import { acrossSeeds, seededFigure } from '../../src/evaluation/seeds';

const pairs = 12;

interface Made {
  /** Chance of a right answer; each seed, each episode and both orders move it. */
  right: number;
  seed?: number;
  episode?: number;
  /** Forward is as much easier as reverse is harder. */
  lean?: number;
}

/** Counts of made-up strategies that share seeds' and episodes' luck only where asked to. */
function tables(random: Random, seeds: number, episodes: number, first: Made, second: Made): PairedTables[] {
  const luck = Array.from({ length: episodes }, () => [random.normal(), random.normal()] as const);
  const of = (made: Made, which: 0 | 1): EpisodeTable => {
    const run = (made.seed ?? 0) * random.normal();
    return Object.fromEntries(
      luck.map((episode, e) => {
        const right = made.right + run + (made.episode ?? 0) * episode[which];
        const counts = [pairs, 0, 0, 0] as [number, number, number, number];
        for (let i = 0; i < pairs; i++) {
          const forward = Number(random.float() < right + (made.lean ?? 0));
          const reverse = Number(random.float() < right - (made.lean ?? 0));
          counts[1] += forward * reverse;
          counts[2] += forward;
          counts[3] += reverse;
        }
        return [`e${e}`, counts satisfies EpisodeCounts];
      }),
    );
  };
  return Array.from({ length: seeds }, (_, seed) => ({ seed, first: of(first, 0), second: of(second, 1) }));
}

const worked: PairedTables[] = [
  { seed: 1, first: table([10, 8, 9, 8]), second: table([10, 6, 9, 6]) },
  { seed: 2, first: table([10, 7, 8, 8]), second: table([10, 6, 6, 8]) },
  { seed: 3, first: table([10, 9, 10, 9]), second: table([10, 5, 6, 9]) },
];

function table(counts: EpisodeCounts): EpisodeTable {
  return Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`e${i}`, counts]));
}

describe('a comparison of strategies', () => {
  it('agrees with one worked by hand', () => {
    const found = compareStrategies(worked, 'bothRight', 1);
    expect(found.overSeeds.seeds.map(({ value }) => Math.round(value))).toEqual([20, 10, 40]);
    expect(found.difference).toBeCloseTo(70 / 3, 9);
    // SD of 20, 10, 40 is 15.275; t = 23.333/8.819 = 2.646 with 2 degrees of freedom.
    expect(found.overSeeds.sd).toBeCloseTo(15.2753, 4);
    expect(found.overSeeds.p).toBeCloseTo(0.1181, 3);
    // All ten episodes say the same: only two of the 1 024 patterns are as extreme.
    expect(found.overEpisodes.p).toBe(2 / 1024);
    expect(found.p).toBe(found.overSeeds.p);
    expect(compareStrategies(worked, 'average', 1).difference).toBeCloseTo((10 + 10 + 20) / 3, 9);
    // Gaps of 10, 0, 10 against 30, 20, 30.
    expect(compareStrategies(worked, 'gap', 1).difference).toBeCloseTo(-20, 9);
    expect(compareStrategies(worked, 'gap', 1).overEpisodes.mean).toBeCloseTo(-20, 9);
  });

  it('is the same the other way round, with the other sign', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom('bothRight', 'average', 'gap'), (key, figure) => {
        const runs = tables(new Random(key), 3, 9, { right: 0.8, lean: 0.1 }, { right: 0.7, lean: -0.05 });
        const turned = runs.map(({ seed, first, second }) => ({ seed, first: second, second: first }));
        const [there, back] = [compareStrategies(runs, figure, key), compareStrategies(turned, figure, key)];
        expect(back.difference).toBeCloseTo(-there.difference, 9);
        expect(back.overEpisodes.low).toBeCloseTo(-(there.overEpisodes.high ?? NaN), 9);
        expect(back.p).toBeCloseTo(there.p ?? NaN, 9);
        expect(there.overEpisodes.mean).toBeCloseTo(there.difference, 9);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses few seeds and few episodes in words, and still gives the difference', () => {
    const runs = tables(new Random(1), 2, 5, { right: 0.9 }, { right: 0.6 });
    const found = compareStrategies(runs, 'average', 1);
    expect(found.difference).toBeGreaterThan(10);
    expect(found).toMatchObject({
      p: null,
      overEpisodes: { p: null, low: null, reason: expect.stringMatching(/too few episodes .*5/) },
      overSeeds: { p: null, low: null, reason: expect.stringMatching(/too few seeds .*2/) },
    });
  });

  it('compares shares where only the episodes are the same, and says so', () => {
    const one = { seed: 4, first: table([10, 8, 9, 8]), second: table([20, 12, 18, 12]) };
    const found = compareStrategies([one, { ...one, seed: 5 }, { ...one, seed: 6 }], 'bothRight', 1);
    expect(found).toMatchObject({ pairedBy: 'episodes', difference: 20 });
    expect(compareStrategies(worked, 'bothRight', 1).pairedBy).toBe('pairs');
    // Episodes that one of them lacks do not count.
    const odd = { ...one.second, extra: [50, 0, 0, 0] as const };
    expect(compareStrategies([{ ...one, second: odd }], 'bothRight', 1).difference).toBeCloseTo(20, 9);
  });

  it('keeps its level and its cover where pairs differ', () => {
    const random = new Random(41);
    const tests = 120;
    let [alarms, covered] = [0, 0];
    for (let i = 0; i < tests; i++) {
      const [run] = tables(random, 1, 20, { right: 0.75, episode: 0.08 }, { right: 0.75, episode: 0.08 });
      if (run === undefined) throw new Error('there is a seed');
      // Every second episode lost a third of its pairs, and their right answers in proportion.
      const fewer = Object.entries(run.second).map(([name, counts], e): [string, EpisodeCounts] => [
        name,
        e % 2 === 0 ? counts : ([8, 0, (counts[2] * 2) / 3, (counts[3] * 2) / 3] as const),
      ]);
      const found = compareEpisodes(run.first, Object.fromEntries(fewer), 'average', 1);
      alarms += Number((found.p ?? 1) <= 0.05);
      covered += Number((found.low ?? 1) <= 0 && (found.high ?? -1) >= 0);
    }
    expect(alarms / tests).toBeLessThan(0.1);
    expect(covered).toBe(tests - alarms);
  });

  it('refuses strategies that share no episode, and a comparison of nothing', () => {
    const apart = { seed: 4, first: table([10, 8, 9, 8]), second: { other: [10, 8, 9, 8] as const } };
    expect(() => compareStrategies([apart], 'average', 1)).toThrow(/different episodes \(seed 4\)/);
    expect(() => compareStrategies([], 'average', 1)).toThrow(/no seed was measured/);
  });

  it('raises few false alarms where strategies are alike but seeds and episodes vary', () => {
    const alike: Made = { right: 0.75, seed: 0.03, episode: 0.08 };
    const tests = 120;
    const alarms = { episodes: 0, both: 0 };
    const random = new Random(21);
    for (let i = 0; i < tests; i++) {
      // Seeds that do not vary: then the test over episodes alone must keep its level.
      const still = tables(random, 3, 10, { ...alike, seed: 0 }, { ...alike, seed: 0 });
      alarms.episodes += Number((compareStrategies(still, 'bothRight', i).overEpisodes.p ?? 1) <= 0.05);
      const moving = tables(random, 5, 10, alike, alike);
      alarms.both += Number((compareStrategies(moving, 'bothRight', i).p ?? 1) <= 0.05);
    }
    expect(alarms.episodes / tests).toBeLessThan(0.1);
    expect(alarms.both / tests).toBeLessThan(0.08);
  });

  it('covers a difference between models in at least 93 % of simulated tests of twenty episodes', () => {
    const tests = 200;
    const random = new Random(31);
    let covered = 0;
    for (let i = 0; i < tests; i++) {
      const [run] = tables(random, 1, 20, { right: 0.75, episode: 0.08 }, { right: 0.65, episode: 0.08 });
      const { low, high } = compareEpisodes(run?.first ?? {}, run?.second ?? {}, 'average', 1);
      covered += Number((low ?? 0) <= 10 && 10 <= (high ?? 0));
    }
    expect(covered / tests).toBeGreaterThanOrEqual(0.93);
  });
});

describe('seeds', () => {
  it('keeps the spread between training runs apart from the doubt about episodes', () => {
    const random = new Random(2);
    const runs = (seed: number): { seed: number; episodes: EpisodeTable }[] =>
      tables(random, 5, 30, { right: 0.8, seed }, { right: 0.8 }).map(({ seed: s, first }) => ({
        seed: s,
        episodes: first,
      }));
    const [still, moving] = [seededFigure(runs(0), 'average'), seededFigure(runs(0.1), 'average')];
    const width = ({ low, high }: { low: number | null; high: number | null }): number => (high ?? NaN) - (low ?? NaN);
    expect(width(moving.overSeeds)).toBeGreaterThan(3 * width(still.overSeeds));
    expect(width(moving.overEpisodes)).toBeLessThan(2 * width(still.overEpisodes));
    expect(moving.overSeeds.seeds).toHaveLength(5);
  });

  it('gives every figure of a table with an interval that holds it', () => {
    const runs = worked.map(({ seed, first }) => ({ seed, episodes: first }));
    for (const figure of ['bothRight', 'average', 'forward', 'reverse', 'gap', 'lean'] as const) {
      const { overSeeds, overEpisodes } = seededFigure(runs, figure);
      const mean = runs.reduce((sum, { episodes }) => sum + countedFigure(episodes, figure), 0) / runs.length;
      expect(overSeeds.mean).toBeCloseTo(mean, 9);
      expect(overEpisodes.low).toBeLessThanOrEqual(mean + 1e-9);
      expect(overEpisodes.high).toBeGreaterThanOrEqual(mean - 1e-9);
    }
  });

  it('has no interval for one or two seeds, and no mean of none', () => {
    expect(acrossSeeds([{ seed: 1, value: 80 }])).toMatchObject({ mean: 80, sd: null, low: null });
    expect(acrossSeeds([1, 2].map((seed) => ({ seed, value: 80 + seed }))).reason).toMatch(/too few seeds .*2/);
    expect(() => acrossSeeds([])).toThrow(/no seed/);
  });
});
