// Which episodes are listed and in which order. Plain functions: a list of 80,000 simulated episodes is looked through
// at every letter typed.
import { hasWords } from '../../../episodes/annotations/described';
import type { Category, Episode, Outcome, Split } from '../../../episodes/episode';
import { episodeName } from './episodeWords';

export const SORTS = ['as listed', 'name', 'task', 'longest', 'shortest'] as const;
export type Sort = (typeof SORTS)[number];

/** Null stands for any. */
export interface EpisodeFilter {
  /** Every word must occur in the name, the task or the kind of task. */
  words: string;
  split: Split | null;
  described: boolean | null;
  outcome: Outcome | null;
  category: Category | null;
  sort: Sort;
}

export const NO_FILTER: EpisodeFilter = {
  words: '',
  split: null,
  described: null,
  outcome: null,
  category: null,
  sort: 'as listed',
};

/** Whether words about its pictures can be had; simulated episodes describe themselves. */
export const isDescribed = ({ source, segments }: Pick<Episode, 'source' | 'segments'>): boolean =>
  source === 'simulator' || segments.some(hasWords);

/** How many of the choices narrow the list, besides the search words. */
export function narrowings({ split, described, outcome, category }: EpisodeFilter): number {
  return [split, described, outcome, category].filter((choice) => choice !== null).length;
}

/** What is searched in, in small letters, for each episode. */
export function searchTexts(episodes: readonly Episode[]): string[] {
  return episodes.map((episode) => `${episodeName(episode)} ${episode.task} ${episode.category}`.toLowerCase());
}

/**
 * @param texts of `searchTexts`, in step with the episodes
 * @param splitOf asked only where the filter names a split
 */
export function filtered(
  episodes: readonly Episode[],
  texts: readonly string[],
  filter: EpisodeFilter,
  splitOf: () => ReadonlyMap<string, Split>,
): readonly Episode[] {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  const { split, described, outcome, category } = filter;
  const splits = split === null ? null : splitOf();
  const found = episodes.filter(
    (episode, i) =>
      words.every((word) => texts[i]?.includes(word)) &&
      (category === null || episode.category === category) &&
      (outcome === null || episode.outcome === outcome) &&
      (described === null || isDescribed(episode) === described) &&
      (splits === null || splits.get(episode.id) === split),
  );
  return sorted(found, filter.sort);
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function sorted(episodes: Episode[], sort: Sort): readonly Episode[] {
  switch (sort) {
    case 'as listed':
      return episodes;
    case 'name':
      return episodes.sort((a, b) => collator.compare(a.name, b.name));
    case 'task':
      return episodes.sort((a, b) => collator.compare(a.task, b.task) || collator.compare(a.name, b.name));
    case 'longest':
      return episodes.sort((a, b) => b.frameCount - a.frameCount);
    case 'shortest':
      return episodes.sort((a, b) => a.frameCount - b.frameCount);
  }
}
