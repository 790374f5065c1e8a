// Descriptions that are not stored yet, written down at once at every letter: a tab that dies the next moment loses
// nothing. Only what differs from the library is written, or each letter would cost an hour's film of stretches. It is
// gone as soon as the episode itself was stored.
import * as v from 'valibot';
import { inOrder } from '../../../episodes/annotations/edits';
import type { Segment } from '../../../episodes/episode';

const prefix = 'palindrome-words-';
const frame = v.pipe(v.number(), v.integer(), v.minValue(0));
const stretches = v.array(
  v.object({
    from: frame,
    to: frame,
    text: v.string(),
    progress: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  }),
);
const schema = v.object({ gone: stretches, put: stretches });

/** What turns an episode's stored stretches into those that were on screen. */
export type Draft = v.InferOutput<typeof schema>;

/**
 * @param held lists of which the library holds one: the last that was stored, and those on their way to it. Stretches
 * that an edit does not touch are the same objects in all of them.
 */
export function draftOf(held: readonly (readonly Segment[])[], now: readonly Segment[]): Draft {
  const gone = new Set<Segment>();
  const put = new Set<Segment>();
  for (const before of held) {
    // All but the middle is the same.
    let start = 0;
    while (start < Math.min(before.length, now.length) && before[start] === now[start]) start++;
    let end = 0;
    while (end < Math.min(before.length, now.length) - start && before.at(-1 - end) === now.at(-1 - end)) end++;
    const old = new Set(before.slice(start, before.length - end));
    const next = new Set(now.slice(start, now.length - end));
    for (const segment of old) if (!next.has(segment)) gone.add(segment);
    for (const segment of next) if (!old.has(segment)) put.add(segment);
  }
  return { gone: [...gone], put: [...put] };
}

/** The stretches as they were on screen, whichever of the lists the library came to hold. */
export function drafted(stored: readonly Segment[], { gone, put }: Draft): Segment[] {
  // What is put may have been stored already; it does not come twice.
  const left = new Map<string, number>();
  for (const segment of [...gone, ...put]) left.set(letters(segment), (left.get(letters(segment)) ?? 0) + 1);
  const kept = stored.filter((segment) => {
    const count = left.get(letters(segment)) ?? 0;
    if (count > 0) left.set(letters(segment), count - 1);
    return count === 0;
  });
  return inOrder([...kept, ...put]);
}

export function keepDraft(episode: string, draft: Draft): void {
  try {
    localStorage.setItem(prefix + episode, JSON.stringify(draft));
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
export function readDraft(episode: string): Draft | null {
  try {
    const read = v.safeParse(schema, JSON.parse(localStorage.getItem(prefix + episode) ?? 'null'));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

const letters = ({ from, to, text, progress }: Segment) => JSON.stringify([from, to, text, progress ?? null]);
