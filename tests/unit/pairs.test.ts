import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Episode } from '../../src/episodes/episode';
import { proposeDownsample } from '../../src/episodes/downsampling';
import { keptFrames } from '../../src/pairs/keptFrames';
import { PairStream } from '../../src/pairs/pairStream';
import { NOTHING_HELD_OUT, PAPER_SAMPLING } from '../../src/pairs/sampling';
import { splitEpisodes } from '../../src/pairs/splitEpisodes';
import { countPairs } from '../../src/pairs/summary';
import { madeEpisode, madeSource } from './episodeFixtures';

const episodes = Array.from({ length: 40 }, (_, i) => madeEpisode(i));
const stream = (seed = 1, source = madeSource()) => new PairStream(episodes, PAPER_SAMPLING, seed, source);

describe('kept frames', () => {
  it('keeps every tenth raw frame between the trimmed ends', () => {
    const episode = madeEpisode(0, { frameCount: 100, trim: { start: 20, end: 55 } });
    expect(keptFrames(episode, PAPER_SAMPLING)).toEqual([20, 30, 40, 50]);
    expect(keptFrames(episode, { ...PAPER_SAMPLING, trim: false })).toHaveLength(10);
    expect(keptFrames({ ...episode, downsample: 5 }, PAPER_SAMPLING)).toEqual([20, 25, 30, 35, 40, 45, 50, 55]);
  });
});

describe('splits', () => {
  it('keep groups whole, give held-out tasks to test, and depend on the seed alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 3, max: 60 }), (seed, count) => {
        const grouped = Array.from({ length: count }, (_, i) =>
          madeEpisode(i, { group: `group-${Math.floor(i / 2)}` }),
        );
        const sampling = { ...PAPER_SAMPLING, holdOut: { ...NOTHING_HELD_OUT, templates: ['cup 1'] } };
        const splits = splitEpisodes(grouped, sampling, seed);
        expect(splitEpisodes(grouped.toReversed(), sampling, seed)).toEqual(splits);
        const free = grouped.filter((e) => e.template !== 'cup 1');
        for (const a of free) {
          for (const b of free) if (a.group === b.group) expect(splits.get(a.id)).toBe(splits.get(b.id));
        }
        for (const e of grouped) if (e.template === 'cup 1') expect(splits.get(e.id)).toBe('test');
        if (new Set(free.map((e) => e.group)).size >= 3) {
          expect(new Set(free.map((e) => splits.get(e.id)))).toEqual(new Set(['train', 'validation', 'test']));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leave a split that a sidecar fixes as it is', () => {
    const splits = splitEpisodes([madeEpisode(0, { split: 'test' }), madeEpisode(1)], PAPER_SAMPLING, 3);
    expect(splits.get('video-0')).toBe('test');
  });
});

