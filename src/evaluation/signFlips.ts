// Permutation test for a sum of episodes' parts: where nothing leans, each episode's part could as well have the other
// sign. Whole episodes are flipped, because the pairs of one lean together.
import { Random } from '../base/random';
import { fewestEpisodes } from './clusterMean';

export interface FlipTest {
  /** Two-sided; null with too few episodes. */
  readonly p: number | null;
  /** How many sign patterns were tried; all of them where `exact`. */
  readonly patterns: number;
  readonly exact: boolean;
}

/** Up to this many episodes all patterns are tried. */
const exactEpisodes = 16;

/** Tests the sum of the parts by `draws` random sign patterns that depend on `seed` alone, or by all where they are few. */
export function flipTest(parts: readonly number[], seed: number, draws = 9_999): FlipTest {
  if (parts.length < fewestEpisodes) return { p: null, patterns: 0, exact: false };
  const observed = Math.abs(parts.reduce((sum, part) => sum + part, 0));
  // Sums that differ only by the order of their rounding count as equal.
  const limit = observed - 1e-9 * parts.reduce((sum, part) => sum + Math.abs(part), 0);
  const exact = parts.length <= exactEpisodes;
  const patterns = exact ? 2 ** parts.length : draws;
  const random = new Random(seed, parts.length);
  const sums = bytes(parts);
  let extreme = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0;
    let bits = pattern;
    for (let i = 0; i < sums.length; i++) {
      if (!exact && i % 4 === 0) bits = random.uint32();
      sum += sums[i]?.[bits & 255] ?? 0;
      bits >>>= 8;
    }
    if (Math.abs(sum) >= limit) extreme++;
  }
  // The observed pattern is one of the possible ones: among all it is counted, to random ones it is added.
  return { p: exact ? extreme / patterns : (extreme + 1) / (patterns + 1), patterns, exact };
}

/** For each eight parts the sums under all patterns of their signs; a set bit flips. */
function bytes(parts: readonly number[]): Float64Array[] {
  return Array.from({ length: Math.ceil(parts.length / 8) }, (_, byte) => {
    const eight = parts.slice(8 * byte, 8 * byte + 8);
    const signed = (bits: number): number =>
      eight.reduce((sum, part, i) => sum + (((bits >> i) & 1) === 0 ? part : -part), 0);
    return Float64Array.from({ length: 256 }, (_unused, bits) => signed(bits));
  });
}
