// How likely it is that the task is done at a frame. A pair judge is not asked for this; what it says about the first frame
// against this one grows along the way and is turned into a chance by a logistic curve.
import { score, type CriticReading } from './reading';

export interface DoneRule {
  /** The logit against the first frame at which done is as likely as not, and the steepness about it. */
  middle: number;
  slope: number;
}

/**
 * Fitted on validation episodes of the simulator: last frames of successes against last frames of failures and frames from
 * the middle, as many of each (`npm run experiment -- reward`; the page says how well it tells them apart).
 */
export const DONE_RULE: DoneRule = { middle: 14.9, slope: 2.8 };

/** [T] chance that the task is done at each frame, 0 … 1. */
export function doneChance(
  { fromStart }: Pick<CriticReading, 'fromStart'>,
  rule = DONE_RULE,
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: fromStart.shown.length + 1 }, (_, t) => {
    const logit = t === 0 ? 0 : score(fromStart, t - 1);
    return 1 / (1 + Math.exp(-rule.slope * (logit - rule.middle)));
  });
}

/** One-dimensional logistic regression by Newton's steps. @param labels 1 for done */
export function fitDone(logits: readonly number[], labels: readonly (0 | 1)[]): DoneRule {
  const mean = logits.reduce((sum, x) => sum + x, 0) / logits.length;
  let [slope, offset] = [0, 0];
  for (let i = 0; i < 50; i++) {
    // A little ridge keeps perfectly separable data finite.
    let [gs, go, ss, so, oo] = [-1e-3 * slope, 0, 1e-3, 0, 1e-6];
    logits.forEach((raw, n) => {
      const x = raw - mean;
      const p = 1 / (1 + Math.exp(-(slope * x + offset)));
      const [miss, weight] = [(labels[n] ?? 0) - p, p * (1 - p)];
      gs += miss * x;
      go += miss;
      ss += weight * x * x;
      so += weight * x;
      oo += weight;
    });
    const determinant = ss * oo - so * so;
    slope += (oo * gs - so * go) / determinant;
    offset += (ss * go - so * gs) / determinant;
  }
  return { middle: mean - offset / slope, slope };
}
