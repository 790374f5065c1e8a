// Whether an answer repeats when it is drawn again. For a forced choice this is exact and needs no drawing: with the
// probability p of the second image, two draws at temperature 1 agree with p² + (1 − p)². For written answers repeats must
// be drawn, and their agreement is counted. Disagreement between orders means little below disagreement between repeats.
import { clusterMean, type ClusterMean } from './clusterMean';
import type { Answer, Judgement } from './metrics';

/** Means are percentages, with the episode as the cluster. */
export interface Stability {
  /** `logits`: exact for draws at temperature 1; `drawn`: counted over repeated answers. */
  readonly from: 'logits' | 'drawn';
  /** Fewest repeats of one question; null where exact. */
  readonly repeats: number | null;
  readonly pairs: number;
  /** Chance that two draws of the same question give the same answer; an unreadable one agrees with none. */
  readonly agreement: ClusterMean;
  /** Chance that one draw of each order names the same frame. */
  readonly consistency: ClusterMean;
  /** Chance that one draw of each order is right in both. */
  readonly bothRight: ClusterMean;
}

interface Chances {
  agreement: number;
  consistency: number;
  bothRight: number;
}

/** Stability of the rows: of drawn repeats where there are any, else of the logits; null where there are neither. */
export function stability(rows: readonly Judgement[]): Stability | null {
  const drawn = rows.filter((row) => Math.min(repeatsOf(row).forward.length, repeatsOf(row).reverse.length) > 1);
  if (drawn.length > 0) {
    const repeats = Math.min(...drawn.flatMap((row) => [repeatsOf(row).forward.length, repeatsOf(row).reverse.length]));
    return summarised(drawn, (row) => drawnChances(repeatsOf(row)), { from: 'drawn', repeats });
  }
  const scored = rows.filter((row) => Number.isFinite(row.scoreForward) && Number.isFinite(row.scoreReverse));
  return summarised(scored, (row) => exactChances(row), { from: 'logits', repeats: null });
}

function repeatsOf(row: Judgement): NonNullable<Judgement['repeats']> {
  return row.repeats ?? { forward: [], reverse: [] };
}

function summarised(
  rows: readonly Judgement[],
  chancesOf: (row: Judgement) => Chances,
  facts: Pick<Stability, 'from' | 'repeats'>,
): Stability | null {
  const chances = rows.map((row) => ({ episode: row.episode, ...chancesOf(row) }));
  const of = (name: keyof Chances): ClusterMean | null =>
    clusterMean(chances.map((chance) => [chance.episode, 100 * chance[name]] as const));
  const [agreement, consistency, bothRight] = [of('agreement'), of('consistency'), of('bothRight')];
  if (agreement === null || consistency === null || bothRight === null) return null;
  return { ...facts, pairs: rows.length, agreement, consistency, bothRight };
}

function exactChances(row: Judgement): Chances {
  const [forward, reverse] = [sigmoid(row.scoreForward), sigmoid(row.scoreReverse)];
  const bothRight = forward * (1 - reverse);
  const same = (p: number): number => p * p + (1 - p) * (1 - p);
  return {
    agreement: (same(forward) + same(reverse)) / 2,
    consistency: bothRight + (1 - forward) * reverse,
    bothRight,
  };
}

function drawnChances({ forward, reverse }: NonNullable<Judgement['repeats']>): Chances {
  const shares = (answers: readonly Answer[]): { img1: number; img2: number } => ({
    img1: answers.filter((answer) => answer === 'img1').length / answers.length,
    img2: answers.filter((answer) => answer === 'img2').length / answers.length,
  });
  const [f, r] = [shares(forward), shares(reverse)];
  const bothRight = f.img2 * r.img1;
  return {
    agreement: (repeatAgreement(forward) + repeatAgreement(reverse)) / 2,
    consistency: bothRight + f.img1 * r.img2,
    bothRight,
  };
}

/**
 * Share of the pairs of repeats of one question that agree, 0 to 1: an unbiased estimate for two draws however many were
 * made. Unreadable answers agree with nothing.
 */
export function repeatAgreement(answers: readonly Answer[]): number {
  const count = (name: Answer): number => answers.filter((answer) => answer === name).length;
  const pairs = (n: number): number => (n * n - n) / 2;
  return (pairs(count('img1')) + pairs(count('img2'))) / pairs(answers.length);
}

/** P(second) of a logit. */
export function sigmoid(score: number): number {
  return score >= 0 ? 1 / (1 + Math.exp(-score)) : Math.exp(score) / (1 + Math.exp(score));
}
