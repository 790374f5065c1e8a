// Shuffles any number of things without holding them: a keyed permutation of 0…count-1 that is computed one place at a
// time. An alternating Feistel network over a rectangle of about count cells (each step adds a hash of one coordinate
// to the other, and so can be undone), walked until it lands inside (Black and Rogaway 2002). Not for secrets.
import { hash } from './random';

const STEPS = 3;

/**
 * Where place `index` of `count` goes under a key; over all places each of 0…count-1 occurs exactly once.
 * @param count up to 2^31
 */
export function permuted(index: number, count: number, key: number): number {
  if (count < 2) return 0;
  const width = Math.ceil(Math.sqrt(count));
  const height = Math.ceil(count / width);
  let at = index;
  do {
    let row = Math.floor(at / width);
    let column = at % width;
    for (let step = 0; step < STEPS; step++) {
      column = (column + hash(key, 2 * step, row)) % width;
      row = (row + hash(key, 2 * step + 1, column)) % height;
    }
    at = row * width + column;
  } while (at >= count);
  return at;
}
