import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permuted } from '../../src/base/permutation';
import { BatchMaker, measureLimits } from '../../src/batches/batchMaker';
import type { Easing } from '../../src/pairs/curriculum';
import { PairIndex } from '../../src/pairs/pairIndex';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { ANY_USABLE, BEHIND, NOT_AHEAD, PAUSE, UsablePairs } from '../../src/pairs/usablePairs';
import { easedWindow, WindowSchedule } from '../../src/pairs/windows';
import { madeEpisode, madeSource } from './episodeFixtures';
import { shippedTokenizer } from './tokenizerFiles';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const easings: fc.Arbitrary<Easing | null> = fc.oneof(
  fc.constant(null),
  share.map((progress) => ({ kind: 'windows', from: [40, 70], progress }) as const),
  share.map((progress) => ({ kind: 'windows', from: [1, 4], progress }) as const),
  share.map((progress) => ({ kind: 'changes', from: 8, progress }) as const),
  share.map((progress) => ({ kind: 'tasks', progress }) as const),
);

describe('a keyed permutation', () => {
  it('takes every place once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), seeds, (count, key) => {
        const taken = new Set(Array.from({ length: count }, (_, i) => permuted(i, count, key)));
        expect(taken.size).toBe(count);
        for (const place of taken) expect(place >= 0 && place < count).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('puts a place anywhere equally often over the keys, and two neighbours independently', () => {
    const count = 10;
    const keys = 20_000;
    const together = new Float64Array(count * count);
    for (let key = 0; key < keys; key++) together[permuted(3, count, key) * count + permuted(4, count, key)]!++;
    const expected = keys / (count * (count - 1));
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const seen = together[a * count + b] as number;
        if (a === b) expect(seen).toBe(0);
        else expect(Math.abs(seen - expected)).toBeLessThan(6 * Math.sqrt(expected));
      }
    }
  });
});

describe('the windows', () => {
  it('occur in each block by the largest remainder of their weights', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(weights, seeds, fc.integer({ min: 0, max: 2 ** 20 }), (list, key, block) => {
        const schedule = new WindowSchedule(list.map((weight, i) => ({ window: i + 1, weight })));
        const counts = new Uint32Array(list.length);
        for (let i = 0; i < schedule.block; i++) counts[schedule.at(block * schedule.block + i, key).index]!++;
        const sum = list.reduce((total, w) => total + w, 0);
        list.forEach((w, i) =>
          expect(Math.abs((counts[i] as number) - (w / sum) * schedule.block)).toBeLessThanOrEqual(1),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('move from the curriculum’s to the sampling’s own and fit the episode', () => {
    expect(easedWindow(5, [5, 16], [40, 70], 0, 100)).toBe(40);
    expect(easedWindow(16, [5, 16], [40, 70], 0, 100)).toBe(70);
    expect(easedWindow(16, [5, 16], [40, 70], 0.5, 100)).toBe(43);
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 16 }), share, fc.integer({ min: 17, max: 90 }), (window, done, length) => {
        for (const from of [[40, 70] as const, [1, 4] as const]) {
          const eased = easedWindow(window, [5, 16], from, done, length);
          expect(eased).toBeGreaterThanOrEqual(1);
          expect(eased).toBeLessThan(length);
          expect(easedWindow(window, [5, 16], from, 1, length)).toBe(window);
        }
      }),
    );
  });
});

