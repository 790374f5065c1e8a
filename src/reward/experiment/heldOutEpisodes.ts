// Simulated episodes that no shipped model was trained or chosen on: of the comparison's simulator, with numbers beyond those
// of any recipe. Thresholds are chosen on one set and measured on the other.
import type { Episode } from '../../episodes/episode';
import { simulatorId } from '../../episodes/simulator/simulatorId';
import { simulatedEpisode } from '../../episodes/simulator/simulatorSource';
import { COMPARISON, HELD_OUT_TASKS } from '../../training/comparison';

export type HeldOutSet = 'validation' | 'test';

/** First numbers; a recipe has at most a million episodes. */
const FIRST: Readonly<Record<HeldOutSet, number>> = { test: 2_000_000, validation: 3_000_000 };

export interface HeldOutEpisode {
  episode: Episode;
  /** Whether it was drawn as one in which something goes wrong. */
  drawnAs: 'success' | 'mishap';
  /** Whether the judge was trained on the task. */
  tasks: 'seen' | 'unseen';
}

/** The first `count` episodes of a kind: undisturbed successes, or those in which something goes wrong. */
export function heldOutEpisodes(
  set: HeldOutSet,
  drawnAs: HeldOutEpisode['drawnAs'],
  tasks: HeldOutEpisode['tasks'],
  count: number,
): HeldOutEpisode[] {
  const { source } = COMPARISON;
  if (source.kind !== 'simulator') return [];
  const unseen: readonly string[] = HELD_OUT_TASKS;
  const templates = (source.templates ?? []).filter((name) => unseen.includes(name) === (tasks === 'unseen'));
  const settings = { ...source, templates, mishaps: drawnAs === 'mishap' ? 1 : 0 };
  const found: HeldOutEpisode[] = [];
  for (let number = FIRST[set]; found.length < count; number++) {
    const { episode } = simulatedEpisode(simulatorId(settings, number));
    const fits = drawnAs === 'mishap' ? episode.mishap !== null : episode.outcome === 'success';
    if (fits) found.push({ episode, drawnAs, tasks });
  }
  return found;
}
