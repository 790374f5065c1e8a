// Two cures that need no training, as transforms of judgements: averaging the answers of both orders, and taking one
// constant off every logit. Each closes the gap by construction, which is why a method that claims to see must beat both
// in accuracy and not in the gap.
import type { Answer, Judgement } from './metrics';

/**
 * Swap-averaged inference: half the difference of both orders' logits decides both answers, so no pair can flip. An
 * exact tie, or a pair without logits, gives no answer.
 */
export function swapAveraged(rows: readonly Judgement[]): Judgement[] {
  return rows.map((row) => {
    const score = (row.scoreForward - row.scoreReverse) / 2;
    return rejudged(row, score, -score, 0);
  });
}

/**
 * The constant to take off every logit so that most answers of validation pairs are right, in logits; null without
 * scored pairs. Among equally good constants the middle of the range nearest to the mean offset.
 */
export function bestOffset(validation: readonly Judgement[]): number | null {
  const scored = validation.filter(isScored);
  if (scored.length === 0) return null;
  // A forward answer is right above the offset, a reverse answer below it; walk the offset up through all logits.
  const steps = scored
    .flatMap((row) => [
      { at: row.scoreForward, change: -1 },
      { at: row.scoreReverse, change: 1 },
    ])
    .sort((a, b) => a.at - b.at);
  const mean = scored.reduce((sum, row) => sum + row.scoreForward + row.scoreReverse, 0) / (2 * scored.length);
  const margin = 1;
  let right = scored.length;
  let best = { right, offset: (steps[0]?.at ?? 0) - margin };
  steps.forEach((step, i) => {
    right += step.change;
    const next = steps[i + 1]?.at ?? step.at + 2 * margin;
    if (next === step.at) return;
    const offset = (step.at + next) / 2;
    const nearer = Math.abs(offset - mean) < Math.abs(best.offset - mean);
    if (right > best.right || (right === best.right && nearer)) best = { right, offset };
  });
  return best.offset;
}

/** Bias-only recalibration: the same judgements with `offset` taken off every logit. */
export function recalibrated(rows: readonly Judgement[], offset: number): Judgement[] {
  return rows.map((row) => rejudged(row, row.scoreForward, row.scoreReverse, offset));
}

/** Into how many parts episodes fall where the constant is chosen on the others of the same judgements. */
const recalibrationParts = 5;

export interface CrossFitted {
  readonly rows: Judgement[];
  /** Mean of the parts' constants, in logits. */
  readonly offset: number;
  readonly parts: number;
}

/**
 * Recalibration without validation pairs: the episodes fall into parts, and each part's constant is the best one for the
 * other parts, so that no pair helps to choose its own. It knows the very episodes' kind, which makes it the stronger of
 * the two baselines. Null without scored pairs of at least two episodes.
 */
export function crossFitted(rows: readonly Judgement[]): CrossFitted | null {
  const episodes = [...new Set(rows.filter(isScored).map((row) => row.episode))].sort();
  const parts = Math.min(recalibrationParts, episodes.length);
  if (parts < 2) return null;
  const partOf = new Map(episodes.map((episode, i) => [episode, i % parts]));
  const offsets = Array.from(
    { length: parts },
    (_, part) => bestOffset(rows.filter((row) => partOf.get(row.episode) !== part)) ?? 0,
  );
  return {
    rows: rows.map((row) =>
      rejudged(row, row.scoreForward, row.scoreReverse, offsets[partOf.get(row.episode) ?? 0] ?? 0),
    ),
    offset: offsets.reduce((sum, offset) => sum + offset, 0) / parts,
    parts,
  };
}

function rejudged(row: Judgement, forward: number, reverse: number, offset: number): Judgement {
  const scored = isScored(row);
  return {
    ...row,
    forward: scored ? answerOf(forward - offset) : 'invalid',
    reverse: scored ? answerOf(reverse - offset) : 'invalid',
    scoreForward: forward - offset,
    scoreReverse: reverse - offset,
  };
}

function answerOf(score: number): Answer {
  if (score === 0) return 'invalid';
  return score > 0 ? 'img2' : 'img1';
}

function isScored(row: Judgement): boolean {
  return Number.isFinite(row.scoreForward) && Number.isFinite(row.scoreReverse);
}
