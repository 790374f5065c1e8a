// Descriptions: which one counts at a moment, and editing with undo.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverage, describedAt, firstFrom, nearestKept, wordsAt } from '../../src/episodes/annotations/described';
import {
  added,
  type Edited,
  endMoved,
  inOrder,
  neighbour,
  progressSet,
  removed,
  reworded,
  rows,
  saidAgain,
  touching,
} from '../../src/episodes/annotations/edits';
import { did, type History, NO_HISTORY, redone, undone } from '../../src/episodes/annotations/history';
import type { Segment } from '../../src/episodes/episode';
import { madeSegment } from './annotationFixtures';

const FRAMES = 200;

const segment = madeSegment(FRAMES);
const list = fc.array(segment, { maxLength: 12 }).map(inOrder);

describe('what counts at a moment', () => {
  test('of overlapping stretches the one that starts last, and never one without words', () => {
    const segments = [
      { from: 0, to: 100, text: 'arm at rest' },
      { from: 40, to: 60, text: 'arm over the cup' },
      { from: 50, to: 55, text: ' ' },
      { from: 40, to: 45, text: 'arm lowers' },
    ];
    const at = (frame: number) => describedAt(segments, frame)?.text ?? null;
    expect([0, 39, 40, 45, 46, 52, 60, 61, 100, 101].map(at)).toEqual([
      'arm at rest',
      'arm at rest',
      'arm lowers',
      'arm lowers',
      'arm over the cup',
      'arm over the cup',
      'arm over the cup',
      'arm at rest',
      'arm at rest',
      null,
    ]);
  });

  test('of two over the same frames the later one in the list', () => {
    const segments = ['before', 'after'].map((text) => ({ from: 6, to: 68, text }));
    expect(describedAt(segments, 30)?.text).toBe('after');
    expect(wordsAt(segments, [30])).toEqual(['after']);
  });

  test('one pass over all frames finds what asking at each frame finds', () => {
    fc.assert(
      fc.property(list, fc.uniqueArray(fc.nat(FRAMES - 1)), (segments, frames) => {
        const kept = frames.sort((a, b) => a - b);
        expect(wordsAt(segments, kept)).toEqual(kept.map((f) => describedAt(segments, f)?.text.trim() ?? null));
      }),
    );
  });

  test('coverage counts frames and pairs as counting one by one does', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 9 }), (segments, step) => {
        const kept = Array.from({ length: Math.ceil(FRAMES / step) }, (_, i) => i * step);
        const windows = [5, 6, 16];
        const words = kept.map((frame) => describedAt(segments, frame)?.text.trim());
        let [pairs, telling] = [0, 0];
        for (const w of windows) {
          words.forEach((early, i) => {
            const late = words[i + w];
            if (early === undefined || late === undefined) return;
            pairs++;
            if (early !== late) telling++;
          });
        }
        const described = words.filter((word) => word !== undefined).length;
        expect(coverage(segments, kept, windows)).toEqual({ described, kept: kept.length, pairs, telling });
      }),
    );
  });

  test('an hour with a thousand stretches is counted at once', () => {
    const kept = Array.from({ length: 10_800 }, (_, i) => 10 * i);
    const segments = Array.from({ length: 1000 }, (_, i) => ({ from: 108 * i, to: 108 * i + 107, text: `part ${i}` }));
    const windows = Array.from({ length: 12 }, (_, i) => i + 5);
    const started = performance.now();
    const { described, telling } = coverage(segments, kept, windows);
    // Some milliseconds; asking at each frame anew would take seconds.
    expect(performance.now() - started).toBeLessThan(1000);
    expect(described).toBe(10_800);
    expect(telling).toBeGreaterThan(60_000);
  });

  test('the nearest kept frame is the nearest', () => {
    const kept = [0, 10, 20, 30];
    expect([-5, 0, 4, 6, 10, 24, 26, 99].map((frame) => kept[nearestKept(kept, frame)])).toEqual([
      0, 0, 0, 10, 10, 20, 30, 30,
    ]);
    expect(nearestKept([], 7)).toBe(0);
    expect(firstFrom(kept, 31)).toBe(4);
  });
});

type Deed = (segments: Segment[]) => Edited;
const deed: fc.Arbitrary<Deed> = fc.oneof(
  segment.map(
    (s): Deed =>
      (all) =>
        added(all, s, FRAMES),
  ),
  fc
    .record({
      i: fc.nat(12),
      end: fc.constantFrom('from' as const, 'to' as const),
      to: fc.integer({ min: -9, max: 300 }),
    })
    .map(
      ({ i, end, to }): Deed =>
        (all) =>
          endMoved(all, i, end, to, FRAMES),
    ),
  fc.record({ i: fc.nat(12), text: fc.string() }).map(
    ({ i, text }): Deed =>
      (all) =>
        reworded(all, i, text),
  ),
  fc.record({ i: fc.nat(12), p: fc.option(fc.double({ min: -1, max: 2, noNaN: true })) }).map(
    ({ i, p }): Deed =>
      (all) =>
        progressSet(all, i, p),
  ),
  fc.nat(12).map(
    (i): Deed =>
      (all) =>
        removed(all, i),
  ),
  fc.record({ i: fc.nat(12), at: fc.nat(FRAMES - 1) }).map(
    ({ i, at }): Deed =>
      (all) =>
        saidAgain(all, i, at, FRAMES) ?? { segments: all, chosen: i },
  ),
);

