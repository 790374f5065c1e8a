import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import type { Episode, Split } from '../../src/episodes/episode';
import type { FrameSource } from '../../src/episodes/frames';
import { findDuplicates, type DuplicateFindings } from '../../src/pairs/duplicates';
import { PairStream } from '../../src/pairs/pairStream';
import { differenceHash, differingBits, HASHED_SIZE, look, lookDifference } from '../../src/pairs/pictureHash';
import { NOTHING_HELD_OUT, PAPER_SAMPLING } from '../../src/pairs/sampling';
import { checkSplits, findLeaks, sentenceOverlap } from '../../src/pairs/splitChecks';
import { splitEpisodes } from '../../src/pairs/splitEpisodes';
import { madeEpisode, madeSource } from './episodeFixtures';

/** A table with a few patches that depend on the keys. */
function scene(...keys: number[]): Uint8Array<ArrayBuffer> {
  const random = new Random(...keys);
  const bytes = new Uint8Array(HASHED_SIZE * HASHED_SIZE * 3).fill(120);
  for (let patch = 0; patch < 8; patch++) {
    const [x, y, level] = [random.below(56), random.below(56), random.below(200)];
    for (let dy = 0; dy < 16; dy++) {
      const at = ((y + dy) * HASHED_SIZE + x) * 3;
      bytes.fill(level, at, at + 16 * 3);
    }
  }
  return bytes;
}

const brighter = (bytes: Uint8Array<ArrayBuffer>) => bytes.map((b) => Math.min(255, Math.round(b * 1.15 + 3)));

const none: DuplicateFindings = { compared: 0, of: 0, exact: 0, near: 0, twins: [], closest: null };

describe('picture hashes', () => {
  it('count differing bits', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const bits = ((a ^ b) >>> 0).toString(2).replaceAll('0', '').length;
        expect(differingBits(a, b)).toBe(bits);
      }),
    );
  });

  it('stay close under light and contrast and part for another scene', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (key) => {
        const bits = (a: Uint8Array, b: Uint8Array) => {
          const [x, y] = [differenceHash(a), differenceHash(b)];
          return differingBits(x[0], y[0]) + differingBits(x[1], y[1]);
        };
        const [one, other] = [scene(key), scene(key, 1)];
        expect(bits(one, brighter(one))).toBeLessThanOrEqual(8);
        expect(lookDifference(look(one), look(brighter(one)))).toBeLessThan(7);
        expect(lookDifference(look(one), look(other))).toBeGreaterThan(7);
      }),
      { numRuns: 50 },
    );
  });
});

describe('duplicates across splits', () => {
  const showing = (pictures: (episode: Episode, frame: number) => Uint8Array<ArrayBuffer>): FrameSource => ({
    ...madeSource(),
    read: (episode, frames) => {
      const size = HASHED_SIZE * HASHED_SIZE * 3;
      const bytes = new Uint8Array(frames.length * size);
      frames.forEach((frame, i) => bytes.set(pictures(episode, frame), i * size));
      return Promise.resolve(bytes);
    },
  });
  const split = (number: number): Split => (number < 6 ? 'train' : number < 9 ? 'validation' : 'test');
  const episodes = Array.from({ length: 12 }, (_, i) => madeEpisode(i, { split: split(i), frameCount: 400 }));
  const numberOf = (episode: Episode) => Number(episode.id.slice(6));
  const find = (pictures: (episode: Episode, frame: number) => Uint8Array<ArrayBuffer>, most = 100) => {
    const source = showing(pictures);
    return findDuplicates(new PairStream(episodes, PAPER_SAMPLING, 1, source), source, most);
  };

  it('are found, the same to the byte or nearly, and only across splits', async () => {
    const found = await find((episode, frame) => {
      const number = numberOf(episode);
      if (number === 10) return scene(0, frame); // the same as 0, which is in train
      if (number === 11) return brighter(scene(1, frame)); // nearly 1, in train
      if (number === 3) return scene(2, frame); // the same as 2, but both are in train
      return scene(number, frame);
    });
    expect(found).toMatchObject({ compared: 12, of: 12, exact: 1, near: 1 });
    expect(found.twins.map((t) => [t.a, t.b, ...t.splits, t.exact])).toEqual([
      ['video-0', 'video-10', 'train', 'test', true],
      ['video-1', 'video-11', 'train', 'test', false],
    ]);
    expect(checkSplits([], NOTHING_HELD_OUT, found).sentence).toMatch(/video-0 and video-10.*one group/);
  });

  it('need all three frames: a beginning that all share is not one', async () => {
    const found = await find((episode, frame) => (frame === 0 ? scene(7) : scene(numberOf(episode), frame)));
    expect(found.exact + found.near).toBe(0);
  });

  it('are not taken from an unmoved camera: the same table with one thing elsewhere is another recording', async () => {
    const found = await find((episode, frame) => {
      const bytes = scene(7, frame);
      const at = (HASHED_SIZE * 20 + { train: 4, validation: 28, test: 56 }[split(numberOf(episode))]) * 3;
      for (let row = 0; row < 8; row++) bytes.fill(255, at + row * HASHED_SIZE * 3, at + (row * HASHED_SIZE + 8) * 3);
      return bytes;
    });
    expect(found.closest?.bits).toBeLessThanOrEqual(8);
    expect(found.exact + found.near).toBe(0);
  });

  it('are looked for among evenly spaced episodes where there are many', async () => {
    const found = await find((episode, frame) => scene(numberOf(episode), frame), 6);
    expect(found).toMatchObject({ compared: 6, of: 12 });
    expect(checkSplits([], NOTHING_HELD_OUT, found).sentence).toMatch(/6 of 12 episodes/);
  });
});

