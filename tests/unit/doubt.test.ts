import { describe, expect, it } from 'vitest';
import { BatchMaker, measureLimits } from '../../src/batches/batchMaker';
import { simulate } from '../../src/episodes/simulator/simulate';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { DESCRIBED } from '../../src/samples/details';
import { pairDetails } from '../../src/samples/pairDetails';
import { madeSource } from './episodeFixtures';
import { shippedTokenizer } from './tokenizerFiles';

const tokenizer = shippedTokenizer();
const episodes = Array.from({ length: 12 }, (_, i) => simulate(3, i).episode);
const stream = new PairStream(episodes, PAPER_SAMPLING, 1, madeSource());
const maker = new BatchMaker(
  tokenizer,
  madeSource(),
  { imageSize: 8, tokensPerImage: 4 },
  1,
  measureLimits(tokenizer, episodes),
);
const plan = { kind: 'cot', order: 'both', pairs: 40, judgementWeight: 1, easing: null } as const;
const pairs = await Promise.all(Array.from({ length: 40 }, (_, i) => stream.trainingPair(i, null, DESCRIBED)));

describe('doubtful descriptions', () => {
  it('are those of the frames themselves where there is no doubt', () => {
    for (const [i, pair] of pairs.entries()) {
      const { texts, doubtful } = pairDetails(pair, 1, i, 0);
      expect(doubtful).toBe(false);
      const half = pairDetails(pair, 1, i, 0.5);
      if (!half.doubtful) expect(half.texts).toEqual(texts);
    }
  });

  it('are as many as the share says, and half of them are of other moments', () => {
    const shares = [0.3, 0.9].map((share) => {
      const drawn = Array.from({ length: 600 }, (_, i) => pairDetails(pairs[i % 40] as never, 1, i, share));
      return drawn.filter(({ doubtful }) => doubtful).length / 600;
    });
    expect(shares[0]).toBeCloseTo(0.3, 1);
    expect(shares[1]).toBeCloseTo(0.9, 1);
    // Two moments may well be described alike, so fewer than half of the texts differ.
    const differing = Array.from({ length: 600 }, (_, i) => {
      const pair = pairs[i % 40] as never;
      return pairDetails(pair, 1, i, 0.999).texts[0] !== pairDetails(pair, 1, i, 0).texts[0];
    }).filter(Boolean).length;
    expect(differing / 600).toBeGreaterThan(0.2);
    expect(differing / 600).toBeLessThan(0.55);
  });

  it('are read and not learnt, while the judgement after them is learnt in both orders', async () => {
    const batch = await maker.training(stream, { ...plan, doubt: 0.5 }, 0);
    const sure = await maker.training(stream, plan, 0);
    const targetsOf = (of: typeof batch, sample: number) => {
      const length = of.tokens.length / of.lengths.length;
      return [...of.positions].filter((p, m) => of.weights[m] !== 0 && Math.floor(p / length) === sample).length;
    };
    expect([...batch.judgement].filter((judged) => judged === 1)).toHaveLength(80);
    const cue = tokenizer.encode('Closer to completion: ').length;
    let doubtful = 0;
    pairs.forEach((pair, i) => {
      const unsure = pairDetails(pair, 1, i, 0.5).doubtful;
      doubtful += Number(unsure);
      for (const sample of [2 * i, 2 * i + 1]) {
        // The cue, the answer and the end.
        if (unsure) expect(targetsOf(batch, sample)).toBe(cue + 2);
        else expect(targetsOf(batch, sample)).toBe(targetsOf(sure, sample));
      }
    });
    expect(doubtful).toBeGreaterThan(8);
  });
});
