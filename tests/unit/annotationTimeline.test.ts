// The stretch of an episode that is on screen while it is described, also of an hour's video.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clock,
  frameAt,
  movedTo,
  placeOf,
  showing,
  type Span,
  tiles,
  whole,
  zoomed,
} from '../../src/app/views/data/annotate/timeline';

const HOUR = 108_000;
const kept = Array.from({ length: HOUR / 10 }, (_, i) => 10 * i);

/** Any way through an hour: closer, wider, along, to a moment. */
const moves = fc.array(
  fc.oneof(
    fc.record({ by: fc.double({ min: 0.1, max: 10, noNaN: true }), at: fc.nat(HOUR - 1) }).map(
      ({ by, at }) =>
        (span: Span) =>
          zoomed(span, by, at, HOUR, 10),
    ),
    fc.integer({ min: -HOUR, max: 2 * HOUR }).map((from) => (span: Span) => movedTo(span, from, HOUR)),
    fc.nat(HOUR - 1).map((frame) => (span: Span) => showing(span, frame, HOUR)),
  ),
  { maxLength: 20 },
);

describe('the filmstrip', () => {
  test('however it is moved, it stays inside the episode and asks for no more pictures than are on screen', () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 200, max: 2000 }), (deeds, pixels) => {
        const span = deeds.reduce((s, move) => move(s), whole(HOUR));
        expect(span.from).toBeGreaterThanOrEqual(0);
        expect(span.to).toBeLessThanOrEqual(HOUR + 1e-6);
        expect(span.to - span.from).toBeGreaterThanOrEqual(80 - 1e-6);
        const shown = tiles(span, pixels, kept, HOUR);
        expect(shown.length).toBeLessThanOrEqual(pixels / 60 + 2);
        expect(new Set(shown.map(({ frame }) => frame)).size).toBe(shown.length);
        for (const { frame, left, width } of shown) {
          expect(Number.isInteger(frame) && frame >= 0 && frame < HOUR).toBe(true);
          // The picture is one of those that its place stands for.
          expect(placeOf(span, frame + 0.5)).toBeGreaterThan(left - 1e-6);
          expect(placeOf(span, frame + 0.5)).toBeLessThan(left + width + 1e-6 + (100 * 0.5) / (span.to - span.from));
        }
        expect(shown[0]?.left).toBeLessThanOrEqual(1e-6);
        const last = shown.at(-1);
        expect((last?.left ?? 0) + (last?.width ?? 0)).toBeGreaterThanOrEqual(100 - 1e-6);
      }),
    );
  });

  test('a move along keeps the pictures that stay in sight', () => {
    const span = zoomed(whole(HOUR), 16, 50_000, HOUR, 10);
    const before = tiles(span, 1000, kept, HOUR).map(({ frame }) => frame);
    const after = tiles(movedTo(span, span.from + 0.3 * (span.to - span.from), HOUR), 1000, kept, HOUR);
    expect(after.filter(({ frame }) => before.includes(frame)).length).toBeGreaterThanOrEqual(8);
  });

  test('a zoom keeps its moment where it is, and a page turns to what is out of sight', () => {
    const span = zoomed(whole(HOUR), 8, 30_000, HOUR, 10);
    expect(placeOf(span, 30_000)).toBeCloseTo(placeOf(whole(HOUR), 30_000), 6);
    expect(showing(span, 30_000, HOUR)).toBe(span);
    for (const frame of [0, 107_999]) {
      const turned = showing(span, frame, HOUR);
      expect(frame >= turned.from && frame < turned.to).toBe(true);
      expect(turned.to - turned.from).toBeCloseTo(span.to - span.from, 6);
    }
  });

  test('a place on screen and its frame belong together', () => {
    fc.assert(
      fc.property(fc.nat(299), (frame) => {
        expect(frameAt(whole(300), placeOf(whole(300), frame + 0.5) / 100, 300)).toBe(frame);
      }),
    );
    expect(frameAt(whole(300), -1, 300)).toBe(0);
    expect(frameAt(whole(300), 2, 300)).toBe(299);
  });

  test('times are read as on a clock', () => {
    expect([7, 754, 3723].map((seconds) => clock(seconds))).toEqual(['0:07', '12:34', '1:02:03']);
    expect([0, 59.96, 61.25].map((seconds) => clock(seconds, true))).toEqual(['0:00.0', '0:59.9', '1:01.2']);
  });
});
