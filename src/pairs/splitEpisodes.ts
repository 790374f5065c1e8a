// Splits episodes into train, validation and test. Whole groups move together, held-out tasks go to test, a split that a
// sidecar fixes stays, and the rest follows from the seed alone, so that adding an evaluation never moves training.
import { hash, hashText } from '../base/random';
import type { Episode, Split } from '../episodes/episode';
import type { HoldOut, Sampling } from './sampling';

const SPLIT_KEY = 0x5b117;

/** The split of each episode, by id. Every split gets at least one group where there are three or more. */
export function splitEpisodes(
  episodes: readonly Episode[],
  sampling: Pick<Sampling, 'split' | 'holdOut'>,
  seed: number,
): Map<string, Split> {
  const splits = new Map<string, Split>();
  // Nothing is left to train on, so that nothing has to stay apart.
  if (sampling.split[2] === 100) return new Map(episodes.map(({ id }) => [id, 'test']));
  const free = new Map<string, Episode[]>();
  for (const episode of episodes) {
    if (isHeldOut(episode, sampling.holdOut)) splits.set(episode.id, 'test');
    else if (episode.split) splits.set(episode.id, episode.split);
    else {
      const group = free.get(episode.group);
      if (group) group.push(episode);
      else free.set(episode.group, [episode]);
    }
  }
  const keys = new Map([...free.keys()].map((group) => [group, groupKey(seed, group)]));
  const keyOf = (group: string) => keys.get(group) ?? 0;
  const groups = [...free.keys()].sort((a, b) => keyOf(a) - keyOf(b) || (a < b ? -1 : 1));
  const [train, validation] = sampling.split;
  const counts = shares(groups.length, train, validation);
  groups.forEach((group, i) => {
    const split: Split = i < counts.test ? 'test' : i < counts.test + counts.validation ? 'validation' : 'train';
    for (const episode of free.get(group) ?? []) splits.set(episode.id, split);
  });
  return splits;
}

export const HOLD_OUT_KINDS = ['templates', 'objects', 'colours', 'scenes', 'phrasings'] as const;
export type HoldOutKind = (typeof HOLD_OUT_KINDS)[number];

/** Whether an episode has anything that is kept for the final test. */
export function isHeldOut(episode: Pick<Episode, 'template' | 'traits'>, holdOut: HoldOut): boolean {
  return HOLD_OUT_KINDS.some(
    (kind) => holdOut[kind].length > 0 && valuesOf(episode, kind).some((value) => holdOut[kind].includes(value)),
  );
}

/** What an episode has of a kind that can be held out; nothing where that is not known of it. */
export function valuesOf({ template, traits }: Pick<Episode, 'template' | 'traits'>, kind: HoldOutKind): string[] {
  switch (kind) {
    case 'templates':
      return [template];
    case 'objects':
      return traits?.objects ?? [];
    case 'colours':
      return traits?.colours ?? [];
    case 'scenes':
      return traits ? [traits.scene] : [];
    case 'phrasings':
      return traits ? [traits.phrasing] : [];
  }
}

/** The values of a kind that occur, by name, with the number of episodes that have them. */
export function valuesWithCounts(episodes: readonly Episode[], kind: HoldOutKind): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const episode of episodes) {
    for (const value of new Set(valuesOf(episode, kind))) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => (a.value < b.value ? -1 : 1));
}

const groupKey = (seed: number, group: string) => hash(SPLIT_KEY, seed, hashText(group));

function shares(groups: number, train: number, validation: number) {
  const wanted = (percent: number) =>
    percent > 0 && groups >= 3 ? Math.max(1, Math.round((groups * percent) / 100)) : 0;
  const test = wanted(100 - train - validation);
  return { test, validation: Math.min(wanted(validation), Math.max(0, groups - test - 1)) };
}
