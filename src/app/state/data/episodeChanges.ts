// Changes of many episodes at once, and what takes them back.
import type { Episode, EpisodeChange, EpisodeChanges } from '../../../episodes/episode';

/** One change an episode; what is said of it later holds. */
export function merged(changes: readonly EpisodeChange[]): EpisodeChange[] {
  const byId = new Map<string, EpisodeChanges>();
  for (const { id, changes: some } of changes) byId.set(id, { ...byId.get(id), ...some });
  return [...byId].map(([id, some]) => ({ id, changes: some }));
}

/** The opposite of changes that are about to be made. */
export function opposite(changes: readonly EpisodeChange[], episodes: readonly Episode[]): EpisodeChange[] {
  const byId = new Map(episodes.map((episode) => [episode.id, episode]));
  return changes.flatMap(({ id, changes: some }) => {
    const episode = byId.get(id);
    return episode ? [{ id, changes: earlier(episode, some) }] : [];
  });
}

/** What an episode says now of that which is about to change. A task and its kind go together. */
export function earlier(episode: Episode, changes: EpisodeChanges): EpisodeChanges {
  const { task, category, taskGuessed = false } = episode;
  const known = Object.keys(changes).map((key) => [key, episode[key as keyof Episode]] as const);
  const named = 'category' in changes || 'task' in changes ? { task, category, taskGuessed } : {};
  return { ...Object.fromEntries(known), ...named };
}
