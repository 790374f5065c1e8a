// Trivial judges find what is there to be found, and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { brightness, fileSize, meanFlow } from '../../src/evaluation/pictureFeatures';
import { fitSigned, trivialResults, type TrivialPair } from '../../src/evaluation/trivialJudges';

const SIZE = 64;

/** Coarse random blobs, so that blocks can be found again after a shift. */
function texture(seed: number, shiftX = 0, shiftY = 0): Uint8Array {
  const picture = new Uint8Array(SIZE * SIZE * 3);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const [u, v] = [(x - shiftX + 128) >> 1, (y - shiftY + 128) >> 1];
      picture.fill(new Random(seed, u, v).below(256), (y * SIZE + x) * 3, (y * SIZE + x) * 3 + 3);
    }
  }
  return picture;
}

describe('features', () => {
  it('flow says how far and which way the picture moved', () => {
    for (const [dx, dy] of [
      [2, 0],
      [0, -3],
      [-1, 2],
    ] as const) {
      const [right, down] = meanFlow(texture(1), texture(1, dx, dy), SIZE);
      // Blocks at the edge that the picture moves off cannot be found again.
      expect(Math.abs(right - dx)).toBeLessThan(0.8);
      expect(Math.abs(down - dy)).toBeLessThan(0.8);
    }
    expect(meanFlow(texture(2), texture(2), SIZE)).toEqual([0, 0, 0]);
  });

  it('brightness is the mean of each channel, and a plain picture is a small file', async () => {
    const red = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => (i % 3 === 0 ? 255 : 0));
    expect(brightness(red)).toEqual([1, 0, 0]);
    expect(await fileSize(red, SIZE)).toBeLessThan((await fileSize(texture(3), SIZE)) / 10);
  });
});

describe('trivialResults', () => {
  const made = (seed: number, signal: number): TrivialPair[] =>
    Array.from({ length: 400 }, (_, i) => {
      const random = new Random(seed, i);
      return {
        episode: `e${i % 40}`,
        features: { brightness: [signal + random.normal(), random.normal()], 'file size': [random.normal()] },
      };
    });

  it('is right where a feature tells, at chance where none does, and leaves out what is not known', () => {
    const results = trivialResults(made(1, 2), made(2, 2));
    expect(results.map(({ judge }) => judge)).toEqual(['brightness', 'file size']);
    // Two standard deviations ahead: right in 97.7 % of cases.
    expect(results[0]?.accuracy.estimate).toBeGreaterThan(94);
    expect(results[1]?.accuracy.low).toBeLessThan(50);
    expect(results[1]?.accuracy.high).toBeGreaterThan(50);
  });

  it('fits the same weights whatever unit a feature has', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (unit) => {
        const rows = made(5, 0.5).map(({ features }) => features.brightness ?? []);
        const [a, b] = fitSigned(rows);
        const [c, d] = fitSigned(rows.map(([x = 0, y = 0]) => [x * unit, y]));
        expect((c ?? 0) * unit).toBeCloseTo(a ?? NaN, 6);
        expect(d).toBeCloseTo(b ?? NaN, 6);
      }),
      { numRuns: 10 },
    );
  });

  it('gives no weight to a feature that never differs', () => {
    expect(
      fitSigned([
        [0, 1],
        [0, 2],
      ])[0],
    ).toBe(0);
  });
});
