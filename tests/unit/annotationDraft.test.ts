// What is kept of descriptions at every letter: little, and enough to have all of them again whatever the library came
// to hold; and which words of a description the model does not read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, endMoved, inOrder, removed, reworded } from '../../src/episodes/annotations/edits';
import type { Segment } from '../../src/episodes/episode';
import { drafted, draftOf } from '../../src/app/state/data/annotationDraft';
import { cutEnds } from '../../src/app/state/data/cutWords';

const frames = 1000;
const film = (count: number): Segment[] =>
  Array.from({ length: count }, (_, i) => ({ from: 10 * i, to: 10 * i + 9, text: `stretch ${i}` }));

const place = fc.nat(frames - 1);
type Edit = (segments: readonly Segment[], number: number) => Segment[];
const edit: fc.Arbitrary<Edit> = fc.oneof(
  place.map(
    (i): Edit =>
      (s, n) =>
        reworded(s, i % Math.max(1, s.length), `words ${n}`).segments,
  ),
  place.map(
    (i): Edit =>
      (s) =>
        removed(s, i % Math.max(1, s.length)).segments,
  ),
  fc.tuple(place, place).map(([from, to]): Edit => {
    return (s, n) => added(s, { from: Math.min(from, to), to: Math.max(from, to), text: `new ${n}` }, frames).segments;
  }),
  fc.tuple(place, place).map(
    ([i, to]): Edit =>
      (s) =>
        endMoved(s, i % Math.max(1, s.length), 'to', to, frames).segments,
  ),
);
const sorted = (segments: readonly Segment[]) =>
  inOrder(segments)
    .map((s) => JSON.stringify(s))
    .toSorted();

describe('a draft of descriptions', () => {
  it('gives what was on screen, whether the library came to hold the last list stored or one on its way', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), fc.nat(7), (edits, sent) => {
        const lists: Segment[][] = [film(6)];
        for (const [i, next] of edits.entries()) lists.push(next(lists.at(-1) ?? [], i));
        const held = [lists[0] ?? [], lists[Math.min(sent, lists.length - 1)] ?? []];
        const now = lists.at(-1) ?? [];
        // As it is read back: other objects with the same content.
        const draft = JSON.parse(JSON.stringify(draftOf(held, now))) as ReturnType<typeof draftOf>;
        for (const stored of held) expect(sorted(drafted(structuredClone(stored), draft))).toEqual(sorted(now));
        // Nor does it matter whether it was recovered before.
        expect(sorted(drafted(now, draft))).toEqual(sorted(now));
      }),
    );
  });

  it('is as small for an hour’s film as for a short one', () => {
    const before = film(10_800);
    const now = reworded(before, 5000, 'a letter more').segments;
    expect(draftOf([before], now)).toEqual({ gone: [before[5000]], put: [now[5000]] });
    expect(drafted(before, draftOf([before], now))).toEqual(now);
  });
});

describe('words that are too long for the model', () => {
  const target = (first: string, second: string) =>
    `Spatial details:\n- img1: ${first}\n- img2: ${second}\nCloser to completion: img2<end>`;

  it('are named by the end that is missing', () => {
    expect(cutEnds(target('cup left', 'cup on the'), ['cup  left ', 'cup on the plate'])).toEqual([null, 'plate']);
    expect(cutEnds(target('caf\uFFFD', 'b'), ['café here', 'b'])).toEqual(['é here', null]);
  });

  it('are not seen in a sample of other words', () => {
    expect(cutEnds(target('cup', 'pot'), ['bowl with a cup', 'pot'])).toEqual([null, null]);
    expect(cutEnds('Closer to completion: img1', ['a', 'b'])).toEqual([null, null]);
  });
});
