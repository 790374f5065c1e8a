// Whether two splits show the same recording: exact duplicates by a hash of the bytes of three kept frames (first,
// middle, last), near duplicates by the frames' picture hashes and looks, all three of which must be close.
//
// Where "close" ends was measured on 150 real recordings, many by one unmoved camera. Copies (JPEG quality 20, 60 % of
// the size, 20 % brighter, or all of these) differ by at most 7 of 64 bits and 5.0 grey levels. Of 11,175 pairs of
// different recordings 266 are within 8 bits, 29 even within 4, so the hash alone would cry wolf; the closest of them
// differ by 8.9 grey levels. Copies cut by 2 % on all sides differ by 8 to 11 and are not found.
import { hash } from '../base/random';
import type { Episode, Split } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { PairStream } from './pairStream';
import { differenceHash, differingBits, HASHED_SIZE, look, lookDifference } from './pictureHash';

/** Bits of 64, and grey levels of 255 at one contrast, by which the most different of the three frames may differ. */
const NEAR_BITS = 8;
const NEAR_LEVELS = 7;
/** Twins are listed up to this number; all are counted. */
const LISTED = 20;

export interface Twins {
  a: string;
  b: string;
  splits: [Split, Split];
  /** Difference of the most different of the three frames: bits of 64, and grey levels of 255 at one contrast. */
  bits: number;
  levels: number;
  exact: boolean;
}

export interface DuplicateFindings {
  /** Episodes compared, of all that can give pairs. */
  compared: number;
  of: number;
  exact: number;
  /** Near duplicates that are not exact. */
  near: number;
  twins: Twins[];
  /** Of those whose hashes are close, the two that look most alike and are not duplicates. */
  closest: Twins | null;
}

/** What is remembered of an episode's three frames. */
export interface Print {
  id: string;
  split: Split;
  bytes: number;
  hashes: readonly number[];
  looks: readonly Float32Array[];
}

/**
 * Reads and compares the episodes of different splits.
 * @param most episodes read; of more, evenly spaced ones of each split. Every two of them are compared: a hundred
 *   thousand comparisons take a millisecond or two, reading is what costs.
 */
export async function findDuplicates(
  stream: PairStream,
  source: FrameSource,
  most: number,
): Promise<DuplicateFindings> {
  const prints: Print[] = [];
  const splits = ['train', 'validation', 'test'] as const;
  const of = splits.reduce((sum, split) => sum + stream.episodes(split).length, 0);
  for (const split of splits) {
    for (const episode of evenly(stream.episodes(split), shareOf(stream, split, most, of))) {
      prints.push(await print(stream, source, episode, split));
    }
  }
  return { ...compare(prints), of };
}

async function print(stream: PairStream, source: FrameSource, episode: Episode, split: Split): Promise<Print> {
  const kept = stream.kept(episode);
  const frames = [0, Math.floor((kept.length - 1) / 2), kept.length - 1].map((i) => kept[i] ?? 0);
  const pictures = await source.read(episode, frames, HASHED_SIZE);
  const size = HASHED_SIZE * HASHED_SIZE * 3;
  const each = frames.map((_, i) => pictures.subarray(i * size, (i + 1) * size));
  return {
    id: episode.id,
    split,
    bytes: hashBytes(pictures),
    hashes: each.flatMap(differenceHash),
    looks: each.map(look),
  };
}

/** Compares every two prints of different splits. */
export function compare(prints: readonly Print[]): Omit<DuplicateFindings, 'of'> {
  const twins: Twins[] = [];
  let [exact, near] = [0, 0];
  let closest: Twins | null = null;
  prints.forEach((a, i) => {
    for (let j = i + 1; j < prints.length; j++) {
      const b = prints[j] as Print;
      if (a.split === b.split) continue;
      const bits = differingIn(a.hashes, b.hashes);
      if (bits > NEAR_BITS) continue;
      const levels = Math.max(...a.looks.map((one, k) => lookDifference(one, b.looks[k] as Float32Array)));
      const same = a.bytes === b.bytes && levels === 0;
      const found = { a: a.id, b: b.id, splits: [a.split, b.split], bits, levels, exact: same } satisfies Twins;
      if (levels > NEAR_LEVELS) {
        if (levels < (closest?.levels ?? Infinity)) closest = found;
        continue;
      }
      if (same) exact++;
      else near++;
      if (twins.length < LISTED) twins.push(found);
    }
  });
  return { compared: prints.length, exact, near, twins, closest };
}

function differingIn(a: readonly number[], b: readonly number[]): number {
  let most = 0;
  for (let i = 0; i < a.length; i += 2) {
    const bits = differingBits(a[i] as number, b[i] as number) + differingBits(a[i + 1] as number, b[i + 1] as number);
    most = Math.max(most, bits);
  }
  return most;
}

function hashBytes(bytes: Uint8Array): number {
  let h = 0;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  for (const word of words) h = hash(h, word);
  return h;
}

/** Test and validation are small and matter most: each may take up to a third of what is read, train the rest. */
function shareOf(stream: PairStream, split: Split, most: number, of: number): number {
  if (of <= most) return Infinity;
  const third = (s: Split) => Math.min(stream.episodes(s).length, Math.floor(most / 3));
  return split === 'train' ? most - third('validation') - third('test') : third(split);
}

export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);
}