describe('the pair stream', () => {
  it('shares its split and what is measured on among seeds where a split seed is given', async () => {
    const fixed = { ...PAPER_SAMPLING, splitSeed: 7 };
    const episodes = Array.from({ length: 30 }, (_, i) => madeEpisode(i));
    const [a, b] = [1, 2].map((seed) => new PairStream(episodes, fixed, seed, madeSource())) as [
      PairStream,
      PairStream,
    ];
    const c = new PairStream(episodes, PAPER_SAMPLING, 7, madeSource());
    expect(a.splits).toEqual(b.splits);
    expect(a.splits).toEqual(c.splits);
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    const measured = (s: PairStream) => Promise.all(numbers.map((i) => s.evaluationPair('test', i, null)));
    expect(await measured(a)).toEqual(await measured(b));
    const trained = (s: PairStream) => Promise.all(numbers.map((i) => s.trainingPair(i, null)));
    expect(await trained(a)).not.toEqual(await trained(b));
  });

  it('is a pure function of seed and position', async () => {
    const [a, b] = [stream(), stream()];
    const far = 2 ** 40 + 17;
    for (const position of [0, 1, 999, far]) {
      const first = await a.trainingPair(position, null);
      expect(await b.trainingPair(position, null)).toEqual(first);
    }
    const other = await stream(2).trainingPair(0, null);
    expect([other.episode.id, other.early]).not.toEqual([
      (await a.trainingPair(0, null)).episode.id,
      (await a.trainingPair(0, null)).early,
    ]);
  });

  it('draws pairs whose frames are exactly their window apart, in order, from training episodes only', async () => {
    const s = stream();
    for (let position = 0; position < 500; position++) {
      const { episode, window, early, late } = await s.trainingPair(position, null);
      const kept = s.kept(episode);
      expect(s.splits.get(episode.id)).toBe('train');
      expect(kept.indexOf(late) - kept.indexOf(early)).toBe(window);
    }
  });

  it('takes more samples at larger windows, as the paper does: in each block exactly by weight', async () => {
    const s = stream();
    const block = PAPER_SAMPLING.windows.reduce((sum, w) => sum + w.weight, 0);
    for (const start of [0, 7 * block]) {
      const counts = new Map<number, number>();
      for (let position = start; position < start + block; position++) {
        const { window } = await s.trainingPair(position, null);
        counts.set(window, (counts.get(window) ?? 0) + 1);
      }
      for (const { window, weight } of PAPER_SAMPLING.windows) expect(counts.get(window)).toBe(weight);
    }
  });

  it('gives at once what it gives when asked to wait, as soon as the episode is known', async () => {
    const s = stream();
    expect(s.trainingPairNow(3, null)).toBeNull();
    const pair = await s.trainingPair(3, null);
    expect(s.trainingPairNow(3, null)).toEqual(pair);
  });

  it('leaves out pauses and counts them', async () => {
    // Nothing moves for 80 raw frames at a time, so windows of up to 7 kept frames can lie within one pause.
    const s = stream(1, madeSource(80));
    for (let position = 0; position < 300; position++) {
      const { early, late } = await s.trainingPair(position, null);
      expect(Math.floor(late / 80)).toBeGreaterThan(Math.floor(early / 80));
    }
    const counts = await countPairs(s, PAPER_SAMPLING, s.episodes('train').slice(0, 3));
    expect(counts.find((c) => c.window === 5)?.pauses).toBeGreaterThan(0);
    expect(counts.find((c) => c.window === 16)?.pauses).toBe(0);
    expect(counts.find((c) => c.window === 5)?.notAhead).toBe(0);
  });

  it('draws nothing from failed episodes of unknown progress and says so when nothing is left', async () => {
    const failed = [0, 1, 2].map((i) => madeEpisode(i, { outcome: 'failure' }));
    const empty = new PairStream(failed, PAPER_SAMPLING, 1, madeSource());
    await expect(empty.trainingPair(0, null)).rejects.toThrow(/nothing to train on/i);
    const counts = await countPairs(empty, PAPER_SAMPLING, failed);
    expect(counts[0]).toMatchObject({ window: 5, pairs: 0, failures: 35 + 36 + 37 });
  });

  it('spreads the turns of recordings that stand still over all the others', async () => {
    const episodes = Array.from({ length: 60 }, (_, i) => madeEpisode(i));
    const moving = madeSource(1);
    const still = new Set(episodes.slice(5, 45).map((e) => e.id));
    const source = {
      ...moving,
      signatures: (episode: Episode, frames: readonly number[]) =>
        still.has(episode.id)
          ? Promise.resolve(frames.map(() => Float32Array.of(0)))
          : moving.signatures(episode, frames),
    };
    const stream = new PairStream(episodes, PAPER_SAMPLING, 3, source);
    const drawn = new Map<string, number>();
    const draws = 4000;
    for (let i = 0; i < draws; i++) {
      const { episode } = await stream.trainingPair(i, null);
      drawn.set(episode.id, (drawn.get(episode.id) ?? 0) + 1);
    }
    const usable = stream.episodes('train').filter((e) => !still.has(e.id)).length;
    expect(drawn.size).toBe(usable);
    expect(Math.max(...drawn.values())).toBeLessThan((2 * draws) / usable);
  });

  it('says so when everything stands still', async () => {
    await expect(stream(1, madeSource(1e6)).trainingPair(0, null)).rejects.toThrow(/pauses/);
  });

  it('leaves out what does not come closer, also for evaluations, and takes the rising stretches of failures', async () => {
    // Progress rises to the middle of an episode and falls again.
    const peak = 200;
    const source = {
      ...madeSource(),
      progress: (_e: unknown, frames: readonly number[]) =>
        Promise.resolve(Float32Array.from(frames, (frame) => 1 - Math.abs(frame - peak) / 300)),
    };
    const known = Array.from({ length: 30 }, (_, i) =>
      madeEpisode(i, {
        outcome: i % 2 === 0 ? 'failure' : 'success',
        segments: [{ from: 0, to: 1000, text: '', progress: 0 }],
      }),
    );
    const s = new PairStream(known, PAPER_SAMPLING, 1, source);
    const drawn = await Promise.all([
      ...Array.from({ length: 200 }, (_, i) => s.trainingPair(i, null)),
      ...Array.from({ length: 100 }, (_, i) => s.evaluationPair('test', i, i % 2 === 0 ? null : 12)),
    ]);
    for (const { early, late } of drawn) expect(Math.abs(late - peak)).toBeLessThan(Math.abs(early - peak));
    expect(new Set(drawn.map((p) => p.episode.outcome))).toEqual(new Set(['success', 'failure']));
    const [five] = await countPairs(s, PAPER_SAMPLING, s.episodes('train').slice(0, 4));
    expect(five?.notAhead).toBeGreaterThan(five?.pairs ?? Infinity);
  });

  it('keeps to what is wanted: described episodes, and in them the described moments', async () => {
    const wanted = {
      episode: (e: { id: string }) => Number(e.id.slice(6)) < 20,
      frame: (_e: unknown, frame: number) => frame >= 100 && frame < 300,
    };
    const s = stream();
    for (let position = 0; position < 200; position++) {
      const { episode, early, late } = await s.trainingPair(position, null, wanted);
      expect(Number(episode.id.slice(6))).toBeLessThan(20);
      expect(early).toBeGreaterThanOrEqual(100);
      expect(late).toBeLessThan(300);
    }
  });

  it('draws from short clips too, each at a downsampling that suits it, and leaves out their pauses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: 200 }), fc.integer({ min: 1, max: 6 }), async (frames, still) => {
        const downsample = proposeDownsample(frames, 30).factor;
        const clips = [0, 1, 2].map((i) => madeEpisode(i, { frameCount: frames, downsample, split: 'train' }));
        const s = new PairStream(clips, PAPER_SAMPLING, 1, madeSource(still));
        for (let position = 0; position < 20; position++) {
          const { episode, window, early, late } = await s.trainingPair(position, null);
          expect(late - early).toBe(window * downsample);
          expect(late).toBeLessThan(episode.frameCount);
          expect(Math.floor(late / still)).toBeGreaterThan(Math.floor(early / still));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives every test episode its turn', async () => {
    const s = stream();
    const test = s.episodes('test');
    const drawn = await Promise.all(test.map((_, i) => s.evaluationPair('test', i, 9)));
    expect(new Set(drawn.map((p) => p.episode.id)).size).toBe(test.length);
    expect(drawn.every((p) => p.window === 9)).toBe(true);
  });
});
