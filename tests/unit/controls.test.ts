import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchMaker, measureLimits } from '../../src/batches/batchMaker';
import { GREY, PICTURE_CHOICES, type PictureChoice } from '../../src/batches/shownPictures';
import { PairStream, type Pair } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { madeEpisode, madeSource } from './episodeFixtures';
import { shippedTokenizer } from './tokenizerFiles';

const tokenizer = shippedTokenizer();
const vision = { imageSize: 4, tokensPerImage: 4 };
const episodes = Array.from({ length: 12 }, (_, i) => madeEpisode(i));
const maker = new BatchMaker(tokenizer, madeSource(), vision, 5, measureLimits(tokenizer, episodes));
const PICTURE_BYTES = 4 * 4 * 3;

const pairsFrom = (start: number, count: number): Pair[] =>
  Array.from({ length: count }, (_, i) => ({
    episode: episodes[(start + i) % 12] as Pair['episode'],
    window: 5,
    early: 10 * (start + i) + 10,
    late: 10 * (start + i) + 60,
  }));

/** The two pictures of each sample as they are shown. */
async function shown(pairs: readonly Pair[], show?: PictureChoice): Promise<[Uint8Array, Uint8Array][]> {
  const batch = await maker.prompts(pairs, { kind: 'tag', end: 'judgement', ...(show ? { show } : {}) });
  const picture = (place: number) => {
    const row = batch.pictures[batch.imageIndex[place] as number] as number;
    return batch.images.slice(row * PICTURE_BYTES, (row + 1) * PICTURE_BYTES);
  };
  return Array.from(batch.lengths, (_, b) => [picture(2 * b), picture(2 * b + 1)]);
}

const isAll = (bytes: Uint8Array, value: number) => bytes.every((byte) => byte === value);

describe('the pictures of a question', () => {
  it('swap with the order, whatever they are', async () => {
    for (const show of [undefined, ...PICTURE_CHOICES]) {
      const samples = await shown(pairsFrom(0, 6), show);
      expect(samples).toHaveLength(12);
      for (let i = 0; i < 12; i += 2) {
        expect(samples[i + 1]).toEqual([...(samples[i] as [Uint8Array, Uint8Array])].reverse());
      }
    }
  });

  it('are both frames unless something else is asked for', async () => {
    const [pair] = pairsFrom(0, 1) as [Pair];
    const [forward] = await shown([pair]);
    expect(forward?.map((bytes) => bytes[0])).toEqual([pair.early, pair.late]);
    expect(await shown([pair], 'both')).toEqual(await shown([pair]));
  });

  it('are twice the same frame of the pair, of either kind', async () => {
    const pairs = pairsFrom(0, 40);
    const samples = await shown(pairs, 'identical');
    const early = pairs.map((pair, i) => {
      const [first, second] = samples[2 * i] as [Uint8Array, Uint8Array];
      expect(first).toEqual(second);
      expect(samples[2 * i + 1]).toEqual([first, second]);
      expect([pair.early % 251, pair.late % 251]).toContain(first[0]);
      return first[0] === pair.early % 251;
    });
    expect(early.filter(Boolean).length).toBeGreaterThan(8);
    expect(early.filter(Boolean).length).toBeLessThan(32);
  });

  it('are blank, or noise that differs and comes again', async () => {
    for (const [show, value] of [
      ['grey', GREY],
      ['white', 255],
    ] as const) {
      for (const sample of await shown(pairsFrom(0, 3), show)) {
        for (const bytes of sample) expect(isAll(bytes, value)).toBe(true);
      }
    }
    const noise = await shown(pairsFrom(0, 5), 'noise');
    expect(new Set(noise.flat().map((bytes) => bytes.join())).size).toBe(10);
    // A pair's noise does not depend on where its batch begins.
    expect((await shown(pairsFrom(2, 1), 'noise'))[0]).toEqual(noise[4]);
    const values = noise.flat().flatMap((bytes) => [...bytes]);
    expect(Math.abs(values.reduce((sum, v) => sum + v, 0) / values.length - 127.5)).toBeLessThan(12);
  });

  it('leave one frame beside grey where it belongs', async () => {
    const pairs = pairsFrom(0, 40);
    const samples = await shown(pairs, 'one only');
    const kept = pairs.map((pair, i) => {
      const [first, second] = samples[2 * i] as [Uint8Array, Uint8Array];
      const keepsFirst = isAll(second, GREY);
      expect(keepsFirst ? isAll(first, pair.early % 251) : isAll(first, GREY)).toBe(true);
      if (!keepsFirst) expect(isAll(second, pair.late % 251)).toBe(true);
      return keepsFirst;
    });
    expect(kept.filter(Boolean).length).toBeGreaterThan(8);
    expect(kept.filter(Boolean).length).toBeLessThan(32);
  });
});

describe('shuffled labels', () => {
  const answers = (order: 'forward' | 'reverse', from: number, count: number) =>
    Array.from({ length: count }, (_, i) => maker.answer(order, 'shuffled', from + i));
  const seconds = (list: readonly string[]) => list.filter((answer) => answer === 'img2').length;

  it('are the right ones where they are not shuffled', () => {
    fc.assert(
      fc.property(fc.nat(), (position) => {
        expect(maker.answer('forward', undefined, position)).toBe('img2');
        expect(maker.answer('reverse', undefined, position)).toBe('img1');
      }),
    );
  });

  it('say img2 half of the time in either order, and agree between orders half of the time', () => {
    const count = 8000;
    const [forward, reverse] = [answers('forward', 2 ** 32, count), answers('reverse', 2 ** 32, count)];
    const agreeing = forward.filter((answer, i) => answer === reverse[i]).length;
    // Five standard errors.
    const off = 5 * Math.sqrt(count / 4);
    for (const hits of [seconds(forward), seconds(reverse), agreeing]) {
      expect(Math.abs(hits - count / 2)).toBeLessThan(off);
    }
  });

  it('stand in batches as functions of the position alone', async () => {
    const stream = new PairStream(episodes, PAPER_SAMPLING, 1, madeSource());
    const plan = { kind: 'tag', order: 'both', judgementWeight: 1, easing: null, labels: 'shuffled' } as const;
    const labels = async (first: number, pairs: number) => {
      const batch = await maker.training(stream, { ...plan, pairs }, first);
      return [...batch.labels].filter((_, m) => batch.judgement[m] === 1);
    };
    const whole = await labels(40, 8);
    expect([...(await labels(40, 3)), ...(await labels(43, 5))]).toEqual(whole);
    const expected = Array.from({ length: 8 }, (_, i) => [
      maker.answer('forward', 'shuffled', 40 + i),
      maker.answer('reverse', 'shuffled', 40 + i),
    ]).flat();
    expect(whole).toEqual(expected.map((answer) => (answer === 'img1' ? tokenizer.img1 : tokenizer.img2)));
  });
});
