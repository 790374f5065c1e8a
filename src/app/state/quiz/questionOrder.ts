// In which order a quiz asks. Each pair comes twice, once in each order: late enough that the first answer is not simply
// repeated, and early enough that a quiz that is left half-way has finished with many of its pairs.
import { Random } from '../../../base/random';

export interface Question {
  /** Number of the pair in the quiz. */
  readonly pair: number;
  /** Forward shows the earlier moment first. */
  readonly order: 'forward' | 'reverse';
}

/** Pairs of a block; one of each window from 5 to 16. */
export const BLOCK = 12;
/** A pair comes again as the third to the eighth question after its first. */
export const SOONEST = 3;
export const LATEST = 8;
/** So many pairs at least and at most wait for their second question, but for the beginning and the end. */
const FEWEST_WAITING = 2;
export const MOST_WAITING = 4;

/**
 * All questions about pairs with these windows, a pure function of its arguments. Pairs come in blocks of a dozen, one of
 * each window. The order that a pair comes in first is balanced in each block, also among near and among far windows. Of
 * fewer than three pairs one comes again sooner.
 */
export function questionOrder(windows: readonly number[], seed: number): Question[] {
  const random = new Random(seed, windows.length);
  const firsts = firstQuestions(windows, random);
  const questions: Question[] = [];
  /** Pairs asked about once, those that have waited longest first. */
  const waiting: (Question & { at: number })[] = [];
  let next = 0;
  while (questions.length < 2 * firsts.length) {
    const waited = (index: number) => questions.length - (waiting[index]?.at ?? Infinity);
    const isDue = waited(0) >= LATEST - 1;
    const first = firsts[next];
    const canWait = waiting.length <= FEWEST_WAITING || waited(0) < SOONEST;
    const isAgain = waiting.length === MOST_WAITING || isDue || random.float() < 0.5;
    if (first && (canWait || !isAgain)) {
      waiting.push({ ...first, at: questions.length });
      questions.push(first);
      next++;
    } else {
      const mayPass = !isDue && waited(1) >= SOONEST && random.float() < 0.5;
      const [again] = waiting.splice(mayPass ? 1 : 0, 1);
      if (again) questions.push({ pair: again.pair, order: again.order === 'forward' ? 'reverse' : 'forward' });
    }
  }
  return questions;
}

/** Each pair's first question. */
function firstQuestions(windows: readonly number[], random: Random): Question[] {
  /** Which of two pairs that follow each other by window shows forward first; turned round from block to block. */
  let leads: boolean[] = [];
  return Array.from({ length: Math.ceil(windows.length / BLOCK) }, (_, b) => b).flatMap((b) => {
    const block = windows.slice(b * BLOCK, (b + 1) * BLOCK).map((_, i) => b * BLOCK + i);
    const byWindow = random.shuffled(block).sort((x, y) => (windows[x] as number) - (windows[y] as number));
    const isTurned = b % 2 === 1;
    if (!isTurned) leads = byWindow.map(() => random.float() < 0.5);
    const forward = new Set(
      byWindow.filter((_, place) => {
        const lead = leads[Math.floor(place / 2)] ?? random.float() < 0.5;
        return (place % 2 === 0) === (lead !== isTurned);
      }),
    );
    return random.shuffled(block).map((pair) => ({ pair, order: forward.has(pair) ? 'forward' : 'reverse' }));
  });
}
