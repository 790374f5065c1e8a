// Made-up stretches of an episode for tests of descriptions.
import fc from 'fast-check';
import type { Segment } from '../../src/episodes/episode';

/** Any stretch of an episode of that many frames: with and without words, with and without progress. */
export const madeSegment = (frameCount: number): fc.Arbitrary<Segment> =>
  fc
    .record({
      ends: fc.tuple(fc.nat(frameCount - 1), fc.nat(frameCount - 1)),
      text: fc.oneof(fc.constant(''), fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 })),
      progress: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    })
    .map(({ ends: [a, b], text, progress }): Segment => {
      const stretch = { from: Math.min(a, b), to: Math.max(a, b), text };
      return progress === undefined ? stretch : { ...stretch, progress: progress === 0 ? 0 : progress };
    });
