// Small pieces of sentences that several templates build their instructions from.
import type { Arm } from './scene';
import type { Phrasing } from './template';

/** "the banana, pear and red apple". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? 'things';
  return names.length < 2 ? `the ${last}` : `the ${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Names the hand where only one works, in sentences short enough to take it. */
export function handed(phrasings: readonly Phrasing[], arm: Arm | null): Phrasing[] {
  if (arm === null) return [...phrasings];
  const named = (sentence: string): string =>
    sentence.split(' ').length > 8 ? sentence : `${sentence.slice(0, -1)} with the ${arm} hand.`;
  return phrasings.map(([task, counter]) => [named(task), counter === null ? null : named(counter)]);
}
