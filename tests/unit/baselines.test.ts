import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { bestOffset, crossFitted, recalibrated, swapAveraged } from '../../src/evaluation/baselines';
import { summarise, type Judgement } from '../../src/evaluation/metrics';
import { collapseSentence, verdict } from '../../src/evaluation/verdict';

/** A judge that sees `content` logits, adds `bias` logits for the second position, and some noise. */
function judged(episodes: number, pairs: number, content: number, bias: number, seed = 1): Judgement[] {
  const random = new Random(seed);
  return Array.from({ length: episodes * pairs }, (_, i) =>
    scored(`${i % episodes}`, content + bias + random.normal(), -content + bias + random.normal()),
  );
}

function scored(episode: string, scoreForward: number, scoreReverse: number): Judgement {
  const answer = (score: number): 'img1' | 'img2' => (score > 0 ? 'img2' : 'img1');
  const said = { forward: answer(scoreForward), reverse: answer(scoreReverse) };
  return { episode, template: 't', category: 'c', window: 8, ...said, scoreForward, scoreReverse };
}

const rows = fc.array(
  fc
    .tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 }))
    .map(([f, r]) => scored('e', f / 8, r / 8)),
  { minLength: 1, maxLength: 40 },
);

describe('swap-averaged inference', () => {
  it('never flips, whatever the model says', () => {
    fc.assert(
      fc.property(rows, (judgements) => {
        expect(summarise(swapAveraged(judgements))).toMatchObject({ gap: 0, flipRate: 0 });
      }),
    );
  });

  it('recovers what a biased judge sees', () => {
    const biased = judged(20, 20, 1.5, 6);
    expect(summarise(biased)?.gap).toBeGreaterThan(90);
    expect(summarise(swapAveraged(biased))?.average).toBeGreaterThan(95);
  });

  it('gives no answer on a tie and without logits', () => {
    const [tie, wordless] = swapAveraged([scored('e', 2, 2), { ...scored('e', 1, -1), scoreForward: NaN }]);
    expect([tie?.forward, tie?.reverse]).toEqual(['invalid', 'invalid']);
    expect([wordless?.forward, wordless?.reverse]).toEqual(['invalid', 'invalid']);
  });
});

describe('bias-only recalibration', () => {
  it('is never worse than no recalibration on the pairs it was fitted to', () => {
    fc.assert(
      fc.property(rows, (judgements) => {
        const after = summarise(recalibrated(judgements, bestOffset(judgements) ?? 0))?.average ?? 0;
        for (const offset of [0, -1.03, 0.51, 2.3, 7]) {
          expect(after).toBeGreaterThanOrEqual((summarise(recalibrated(judgements, offset))?.average ?? 0) - 1e-9);
        }
      }),
    );
  });

  it('finds the bias on validation pairs and removes it on others', () => {
    const offset = bestOffset(judged(10, 40, 1.5, 6, 1));
    expect(offset).toBeGreaterThan(5.4);
    expect(offset).toBeLessThan(6.6);
    expect(summarise(recalibrated(judged(20, 20, 1.5, 6, 2), offset ?? 0))?.gap).toBeLessThan(20);
  });

  it('never lets an episode choose its own offset', () => {
    // Two episodes that lean opposite ways: its own constant would help either, that of the other harms it.
    const one = judged(1, 40, 1.5, 3, 1).map((row) => ({ ...row, episode: 'one' }));
    const odd = judged(1, 40, 1.5, -3, 2).map((row) => ({ ...row, episode: 'odd' }));
    const fitted = crossFitted([...one, ...odd]);
    expect(fitted?.parts).toBe(2);
    for (const name of ['one', 'odd']) {
      expect(summarise(fitted?.rows.filter(({ episode }) => episode === name) ?? [])?.average).toBeLessThan(55);
    }
    // Where all lean alike it mends them all.
    const alike = crossFitted(judged(10, 40, 1.5, 3, 1));
    expect(alike?.offset).toBeCloseTo(3, 0);
    expect(summarise(alike?.rows ?? [])?.average).toBeGreaterThan(88);
    expect(crossFitted(odd)).toBeNull();
  });

  it('has no offset without scored pairs', () => {
    expect(bestOffset([])).toBeNull();
    expect(bestOffset([{ ...scored('e', 1, 1), scoreReverse: NaN }])).toBeNull();
  });
});

describe('verdict', () => {
  it('names a collapse and its direction', () => {
    const found = verdict(judged(20, 20, 1.5, 9), 1);
    expect(found.kind).toBe('collapse');
    expect(found.sentence).toMatch(/answers by position: it names the second picture always/);
    expect(found.sentence).toMatch(/20 episodes \(400 pairs\)\.$/);
    expect(verdict(judged(20, 20, 0, -9), 1).sentence).toMatch(/names the first picture/);
  });

  it('names no collapse for a model that names both positions', () => {
    const summary = summarise(judged(5, 20, 2, 0));
    expect(summary && collapseSentence(summary)).toBeNull();
  });

  it('gives figures but no verdict for too few episodes', () => {
    const found = verdict(judged(4, 30, 3, 0), 1);
    expect(found.kind).toBe('too-few');
    expect(found.sentence).toMatch(/Only 4 episodes \(120 pairs\).*too few episodes/);
    expect(found.sentence).not.toMatch(/\[/);
  });

  it('refuses a verdict at chance, and still says where answers lean', () => {
    const fair = verdict(judged(20, 40, 0, 0), 1);
    expect(fair.kind).toBe('at-chance');
    expect(fair.sentence).toMatch(/no verdict/);
    const leaning = verdict(judged(20, 40, 0, 0.7), 1);
    expect(leaning.kind).toBe('at-chance');
    expect(leaning.sentence).toMatch(/leans to the second picture by \d+(\.\d)? points\.$/);
  });

  it('follows the template where there is something to say', () => {
    const found = verdict(judged(20, 40, 1.2, 0.6), 1);
    expect(found.kind).toBe('measured');
    expect(found.sentence).toMatch(
      /^On 20 episodes \(800 pairs\) it is right in both orders for [\d.]+ % \[[\d.]+, [\d.]+\] of the pairs\. For [\d.]+ % \[[\d.]+, [\d.]+\] it names the same place both times, .* It leans to the second picture by [\d.]+ points\.$/,
    );
  });

  it('does not deny a lean at the ceiling', () => {
    const found = verdict(judged(20, 40, 6, 0), 1);
    expect(found.kind).toBe('ceiling');
    expect(found.sentence).toMatch(/small lean would not show/);
  });

  it('counts unreadable answers aloud and copes with nothing', () => {
    const unread = judged(20, 40, 2, 0).map((row, i) => (i % 4 === 0 ? { ...row, forward: 'invalid' as const } : row));
    expect(verdict(unread, 1).sentence).toMatch(/cannot be read in 25 % of them/);
    expect(verdict([], 1).kind).toBe('empty');
    const mute = unread.map((row) => ({ ...row, forward: 'invalid' as const, reverse: 'invalid' as const }));
    expect(verdict(mute, 1).sentence).toMatch(/None of its answers could be read/);
  });
});
