// In which order a quiz asks. Each pair comes twice, once in each order, and so far apart that the first answer is not
// simply repeated. Pairs come in blocks of a dozen, one of each window, so that a quiz that is left early has still asked
// about most of its pairs in both orders, and about all windows.
import { Random } from '../../../base/random';

export interface Question {
  /** Number of the pair in the quiz. */
  readonly pair: number;
  /** Forward shows the earlier moment first. */
  readonly order: 'forward' | 'reverse';
}

/** Pairs of a block; one of each window from 5 to 16. */
export const BLOCK = 12;
/** A rest of fewer pairs goes into the block before it: alone they would come again too soon. */
const LEAST_BLOCK = 4;

/**
 * All questions about pairs with these windows, a pure function of its arguments. In each half of a block, and so in the
 * whole quiz, forward and reverse are equally frequent (to within one), also among near and among far windows. Between
 * the two questions about a pair there are at least half a block's pairs.
 */
export function questionOrder(windows: readonly number[], seed: number): Question[] {
  const random = new Random(seed, windows.length);
  /** Which of two pairs that follow each other by window shows forward first; turned round from block to block. */
  let leads: boolean[] = [];
  return blocksOf(windows.length).flatMap((block, b) => {
    const byWindow = random.shuffled(block).sort((x, y) => (windows[x] as number) - (windows[y] as number));
    if (b % 2 === 0) leads = byWindow.map(() => random.float() < 0.5);
    const turned = b % 2 === 1;
    const firstForward = new Set(
      byWindow.filter((_, place) => {
        const lead = leads[Math.floor(place / 2)] ?? random.float() < 0.5;
        return (place % 2 === 0) === (lead !== turned);
      }),
    );
    const shown = random.shuffled(block);
    const half = Math.floor(shown.length / 2);
    const again = [...random.shuffled(shown.slice(0, half)), ...random.shuffled(shown.slice(half))];
    const ask = (pair: number, isFirst: boolean): Question => ({
      pair,
      order: firstForward.has(pair) === isFirst ? 'forward' : 'reverse',
    });
    return [...shown.map((pair) => ask(pair, true)), ...again.map((pair) => ask(pair, false))];
  });
}

function blocksOf(count: number): number[][] {
  const blocks: number[][] = [];
  for (let start = 0; start < count; start += BLOCK) {
    const block = Array.from({ length: Math.min(BLOCK, count - start) }, (_, i) => start + i);
    const before = blocks.at(-1);
    if (before && block.length < LEAST_BLOCK) before.push(...block);
    else blocks.push(block);
  }
  return blocks;
}