describe('the pair index', () => {
  it('repeats nothing before all pairs of an episode had their turn, and gives episodes equal turns', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 6, max: 14 }), { minLength: 2, maxLength: 9 }), seeds, (lengths, key) => {
        const templates = new Uint32Array(lengths.length);
        const columns = { lengths: Uint32Array.from(lengths), templates, templateCount: 1 };
        const index = new PairIndex(columns, [{ window: 5, weight: 1 }], key);
        const most = Math.max(...lengths) - 5;
        const starts = lengths.map((): number[] => []);
        for (let position = 0; position < lengths.length * most; position++) {
          const place = index.place(position, null);
          if (!place) throw new Error('nothing drawn');
          starts[place.episode]?.push(index.pick(place, (lengths[place.episode] as number) - 5));
        }
        lengths.forEach((length, episode) => {
          const own = starts[episode] ?? [];
          expect(own).toHaveLength(most);
          const pairs = length - 5;
          for (let at = 0; at + pairs <= own.length; at += pairs) {
            expect(new Set(own.slice(at, at + pairs)).size).toBe(pairs);
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('tries every episode and window before it gives up', () => {
    const columns = { lengths: Uint32Array.of(10, 8, 7), templates: new Uint32Array(3), templateCount: 1 };
    const windows = [6, 7, 9].map((window) => ({ window, weight: 1 }));
    const index = new PairIndex(columns, windows, 5);
    const tried = new Set<string>();
    for (let miss = 0; miss < 6; miss++) {
      const place = index.place(0, null, miss);
      tried.add(`${place?.episode} ${place?.window}`);
    }
    expect(tried).toEqual(new Set(['0 6', '1 6', '2 6', '0 7', '1 7', '0 9']));
    expect(index.place(0, null, 6)).toBeNull();
  });
});

describe('the stream under any curriculum', () => {
  const episodes = Array.from({ length: 30 }, (_, i) => madeEpisode(i, { frameCount: 250 + 31 * (i % 7) }));
  const tokenizer = shippedTokenizer();

  it('is a pure function of seed, position and step, whatever was drawn before', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 0, max: 2 ** 36 }), easings, async (seed, position, easing) => {
        const fresh = new PairStream(episodes, PAPER_SAMPLING, seed, madeSource(30));
        const used = new PairStream(episodes, PAPER_SAMPLING, seed, madeSource(30));
        for (let i = 0; i < 20; i++) await used.trainingPair(position + 7 * i + 1, null);
        expect(await fresh.trainingPair(position, easing)).toEqual(await used.trainingPair(position, easing));
      }),
      { numRuns: 30 },
    );
  });

  it('shows forward and reverse exactly half each, in every window, task and category of every batch', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 0, max: 2 ** 36 }), easings, async (seed, first, easing) => {
        const stream = new PairStream(episodes, PAPER_SAMPLING, seed, madeSource());
        const vision = { imageSize: 8, tokensPerImage: 4 };
        const maker = new BatchMaker(tokenizer, madeSource(), vision, seed, measureLimits(tokenizer, episodes));
        const plan = { kind: 'tag', order: 'both', pairs: 12, judgementWeight: 1, easing } as const;
        const batch = await maker.training(stream, plan, first);
        const answers = [...batch.labels].filter((_, m) => batch.judgement[m] === 1);
        const balance = new Map<string, number>();
        for (let i = 0; i < plan.pairs; i++) {
          const { episode, window } = await stream.trainingPair(first + i, easing);
          for (const answer of answers.slice(2 * i, 2 * i + 2)) {
            for (const key of ['all', `window ${window}`, episode.task, episode.category]) {
              balance.set(key, (balance.get(key) ?? 0) + (answer === tokenizer.tokenIds.img2 ? 1 : -1));
            }
          }
        }
        expect([...balance.values()]).toEqual(Array.from(balance, () => 0));
      }),
      { numRuns: 15 },
    );
  });

  it('lets templates join one by one', async () => {
    const s = new PairStream(episodes, PAPER_SAMPLING, 3, madeSource());
    const seen = async (progress: number) => {
      const pairs = Array.from({ length: 120 }, (_, i) => s.trainingPair(i, { kind: 'tasks', progress }));
      return new Set((await Promise.all(pairs)).map((p) => p.episode.template));
    };
    const [first, second, third] = [await seen(0), await seen(0.34), await seen(0.7)];
    expect([first.size, second.size, third.size]).toEqual([1, 2, 3]);
    for (const template of first) expect(second).toContain(template);
  });

  it('asks for clear changes first and less by and by', async () => {
    // A step of the wanted size every tenth kept frame, so that only half of the pairs at window 5 change clearly.
    const s = new PairStream(episodes, { ...PAPER_SAMPLING, windows: [{ window: 5, weight: 1 }] }, 3, {
      ...madeSource(),
      signatures: (_e, frames) =>
        Promise.resolve(frames.map((frame) => Float32Array.of(0.03 * frame + 8 * Math.floor(frame / 100)))),
    });
    const clear = async (progress: number) => {
      const draws = Array.from({ length: 200 }, (_, i) => s.trainingPair(i, { kind: 'changes', from: 8, progress }));
      return (await Promise.all(draws)).filter((p) => Math.floor(p.late / 100) > Math.floor(p.early / 100)).length;
    };
    expect(await clear(0)).toBe(200);
    expect(await clear(0.95)).toBeLessThan(200);
  });
});

describe('usable pairs', () => {
  it('lie row by row, with the reason where a pair is left out', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 150 });
    fc.assert(
      fc.property(numbers, fc.boolean(), (values, known) => {
        const progress = known ? Float32Array.from(values, (_, i) => ((i * 7) % 10) / 10) : null;
        const signatures = values.map((value) => Float32Array.of(value));
        const table = new UsablePairs(signatures, progress, false, { minimumChange: 1, minimumProgress: 0.05 });
        for (const window of [1, 5, values.length - 1, 128]) {
          const row = table.row(window);
          expect(row).toHaveLength(Math.max(0, values.length - window));
          row.forEach((byte, start) => {
            const still = values[start] === values[start + window];
            const gain = progress ? Math.sign((progress[start + window] as number) - (progress[start] as number)) : 1;
            const moved = [BEHIND, NOT_AHEAD, ANY_USABLE][gain + 1];
            expect(Math.min(byte, ANY_USABLE)).toBe(still ? PAUSE : moved);
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});