describe('words and held-out things', () => {
  const at = (split: Split, changes: Partial<Episode>) => ({ episode: madeEpisode(0, changes), split });

  it('say how much of the test sentences is known from train', () => {
    const overlap = sentenceOverlap([
      at('train', { task: 'Put the cup on the plate.' }),
      at('train', { task: 'Open the drawer.' }),
      at('test', { task: 'put the cup on the plate' }),
      at('test', { task: 'Put the cup into the bin.' }),
      at('test', { task: 'Fold the towel twice.' }),
      at('validation', { task: 'Fold the towel twice.' }),
    ]);
    expect(overlap).toMatchObject({ test: 3, verbatim: 1, mostTrigrams: 1 });
    expect(overlap.meanTrigrams).toBeCloseTo((1 + 1 / 4 + 0) / 3);
  });

  const traits = (objects: string[], scene: string) => ({ objects, colours: ['red'], scene, phrasing: 'cup/1' });
  const holdOut = { ...NOTHING_HELD_OUT, objects: ['mug'], scenes: ['sink'], templates: ['cup 2'] };

  it('are told where they leak', () => {
    const leaks = findLeaks(
      [
        at('train', { traits: traits(['mug', 'bowl'], 'table') }),
        at('train', { traits: traits(['mug'], 'table') }),
        at('validation', { traits: traits([], 'sink') }),
        at('test', { traits: traits(['mug'], 'sink') }),
      ],
      holdOut,
    );
    expect(leaks).toEqual([
      { kind: 'objects', value: 'mug', split: 'train', episodes: 2 },
      { kind: 'scenes', value: 'sink', split: 'validation', episodes: 1 },
    ]);
  });

  it('never leak from the split that the recipe makes, whatever a sidecar says, and are counted by reason', () => {
    const made = fc.record({
      objects: fc.subarray(['mug', 'bowl', 'plate']),
      scene: fc.constantFrom('table', 'sink', 'shelf'),
      split: fc.constantFrom<Split | null>('train', 'validation', 'test', null),
    });
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 30 }), fc.integer({ min: 0, max: 99 }), (list, seed) => {
        const episodes = list.map(({ objects, scene, split }, i) =>
          madeEpisode(i, { traits: traits(objects, scene), split, group: `group ${i % 4}` }),
        );
        const splits = splitEpisodes(episodes, { ...PAPER_SAMPLING, holdOut }, seed);
        const placed = episodes.map((episode) => ({ episode, split: splits.get(episode.id) ?? 'train' }) as const);
        const checks = checkSplits(placed, holdOut, none);
        expect(checks.leaks).toEqual([]);
        expect(checks.heldOut).toEqual({
          templates: episodes.filter((e) => e.template === 'cup 2').length,
          objects: list.filter((e) => e.objects.includes('mug')).length,
          scenes: list.filter((e) => e.scene === 'sink').length,
          colours: 0,
          phrasings: 0,
        });
      }),
      { numRuns: 50 },
    );
  });
});
