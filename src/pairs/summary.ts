// What a sampling gives, counted: pairs by window, pauses left out, and whether the splits are really apart.
import type { Episode, Split } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { PairStream } from './pairStream';
import type { Sampling } from './sampling';

export interface WindowCount {
  window: number;
  pairs: number;
  /** Pairs without a visible change, left out. */
  pauses: number;
}

export interface DuplicateCheck {
  checked: number;
  closest: { a: string; b: string; distance: number } | null;
  sentence: string;
}

/** Counting looks at no more episodes than this; larger sources are scaled up from them. */
export const COUNTED_EPISODES = 200;

/** Pairs by window over the training episodes given, pauses counted apart. */
export async function countPairs(
  stream: PairStream,
  sampling: Sampling,
  episodes: readonly Episode[],
): Promise<WindowCount[]> {
  const counts = sampling.windows
    .filter((w) => w.weight > 0)
    .map(({ window }) => ({ window, pairs: 0, pauses: 0 }))
    .sort((a, b) => a.window - b.window);
  for (const episode of episodes) {
    const length = stream.kept(episode).length;
    for (const count of counts) {
      for (let start = 0; start + count.window < length; start++) {
        const change = await stream.change(episode, start, start + count.window);
        if (change < sampling.minimumChange) count.pauses++;
        else count.pairs++;
      }
    }
  }
  return counts;
}

const THUMBNAIL = 8;

/**
 * Looks for near duplicates across splits: first and last kept frames of episodes of one source, shrunk to 8 × 8, by
 * their largest root-mean-square difference. A distance under 2 of 255 in both counts as a near duplicate.
 * @param most episodes looked at in each split, to bound the work
 */
export async function checkDuplicates(stream: PairStream, source: FrameSource, most: number): Promise<DuplicateCheck> {
  const prints: { episode: Episode; split: Split; ends: Uint8Array[] }[] = [];
  for (const split of ['train', 'validation', 'test'] as const) {
    for (const episode of stream.episodes(split).slice(0, most)) {
      const kept = stream.kept(episode);
      const ends = [kept[0] ?? 0, kept[Math.floor(kept.length / 2)] ?? 0];
      const bytes = await source.read(episode, ends, THUMBNAIL);
      const size = THUMBNAIL * THUMBNAIL * 3;
      prints.push({ episode, split, ends: ends.map((_, i) => bytes.subarray(i * size, (i + 1) * size)) });
    }
  }
  let closest: DuplicateCheck['closest'] = null;
  for (const [i, a] of prints.entries()) {
    for (const b of prints.slice(i + 1)) {
      if (a.split === b.split || a.episode.template !== b.episode.template) continue;
      const distance = Math.max(...a.ends.map((end, k) => difference(end, b.ends[k] as Uint8Array)));
      if (!closest || distance < closest.distance) closest = { a: a.episode.id, b: b.episode.id, distance };
    }
  }
  return { checked: prints.length, closest, sentence: duplicateSentence(prints.length, closest) };
}

function difference(a: Uint8Array, b: Uint8Array): number {
  const squares = a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / a.length);
}

function duplicateSentence(checked: number, closest: DuplicateCheck['closest']): string {
  if (!closest) return `${checked} episodes compared: no two of one task in different splits.`;
  const distance = closest.distance.toFixed(1);
  return closest.distance < 2
    ? `Near duplicate across splits: ${closest.a} and ${closest.b} differ by only ${distance} of 255. Put them into one group.`
    : `${checked} episodes compared: no near duplicates across splits; the closest two differ by ${distance} of 255.`;
}

/** Training episodes and their possible pairs (pauses included) by category. */
export function countByCategory(
  stream: PairStream,
  sampling: Sampling,
): { category: string; episodes: number; pairs: number }[] {
  const windows = sampling.windows.filter((w) => w.weight > 0);
  const counts = new Map<string, { episodes: number; pairs: number }>();
  for (const episode of stream.episodes('train')) {
    const length = stream.kept(episode).length;
    const count = counts.get(episode.category) ?? { episodes: 0, pairs: 0 };
    count.episodes++;
    count.pairs += windows.reduce((sum, { window }) => sum + Math.max(0, length - window), 0);
    counts.set(episode.category, count);
  }
  return [...counts].map(([category, count]) => ({ category, ...count }));
}
