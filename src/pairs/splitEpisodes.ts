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
  const free = new Map<string, Episode[]>();
  for (const episode of episodes) {
    if (isHeldOut(episode, sampling.holdOut)) splits.set(episode.id, 'test');
    else if (episode.split) splits.set(episode.id, episode.split);
    else free.set(episode.group, [...(free.get(episode.group) ?? []), episode]);
  }
  const groups = [...free.keys()].sort((a, b) => groupKey(seed, a) - groupKey(seed, b) || (a < b ? -1 : 1));
  const [train, validation] = sampling.split;
  const counts = shares(groups.length, train, validation);
  groups.forEach((group, i) => {
    const split: Split = i < counts.test ? 'test' : i < counts.test + counts.validation ? 'validation' : 'train';
    for (const episode of free.get(group) ?? []) splits.set(episode.id, split);
  });
  return splits;
}

/** Whether an episode has anything that is kept for the final test. */
export function isHeldOut({ template, traits }: Pick<Episode, 'template' | 'traits'>, holdOut: HoldOut): boolean {
  if (holdOut.templates.includes(template)) return true;
  if (traits === null) return false;
  return (
    traits.objects.some((object) => holdOut.objects.includes(object)) ||
    traits.colours.some((colour) => holdOut.colours.includes(colour)) ||
    holdOut.scenes.includes(traits.scene) ||
    holdOut.phrasings.includes(traits.phrasing)
  );
}

const groupKey = (seed: number, group: string) => hash(SPLIT_KEY, seed, hashText(group));

function shares(groups: number, train: number, validation: number) {
  const wanted = (percent: number) =>
    percent > 0 && groups >= 3 ? Math.max(1, Math.round((groups * percent) / 100)) : 0;
  const test = wanted(100 - train - validation);
  return { test, validation: Math.min(wanted(validation), Math.max(0, groups - test - 1)) };
}
