// A copy of descriptions that are not stored yet, written at once at every letter: a tab that closes the next moment
// loses nothing. It is gone as soon as the episode itself was stored.
import * as v from 'valibot';
import type { Segment } from '../../../episodes/episode';

const prefix = 'palindrome-words-';
const frame = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.array(
  v.object({
    from: frame,
    to: frame,
    text: v.string(),
    progress: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  }),
);

export function keepDraft(episode: string, segments: readonly Segment[]): void {
  try {
    localStorage.setItem(prefix + episode, JSON.stringify(segments));
  } catch {
    // Full or forbidden: the library is written to a moment later anyway.
  }
}

export function forgetDraft(episode: string): void {
  try {
    localStorage.removeItem(prefix + episode);
  } catch {
    // Where nothing can be kept nothing is left over.
  }
}

/** What an earlier visit could not store any more; null where all was stored. */
export function readDraft(episode: string): Segment[] | null {
  try {
    const read = v.safeParse(schema, JSON.parse(localStorage.getItem(prefix + episode) ?? 'null'));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
