import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proposeDownsample } from '../../src/episodes/downsampling';
import { findTrim } from '../../src/pairs/trim';

const SIDE = 16;

/** A bright hand of 3 × 3 cells at a place in [0, 1] on a dark table, as a signature. */
function hand(place: number): Float32Array {
  const cells = new Float32Array(SIDE * SIDE);
  const centre = place * (SIDE - 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const near = Math.max(0, 2 - Math.max(Math.abs(x - centre - 1), Math.abs(y - centre - 1)));
      cells[y * SIDE + x] = 5 * near;
    }
  }
  return cells;
}

/** Waits, works to and fro, lets go, moves away, waits. */
function recording(idle: number, work: number, rest: number, retreat: number, still: number) {
  const places: number[] = Array.from({ length: idle }, () => 0.1);
  for (let i = 0; i < work; i++) places.push(0.5 - 0.4 * Math.cos((i / work) * 4 * Math.PI));
  for (let i = 0; i < rest; i++) places.push(0.1);
  const done = places.length - 1;
  for (let i = 1; i <= retreat; i++) places.push(0.1 + (0.8 * i) / retreat);
  for (let i = 0; i < still; i++) places.push(0.9);
  return { signatures: places.map(hand), done };
}

describe('findTrim', () => {
  test('cuts still ends and the retreat', () => {
    const { signatures, done } = recording(6, 60, 2, 7, 3);
    const trim = findTrim(signatures);
    expect(Math.abs(trim.start - 6)).toBeLessThanOrEqual(1);
    expect(Math.abs(trim.end - done)).toBeLessThanOrEqual(2);
  });

  test('a long still end is cut even where it is half of the recording', () => {
    const { signatures, done } = recording(0, 40, 2, 4, 46);
    expect(Math.abs(findTrim(signatures).end - done)).toBeLessThanOrEqual(6);
  });

  test('nothing that moves, or too little of it: the whole', () => {
    expect(findTrim(Array.from({ length: 40 }, () => hand(0.3)))).toEqual({ start: 0, end: 39 });
    expect(findTrim([hand(0), hand(0.5), hand(1)])).toEqual({ start: 0, end: 2 });
    // It leaves the first picture by more than is just visible, the last by less.
    const trembling = [...Array.from({ length: 5 }, () => 0.5), 0.524, ...Array.from({ length: 10 }, () => 0.512)];
    expect(findTrim(trembling.map(hand))).toEqual({ start: 0, end: 15 });
    expect(findTrim([])).toEqual({ start: 0, end: -1 });
  });

  test('law: a proposal lies within the recording', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 60 }), (places) => {
        const { start, end } = findTrim(places.map(hand));
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThan(places.length);
        expect(end).toBeGreaterThanOrEqual(start);
      }),
      { numRuns: 200 },
    );
  });
});

describe('proposeDownsample', () => {
  test('long recordings keep the usual ten without a word', () => {
    expect(proposeDownsample(900, 30)).toEqual({ factor: 10, why: null });
  });

  test('short and sped-up ones get less, and why', () => {
    expect(proposeDownsample(95, 60)).toEqual({
      factor: 3,
      why: 'Only 95 frames (1.6 s): of these, one of every 10 would leave 10, so every third frame is used.',
    });
    expect(proposeDownsample(32, null).factor).toBe(1);
  });

  test('law: at least 24 frames are kept where there are that many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (count) => {
        const { factor } = proposeDownsample(count, null);
        expect(Math.ceil(count / factor)).toBeGreaterThanOrEqual(Math.min(count, 24));
        expect(factor).toBeLessThanOrEqual(10);
      }),
    );
  });
});
