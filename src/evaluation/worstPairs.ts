// The pairs that a model judged worst, so that somebody can look at them: first those wrong in both orders, then those
// answered by position, in each the surest wrong answer first. One of an episode at most, else a single hard episode would
// fill the list.
import type { Answer, Judgement } from './metrics';

/** What is known of a pair that can be looked at again. */
export interface ShownPair {
  /** Id, name and task sentence of the episode. */
  readonly episode: string;
  readonly name: string;
  readonly task: string;
  /** Earlier and later raw frame. */
  readonly frames: readonly [number, number];
  readonly window: number;
}

export interface WorstPair extends ShownPair {
  /** What was answered with the earlier picture first (right: `img2`), and with the pictures swapped (right: `img1`). */
  readonly forward: Answer;
  readonly reverse: Answer;
}

/** How many a report holds at most. */
const most = 8;

/** @param pairs of the rows, in their order; those of which nothing is known to look at are passed over */
export function worstPairs(rows: readonly Judgement[], pairs: readonly (ShownPair | null)[]): WorstPair[] {
  const wrong = rows
    .flatMap((row, i) => {
      const pair = pairs[i];
      const mistakes = (row.forward === 'img2' ? 0 : 1) + (row.reverse === 'img1' ? 0 : 1);
      return pair && mistakes > 0 ? [{ row, pair, mistakes, margin: marginOf(row) }] : [];
    })
    .sort((a, b) => b.mistakes - a.mistakes || a.margin - b.margin);
  const episodes = new Set<string>();
  const found: WorstPair[] = [];
  for (const { row, pair } of wrong) {
    if (found.length === most) break;
    if (episodes.has(pair.episode)) continue;
    episodes.add(pair.episode);
    const { episode, name, task, frames, window } = pair;
    found.push({ episode, name, task, frames, window, forward: row.forward, reverse: row.reverse });
  }
  return found;
}

/** Logits by which the surer wrong answer misses the right one; 0 without logits. */
function marginOf({ scoreForward, scoreReverse }: Judgement): number {
  const margin = Math.min(scoreForward, -scoreReverse);
  return Number.isFinite(margin) ? margin : 0;
}
