import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImportTally, secondsLeft } from '../../src/app/state/data/importTally';
import { proposeDownsample } from '../../src/episodes/downsampling';
import { fingerprintOf } from '../../src/episodes/fingerprint';
import { ImportControl } from '../../src/episodes/importControl';
import { episodeOf } from '../../src/episodes/importPlan';
import { ImportSpace } from '../../src/episodes/importSpace';
import { Refusal } from '../../src/episodes/refusal';
import { readSidecar } from '../../src/episodes/sidecar';
import { completeEpisode } from '../../src/episodes/storedEpisode';
import { MOST_FRAMES, storedBytes, storedFrameAt, storedPlaces, storedRate } from '../../src/episodes/storedFrames';
import type { ImportEntry } from '../../src/workers/dataApi';

const steady = (seconds: number, rate: number) => Float64Array.from({ length: seconds * rate }, (_, i) => i / rate);

describe('frames that are stored', () => {
  test('short clips whole, fast ones at thirty, long ones at what downsampling needs', () => {
    const stored = (seconds: number, rate: number) =>
      storedPlaces(steady(seconds, rate), storedRate(seconds * rate, seconds)).length;
    expect(stored(5, 60)).toBe(300);
    expect(stored(60, 30)).toBe(1800);
    expect(stored(60, 60)).toBe(1800);
    expect(stored(300, 30)).toBe(9000);
    expect(stored(400, 30)).toBe(6000);
    expect(stored(3600, 30)).toBe(10_800);
    expect(stored(3600, 25)).toBe(9000);
    expect(storedBytes(10_800)).toBeLessThan(540e6);
  });

  test('law: each second of a long film keeps three frames or more, as many as 10× downsampling of thirty', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 6, max: 7200 }), fc.integer({ min: 540, max: 620 })),
        fc.integer({ min: 30, max: 60 }),
        (seconds, rate) => {
          const times = steady(seconds, rate);
          const places = storedPlaces(times, storedRate(times.length, seconds));
          expect(places.length).toBeLessThanOrEqual(Math.max(MOST_FRAMES + 1, 3.3 * seconds + 2));
          expect(places.length).toBeGreaterThanOrEqual(3 * seconds - 1);
          const { factor } = proposeDownsample(places.length, places.length / seconds);
          const perSecond = places.length / seconds / factor;
          if (places.length >= 240) expect(perSecond).toBeGreaterThan(2.3);
          expect(perSecond).toBeLessThan(6.5);
          expect(places.every((place, i) => i === 0 || place > (places[i - 1] ?? 0))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('law: a frame of the file is found as the last stored one at or before it', () => {
    const places = fc
      .uniqueArray(fc.nat(500), { minLength: 1 })
      .map((all) => [0, ...all.map((n) => n + 1)].sort((a, b) => a - b));
    fc.assert(
      fc.property(places, fc.nat(600), (list, frame) => {
        expect(storedFrameAt(list, frame)).toBe(list.filter((place) => place <= frame).length - 1);
      }),
    );
  });

  test('descriptions that count the frames of the file are moved to the stored ones', async () => {
    const places = storedPlaces(steady(3600, 30), storedRate(108_000, 3600));
    const read = { id: 'x', frameCount: places.length, framesPerSecond: 3, aspect: 1, shownFrames: 108_000, places };
    const recording = { kind: 'video' as const, path: 'long.mp4', files: [] };
    const segments = async (...lines: object[]) => {
      const text = lines.map((line) => JSON.stringify({ episode: 'long', text: 'Wiping.', ...line })).join('\n');
      return episodeOf(recording, read, [await readSidecar('s.jsonl', new Blob([text]))]).segments;
    };
    expect(await segments({ from: 0, to: 50_000, progress: 0.5 })).toEqual([
      { from: 0, to: 5000, text: 'Wiping.', progress: 0.5 },
    ]);
    expect(await segments({ from: 100, to: 200, frames: 108_000 })).toEqual([{ from: 10, to: 20, text: 'Wiping.' }]);
    expect(await segments({ from: 100, to: 200 })).toEqual([{ from: 100, to: 200, text: 'Wiping.' }]);
    expect(await segments({ from: 100, to: 200, frames: 77 })).toEqual([]);
    const list = await readSidecar(
      'l.jsonl',
      new Blob([JSON.stringify({ file: 'long.mp4', frames: 108_000, trimEnd: 8000, idleStart: 1000 })]),
    );
    expect(episodeOf(recording, read, [list])).toMatchObject({ trim: { start: 100, end: 9999 }, downsample: 1 });
  });
});

