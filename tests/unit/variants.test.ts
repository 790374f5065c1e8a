// The choice of variants: by measurement, by the adapter's nature, never one that is switched off or that the adapter cannot
// run; and the arithmetic of the measuring run.
import { afterEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { differenceFrom, fastest } from '../../src/gpu/tuning';
import type { AdapterTraits } from '../../src/gpu/traits';
import type { Candidate } from '../../src/gpu/variants';
import {
  chooseVariant,
  forceVariant,
  forgetVariants,
  switchedOff,
  switchOff,
  variantFor,
} from '../../src/gpu/variants';
import { candidatesFor, splitsOf } from '../../src/kernels/linear/shapes';

const hardware: AdapterTraits = { software: false, f16: true, subgroups: true, key: 'a card' };
const software: AdapterTraits = { software: true, f16: false, subgroups: true, key: 'a processor' };
const CANDIDATES: readonly Candidate[] = [
  { name: 'quads', suits: 'software', needs: ['subgroups'] },
  { name: 'tiles', suits: 'hardware' },
  { name: 'halves', suits: 'hardware', needs: ['f16'], onlyTuned: true },
  { name: 'plain', suits: 'software' },
];
const choose = (traits: AdapterTraits, sizeClass = 'small') => variantFor('product', sizeClass, CANDIDATES, traits);

afterEach(() => {
  forceVariant('product', null);
  forgetVariants();
});

describe('a variant is chosen', () => {
  test('by the nature of the adapter', () => {
    expect(choose(hardware)).toBe('tiles');
    expect(choose(software)).toBe('quads');
    expect(choose({ ...software, subgroups: false })).toBe('plain');
  });

  test('by measurement, for its size class alone, and only where the adapter can run it', () => {
    chooseVariant('product', 'small', 'halves');
    expect(choose(hardware)).toBe('halves');
    expect(choose(hardware, 'large')).toBe('tiles');
    expect(choose({ ...hardware, f16: false })).toBe('tiles');
  });

  test('never when it is switched off, whoever asks; the reference remains', () => {
    switchOff('product', 'tiles', 'It was wrong.');
    switchOff('product', 'halves', 'It was wrong too.');
    chooseVariant('product', 'small', 'tiles');
    forceVariant('product', 'halves');
    expect(choose(hardware)).toBe('plain');
    expect(switchedOff().map(({ why }) => why)).toEqual(['It was wrong.', 'It was wrong too.']);
  });

  test('by force in tests', () => {
    forceVariant('product', 'plain');
    expect(choose(hardware)).toBe('plain');
  });
});

test('the fastest is stable against noise of three in a hundred', () => {
  expect(fastest([])).toBeNull();
  expect(
    fastest([
      { variant: 'a', time: 1 },
      { variant: 'b', time: 0.98 },
    ]),
  ).toBe('a');
  expect(
    fastest([
      { variant: 'a', time: 1 },
      { variant: 'b', time: 0.9 },
    ]),
  ).toBe('b');
});

test('a difference is relative to the largest number, and infinite where a number is not finite', () => {
  const numbers = Float32Array.of(1, -4);
  expect(differenceFrom(numbers, Float32Array.of(1, -3))).toBeCloseTo(0.25);
  expect(differenceFrom(numbers, Float32Array.of(NaN, -4))).toBe(Infinity);
  expect(differenceFrom(numbers, Float32Array.of(1))).toBe(Infinity);
});

test('the reference of products fits all sizes, and ranges of K are never shorter than 128', () => {
  const side = fc.integer({ min: 1, max: 3000 });
  fc.assert(
    fc.property(side, side, side, fc.boolean(), fc.boolean(), (m, n, k, aTransposed, bTransposed) => {
      const sides = { m, n, k, aTransposed, bTransposed };
      const candidates = candidatesFor(sides);
      expect(candidates.at(-1)?.name).toBe('single');
      for (const candidate of candidates) {
        const splits = splitsOf(sides, candidate.layout(sides));
        expect(splits === 1 || k / splits >= 128).toBe(true);
      }
    }),
  );
});

test('operands rounded to f16 keep a product within 2e-3 of its largest number', () => {
  // The rounding that linearHalf.wgsl applies: to nearest with 11 bits, multiplied and added as f32.
  const rounded = (x: number) => {
    const unit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -14))) - 10);
    return Math.round(x / unit) * unit;
  };
  const operand = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(operand, operand), { minLength: 1, maxLength: 800 }), (pairs) => {
      const exact = pairs.reduce((sum, [x, y]) => sum + x * y, 0);
      const halves = pairs.reduce((sum, [x, y]) => Math.fround(sum + Math.fround(rounded(x) * rounded(y))), 0);
      const size = pairs.reduce((sum, [x, y]) => sum + Math.abs(x * y), 0);
      expect(Math.abs(halves - exact)).toBeLessThanOrEqual(1e-3 * size + 1e-6 * pairs.length);
    }),
  );
});
