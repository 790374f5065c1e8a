import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact } from '../../src/batches/compact';
import type { Batch } from '../../src/batches/batch';
import { tinyConfig } from '../tinyTraining';
import { madeBatch } from '../../src/training/workload';

const config = tinyConfig();

/** What is learnt, as text: each supervised token, what it follows, its weight and whether it judges. */
function learnt({ tokens, lengths, positions, labels, weights, judgement }: Batch): string[] {
  const length = tokens.length / lengths.length;
  return [...positions].flatMap((position, m) => {
    if (weights[m] === 0) return [];
    const sample = Math.floor(position / length);
    const before = tokens.slice(sample * length, position + 1).join(' ');
    return [`${sample}: ${before} > ${labels[m]} (${weights[m]}, ${judgement[m]})`];
  });
}

describe('a batch without its padding', () => {
  it('teaches the same of the same samples, and is no larger than it must be', () => {
    fc.assert(
      fc.property(fc.constantFrom('cot', 'tag'), fc.integer({ min: 1, max: 4 }), fc.nat(99), (kind, pairs, seed) => {
        const batch = madeBatch(config, kind, pairs, seed);
        const small = compact(batch);
        expect(learnt(small)).toEqual(learnt(batch));
        expect(small.tokens.length).toBe(batch.lengths.length * Math.max(...batch.lengths));
        expect([...small.weights].every((weight) => weight !== 0)).toBe(true);
        expect(small.images).toBe(batch.images);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps the judgement of every sample also where it has no weight, and one place where nothing is learnt', () => {
    const batch = madeBatch(config, 'cot', 3, 1);
    const unweighted = { ...batch, weights: batch.weights.map((w, m) => (batch.judgement[m] === 1 ? 0 : w)) };
    expect([...compact(unweighted).judgement].filter((judged) => judged === 1)).toHaveLength(6);
    const nothing = { ...batch, weights: batch.weights.map(() => 0), judgement: batch.judgement.map(() => 0) };
    expect(compact(nothing).positions).toHaveLength(1);
  });
});
