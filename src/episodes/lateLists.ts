// Lists that come when the episodes they speak of are here already. Dropped by itself, a list is meant to be obeyed; beside
// recordings that are here it only fills in what nobody has said yet, because files are dropped again to go on with an
// import, and what was set by hand meanwhile stays.
import { letters, plain } from './annotations/lines';
import { inOrder } from './annotations/edits';
import type { Episode, EpisodeChange, EpisodeChanges } from './episode';
import { toldOf } from './importPlan';
import type { Recording } from './importPlan';
import { lookUp } from './sidecar';
import type { CountedSegment, EpisodeFacts, Sidecar } from './sidecar';

export interface LateList {
  changes: EpisodeChange[];
  /** Names in the list of which there is no episode, or more than one. */
  absent: string[];
  /** Stretches that begin after the end of their episode. */
  beyond: number;
}

/** What was dropped together with a list. */
export interface Dropped {
  recordings: readonly Recording[];
  /** Those of them that were here before, by the ids of their episodes. */
  here: ReadonlyMap<string, Recording>;
}

/** @param episodes all that were here before the list came */
export function readLate(list: Sidecar, episodes: readonly Episode[], dropped: Dropped): LateList {
  const late: LateList = { changes: [], absent: [], beyond: 0 };
  const take = (episode: Episode, told: EpisodeChanges) => {
    const entries = Object.entries(told).filter(([key, value]) => {
      return JSON.stringify(value) !== JSON.stringify(episode[key as keyof Episode]);
    });
    if (entries.length > 0) late.changes.push({ id: episode.id, changes: Object.fromEntries(entries) });
  };
  const names = new Set([...list.facts.keys(), ...list.segments.keys()]);
  const given = new Set(dropped.recordings.map(({ path }) => plain(path)));
  const named = new Map<Episode, string[]>();
  const find = finder(episodes);
  for (const name of names) {
    const episode = find(name);
    if (episode && !dropped.here.has(episode.id)) named.set(episode, [...(named.get(episode) ?? []), name]);
    else if (!episode && !given.has(plain(name))) late.absent.push(name);
  }
  for (const [episode, said] of named) {
    const facts: EpisodeFacts = Object.assign({}, ...said.map((name) => list.facts.get(name)));
    const segments = [...new Set(said.flatMap((name) => list.segments.get(name) ?? []))];
    late.beyond += segments.filter(({ from, frames }) => from >= (frames ?? episode.frameCount)).length;
    take(episode, added(episode, told(facts, segments, episode)));
  }
  for (const episode of episodes) {
    const recording = dropped.here.get(episode.id);
    if (!recording) continue;
    const { facts, segments } = lookUp([list], recording.path, recording.kind);
    take(episode, lacking(episode, told(facts, segments, episode)));
  }
  return late;
}

/** Finds episodes by id, else by the name of their file where only one has it. */
function finder(episodes: readonly Episode[]): (name: string) => Episode | null {
  const byId = new Map(episodes.map((episode) => [episode.id, episode]));
  const byName = new Map<string, Episode | null>();
  for (const episode of episodes) {
    const name = plain(episode.name);
    byName.set(name, byName.has(name) ? null : episode);
  }
  return (name) => byId.get(name) ?? byName.get(plain(name)) ?? null;
}

function told(facts: EpisodeFacts, segments: readonly CountedSegment[], episode: Episode): EpisodeChanges {
  return toldOf(facts, segments, { frameCount: episode.frameCount, framesPerSecond: episode.framesPerSecond });
}

/** Stretches that are described already stay beside those that come. */
function added(episode: Episode, changes: EpisodeChanges): EpisodeChanges {
  if (!changes.segments) return changes;
  const here = new Set(episode.segments.map(letters));
  const fresh = changes.segments.filter((segment) => !here.has(letters(segment)));
  return { ...changes, segments: fresh.length > 0 ? inOrder([...episode.segments, ...fresh]) : episode.segments };
}

/** Only what is not known of the episode yet. */
function lacking(episode: Episode, changes: EpisodeChanges): EpisodeChanges {
  const isOpen: Partial<Record<keyof EpisodeChanges, boolean>> = {
    task: episode.taskGuessed === true,
    outcome: episode.outcome === 'unknown',
    group: episode.group === episode.id || episode.group === episode.name,
    segments: episode.segments.length === 0,
  };
  return Object.fromEntries(
    Object.entries(changes).filter(([key]) => {
      const field = key as keyof EpisodeChanges;
      return isOpen[field] ?? episode[field] === null;
    }),
  );
}
