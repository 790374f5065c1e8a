// The order of questions in which quizzes were asked before an attempt held its questions itself: a block of pairs once, then
// the same pairs in the other order. Answers that were stored then are numbered by it.
import { Random } from '../../../base/random';
import type { Question } from './questionOrder';

const BLOCK = 12;
/** A rest of fewer pairs went into the block before it. */
const LEAST_BLOCK = 4;

/** Forward and reverse are balanced in each half of a block, and over the windows. */
export function formerOrder(windows: readonly number[], seed: number): Question[] {
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