describe('editing', () => {
  test('whatever is done, stretches stay in order, inside the episode, and progress in [0, 1]', () => {
    fc.assert(
      fc.property(list, fc.array(deed, { maxLength: 20 }), (start, deeds) => {
        let segments = start;
        for (const act of deeds) {
          segments = act(segments).segments;
          expect(segments).toEqual(inOrder(segments));
          for (const { from, to, progress } of segments) {
            expect(from >= 0 && from <= to && to < FRAMES && Number.isInteger(from) && Number.isInteger(to)).toBe(true);
            expect(progress === undefined || (progress >= 0 && progress <= 1)).toBe(true);
          }
        }
      }),
    );
  });

  test('the edited stretch stays the chosen one, wherever it moves to', () => {
    const all = [
      { from: 10, to: 20, text: 'a' },
      { from: 30, to: 40, text: 'b' },
    ];
    const drawn = added(all, { from: 29, to: 5, text: 'new' }, FRAMES);
    expect(drawn.chosen).toBe(0);
    expect(drawn.segments[0]).toEqual({ from: 5, to: 29, text: 'new' });
    const moved = endMoved(all, 1, 'from', 3, FRAMES);
    expect(moved.segments[moved.chosen ?? -1]).toEqual({ from: 3, to: 40, text: 'b' });
    const stopped = endMoved(all, 1, 'from', 90, FRAMES);
    expect(stopped.segments[stopped.chosen ?? -1]).toEqual({ from: 40, to: 40, text: 'b' });
  });

  test('a stretch drawn from where another ends touches it, and does not share its frame', () => {
    const all = [
      { from: 0, to: 10, text: 'a' },
      { from: 20, to: 30, text: 'b' },
    ];
    expect(touching(all, 10, 20)).toEqual({ from: 11, to: 19 });
    expect(touching(all, 20, 10)).toEqual({ from: 11, to: 19 });
    expect(touching(all, 5, 25)).toEqual({ from: 5, to: 25 });
    expect(touching(all, 10, 10)).toEqual({ from: 10, to: 10 });
  });

  test('words are said again from here, or after their stretch, up to the next', () => {
    const all = [
      { from: 10, to: 19, text: 'a', progress: 0.5 },
      { from: 24, to: 30, text: 'b' },
    ];
    const after = saidAgain(all, 0, 15, FRAMES);
    expect(after?.segments[after.chosen ?? -1]).toEqual({ from: 20, to: 23, text: 'a' });
    const here = saidAgain(all, 0, 100, FRAMES);
    expect(here?.segments[here.chosen ?? -1]).toEqual({ from: 100, to: 109, text: 'a' });
    expect(saidAgain([{ from: 0, to: FRAMES - 1, text: 'all' }], 0, 7, FRAMES)).toBeNull();
  });

  test('next and previous go around, and begin at the moment', () => {
    const all = [0, 50, 100].map((from) => ({ from, to: from + 9, text: '' }));
    expect(neighbour(all, null, 60, 1)).toBe(2);
    expect(neighbour(all, null, 60, -1)).toBe(1);
    expect(neighbour(all, 2, 60, 1)).toBe(0);
    expect(neighbour(all, 0, 60, -1)).toBe(2);
    expect(neighbour([], null, 0, 1)).toBeNull();
  });

  test('stretches in one row never overlap', () => {
    fc.assert(
      fc.property(list, (segments) => {
        const places = rows(segments);
        segments.forEach((a, i) =>
          segments.forEach((b, j) => {
            if (i < j && places[i] === places[j]) expect(a.to < b.from || b.to < a.from).toBe(true);
          }),
        );
      }),
    );
  });
});

describe('undo', () => {
  const step = (before: Segment[], after: Segment[], key: string | null = null) => ({
    what: 'edit',
    key,
    changes: [{ episode: 'a', before, after }],
  });

  test('taking everything back gives the beginning, doing it again gives the end', () => {
    fc.assert(
      fc.property(list, fc.array(deed, { maxLength: 20 }), (start, deeds) => {
        let history: History = NO_HISTORY;
        let segments = start;
        for (const act of deeds) {
          const after = act(segments).segments;
          history = did(history, step(segments, after));
          segments = after;
        }
        const end = segments;
        for (let back = undone(history); back; back = undone(history)) {
          expect(back.restore[0]?.before).toEqual(segments);
          ({ history } = back);
          segments = [...(back.restore[0]?.after ?? [])];
        }
        expect(segments).toEqual(start);
        for (let on = redone(history); on; on = redone(history)) {
          ({ history } = on);
          segments = [...(on.restore[0]?.after ?? [])];
        }
        expect(segments).toEqual(end);
      }),
    );
  });

  test('letters typed one after the other are one step, also over an undo', () => {
    const at = (text: string) => [{ from: 0, to: 9, text }];
    let history = did(NO_HISTORY, step(at(''), at('c'), 'words 0'));
    history = did(history, step(at('c'), at('cu'), 'words 0'));
    expect(history.past).toHaveLength(1);
    expect(undone(history)?.restore[0]?.after).toEqual(at(''));
    history = redone(undone(history)?.history ?? NO_HISTORY)?.history ?? NO_HISTORY;
    history = did(history, step(at('cu'), at('cup'), 'words 0'));
    expect(history.past).toHaveLength(2);
  });

  test('a new edit forgets what was taken back', () => {
    const back = undone(did(NO_HISTORY, step([], [])));
    expect(redone(did(back?.history ?? NO_HISTORY, step([], [])))).toBeNull();
  });
});