describe('content', () => {
  const blob = (...parts: BlobPart[]) => ({ path: 'a', file: new Blob(parts) });

  test('decides, not the name; one byte anywhere makes another recording', async () => {
    const bytes = new Uint8Array(9 * 2 ** 20).fill(7);
    const own = await fingerprintOf('video', [blob(bytes)]);
    expect(await fingerprintOf('video', [{ path: 'other/name.mov', file: new Blob([bytes]) }])).toBe(own);
    for (const at of [0, 5_000_001, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[at] = 8;
      expect(await fingerprintOf('video', [blob(changed)])).not.toBe(own);
    }
    expect(await fingerprintOf('images', [blob(bytes)])).not.toBe(own);
  });

  test('images count in natural order, and bytes cannot move from one to the next', async () => {
    const images = (...contents: [string, string][]) =>
      fingerprintOf(
        'images',
        contents.map(([path, text]) => ({ path, file: new Blob([text]) })),
      );
    const own = await images(['1.png', 'ab'], ['2.png', 'c'], ['10.png', 'd']);
    expect(await images(['10.png', 'd'], ['2.png', 'c'], ['1.png', 'ab'])).toBe(own);
    expect(await images(['1.png', 'a'], ['2.png', 'bc'], ['10.png', 'd'])).not.toBe(own);
  });
});

describe('pause, resume, cancel', () => {
  test('a gate holds while paused, lets go on resume, and refuses once cancelled', async () => {
    const control = new ImportControl();
    await control.gate();
    control.pause();
    let passed = false;
    const waiting = control.gate().then(() => (passed = true));
    await Promise.resolve();
    expect(passed).toBe(false);
    control.resume();
    await waiting;
    control.pause();
    const cancelled = control.gate();
    control.cancel();
    await expect(cancelled).rejects.toMatchObject({ reason: 'cancelled' });
    control.pause();
    expect(control.paused).toBe(false);
  });
});

describe('room', () => {
  test('what others of the same import have yet to write counts', async () => {
    const space = new ImportSpace(() => Promise.resolve(storedBytes(100)));
    await space.promise('a', 60, false);
    await expect(space.promise('b', 60, false)).rejects.toThrow(/needs 3\.0 MB .* 2\.0 MB left .* Delete/);
    space.wrote('a', storedBytes(30));
    await space.promise('b', 60, false);
    space.end('a');
    space.end('b');
    await expect(space.promise('c', 200, false)).rejects.toBeInstanceOf(Refusal);
    await space.promise('c', 200, true);
    await new ImportSpace(() => Promise.resolve(null)).promise('d', 1e6, false);
  });
});

describe('the list', () => {
  const entry = (number: number, changes: Partial<ImportEntry>): ImportEntry => ({
    number,
    path: `${number}.mp4`,
    state: 'queued',
    bytes: 100,
    progress: null,
    framesPerSecond: null,
    secondsLeft: null,
    sentence: '',
    episodeId: null,
    reason: null,
    changes: [],
    readable: null,
    ...changes,
  });

  test('what needs a look stands first; bytes weigh the progress', () => {
    const tally = new ImportTally();
    tally.take(entry(0, { state: 'reading', progress: 0.1 }));
    tally.take(entry(1, { state: 'done' }));
    tally.take(entry(2, { state: 'refused', reason: 'truncated', bytes: 300 }));
    tally.take(entry(3, { state: 'refused', reason: 'cancelled' }));
    tally.take(entry(4, { state: 'paused', reason: 'full', progress: 0 }));
    tally.take(entry(0, { state: 'reading', progress: 0.5 }));
    const { groups, share, entries } = tally.view();
    expect(groups.map(({ group }) => group)).toEqual(['halted', 'refused', 'reading', 'cancelled', 'taken']);
    expect(entries.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    expect(share).toBeCloseTo(550 / 700);
    expect(secondsLeft(0.25, 10)).toBeCloseTo(30);
    expect(secondsLeft(0.25, 1)).toBeNull();
  });
});

test('episodes stored by earlier versions are completed', () => {
  const old = { id: 'a', source: 'video' as const, name: 'A', task: 'Fold the towel.', frameCount: 40 };
  expect(completeEpisode(old)).toMatchObject({
    template: 'fold the towel',
    category: 'garment manipulation',
    outcome: 'unknown',
    counterTask: null,
    mishap: null,
    traits: null,
    group: 'a',
    segments: [],
  });
  const whole = completeEpisode({ ...old, outcome: 'failure', counterTask: 'Unfold the towel.', segments: [] });
  expect(completeEpisode(whole)).toEqual(whole);
});
