// Pairs judged in both orders, counted: how many answers followed the position, and what a lesson has thereby reached.
import type { Answer } from '../../workers/gpuApi';

type Place = Answer['answer'];

/** What judging pairs in both orders has shown so far. */
export interface Tally {
  readonly pairs: number;
  /** Pairs whose answer named the same position in both orders. */
  readonly followed: number;
  readonly forwardRight: number;
  readonly reverseRight: number;
  readonly bothRight: number;
  /** Of each pair: with the earlier picture first, then swapped. */
  readonly answers: readonly (readonly [Place, Place])[];
}

export const noTally: Tally = { pairs: 0, followed: 0, forwardRight: 0, reverseRight: 0, bothRight: 0, answers: [] };

/** One pair more. */
export function counted(tally: Tally, asFilmed: Place, swapped: Place): Tally {
  const [forward, reverse] = [asFilmed === 'img2', swapped === 'img1'];
  return {
    pairs: tally.pairs + 1,
    followed: tally.followed + (asFilmed === swapped ? 1 : 0),
    forwardRight: tally.forwardRight + (forward ? 1 : 0),
    reverseRight: tally.reverseRight + (reverse ? 1 : 0),
    bothRight: tally.bothRight + (forward && reverse ? 1 : 0),
    answers: [...tally.answers, [asFilmed, swapped]],
  };
}

/** How far a lesson has come: most answers still follow the position, most pairs are right in both orders, or neither. */
export type Reached = 'start' | 'between' | 'learned';

export function reachedBy({ pairs, followed, bothRight }: Tally): Reached {
  if (bothRight >= 0.7 * pairs) return 'learned';
  return followed >= 0.7 * pairs ? 'start' : 'between';
}
