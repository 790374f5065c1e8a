// Which recordings are worth learning from: each episode by how well its curve follows time, how often it turns back, and
// how far the judge can be believed about it; thresholds keep some and leave others out.
import type { Episode, Outcome } from '../episodes/episode';
import { seenRegressions } from './events';
import { progressCurve } from './progressCurve';
import { consistency, type CriticReading } from './reading';
import { negativeRate, ranking, valueOrder } from './valueMeasures';

export interface EpisodeQuality {
  episode: string;
  name: string;
  task: string;
  outcome: Outcome;
  /** −1 … 1. */
  voc: number;
  /** Shares, 0 … 1. */
  negativeRate: number;
  consistency: number;
  /** Where the curve ends. */
  end: number;
  /** Raw frames from … to of what looks like steps back. */
  regressions: { from: number; to: number }[];
}

export interface Thresholds {
  /** At least. */
  voc: number;
  /** At most. */
  negativeRate: number;
  /** At least. */
  consistency: number;
}

export const THRESHOLDS: Thresholds = { voc: 0.95, negativeRate: 0.2, consistency: 0.75 };

/** @throws RangeError where the episode is too short for a curve */
export function qualityOf(
  { id, name, task, outcome }: Pick<Episode, 'id' | 'name' | 'task' | 'outcome'>,
  reading: CriticReading,
  penalty: number,
): EpisodeQuality {
  const { critic, value } = progressCurve(reading, penalty);
  const raw = (place: number) => reading.frames[place] ?? 0;
  return {
    episode: id,
    ...{ name, task, outcome },
    voc: valueOrder(value),
    negativeRate: negativeRate(critic),
    consistency: consistency(reading),
    end: value.at(-1) ?? 0,
    regressions: seenRegressions(critic).map(({ from, until }) => ({ from: raw(from), to: raw(until) })),
  };
}

/** What is no number (a curve that could not be had) is not kept. */
export function isKept(quality: EpisodeQuality, { voc, negativeRate, consistency }: Thresholds): boolean {
  return quality.voc >= voc && quality.negativeRate <= negativeRate && quality.consistency >= consistency;
}

/** Best first: by VOC, then by the fewest steps back. */
export function ranked(all: readonly EpisodeQuality[]): EpisodeQuality[] {
  return all.toSorted((a, b) => b.voc - a.voc || a.negativeRate - b.negativeRate);
}

export interface OutcomeRanking {
  successes: number;
  failures: number;
  /** Chance that a success ends higher than a failure, and that its VOC is higher. */
  byEnd: number;
  byVoc: number;
}

/** Null without a success or without a failure. */
export function outcomeRanking(all: readonly EpisodeQuality[]): OutcomeRanking | null {
  const [won, lost] = (['success', 'failure'] as const).map((outcome) => all.filter((one) => one.outcome === outcome));
  if (!won?.length || !lost?.length) return null;
  const by = (value: (one: EpisodeQuality) => number) => ranking(won.map(value), lost.map(value));
  return { successes: won.length, failures: lost.length, byEnd: by(({ end }) => end), byVoc: by(({ voc }) => voc) };
}

/** What of each episode is kept, for whoever trains on it. */
export function mask(all: readonly EpisodeQuality[], thresholds: Thresholds) {
  return all.map((one) => ({
    episode: one.episode,
    name: one.name,
    keep: isKept(one, thresholds),
    voc: one.voc,
    negativeRate: one.negativeRate,
    consistency: one.consistency,
    regressions: one.regressions,
  }));
}
