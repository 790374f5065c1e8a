// Whose answers a report holds and what was asked: enough to measure the same again, and to see that two reports are not
// about the same. And the answers themselves, pair by pair.
import type { Recipe } from '../training/recipe';
import type { Judged } from './evaluate';
import type { Answer } from './metrics';

export interface Provenance {
  model: {
    /** As the studio calls it. */
    label: string;
    /** Id of the run and of its checkpoint; null for a model that comes with the studio, and for a run at work. */
    run: string | null;
    checkpoint: string | null;
    step: number;
    /** SHA-256 of the weights as 32-bit numbers in the order of the checkpoint; null where it was not taken. */
    weights: string | null;
    /** What it was trained by. */
    recipe: Recipe;
  };
  /** What it was measured by: source, sampling with its split, seed, and numbers of pairs. */
  recipe: Recipe;
  /** Of the episodes of the source, judged or not: the same data or not. */
  dataHash: string;
}

/** One pair in both orders: forward shows the earlier frame first. */
export interface PairAnswer {
  episode: string;
  /** Earlier and later raw frame; null where nothing is known of them. */
  frames: readonly [number, number] | null;
  window: number;
  template: string;
  forward: Answer;
  reverse: Answer;
  /** Logit of img2 minus logit of img1 in each order; null where the answer was written only. */
  logits: readonly [forward: number, reverse: number] | null;
}

export function answersOf({ rows, pairs = [] }: Judged): PairAnswer[] {
  return rows.map(({ episode, window, template, forward, reverse, scoreForward, scoreReverse }, i) => {
    const isScored = Number.isFinite(scoreForward) && Number.isFinite(scoreReverse);
    const logits = isScored ? ([scoreForward, scoreReverse] as const) : null;
    return { episode, frames: pairs[i]?.frames ?? null, window, template, forward, reverse, logits };
  });
}
