// Whether train and test are really apart, checked instead of assumed: the same recording in two splits, the same words
// in their tasks, and held-out things that train shows nevertheless.
import type { Episode, Split } from '../episodes/episode';
import type { DuplicateFindings } from './duplicates';
import type { HoldOut } from './sampling';
import { HOLD_OUT_KINDS, valuesOf, type HoldOutKind } from './splitEpisodes';
import * as m from '../words/messages';
import { splitName } from '../episodes/names';

export interface SentenceOverlap {
  /** Different task sentences of the test split. */
  test: number;
  /** How many of them occur word for word in train. */
  verbatim: number;
  /** Share of a test sentence's runs of three words that occur in train, in [0, 1]: mean and largest. */
  meanTrigrams: number;
  mostTrigrams: number;
}

export interface Leak {
  kind: HoldOutKind;
  value: string;
  split: Split;
  episodes: number;
}

export interface SplitChecks {
  duplicates: DuplicateFindings;
  sentences: SentenceOverlap;
  /** Test episodes that have something held out, by what it is; one may count in several. */
  heldOut: Record<HoldOutKind, number>;
  /** Held-out things outside the test split; must be empty. */
  leaks: Leak[];
  /** All of it in a sentence or two. */
  sentence: string;
}

type SplitEpisode = { episode: Episode; split: Split };

/**
 * @param episodes all of the source, with their splits
 * @param borrowed others that are trained on besides, which must not show what is held out either
 */
export function checkSplits(
  episodes: readonly SplitEpisode[],
  holdOut: HoldOut,
  duplicates: DuplicateFindings,
  borrowed: readonly SplitEpisode[] = [],
): SplitChecks {
  const sentences = sentenceOverlap(episodes);
  const heldOut = countHeldOut(episodes, holdOut);
  const leaks = findLeaks([...episodes, ...borrowed], holdOut);
  const anythingHeldOut = HOLD_OUT_KINDS.some((kind) => holdOut[kind].length > 0);
  const parts = [duplicateSentence(duplicates), leakSentence(leaks, anythingHeldOut), overlapSentence(sentences)];
  return { duplicates, sentences, heldOut, leaks, sentence: parts.filter((part) => part !== '').join(' ') };
}

/** How far the words of the test tasks are known from train. */
export function sentenceOverlap(episodes: readonly SplitEpisode[]): SentenceOverlap {
  const sentences = (split: Split) => [
    ...new Set(episodes.filter((e) => e.split === split).map((e) => words(e.episode.task).join(' '))),
  ];
  const train = new Set(sentences('train'));
  const known = new Set([...train].flatMap((sentence) => trigrams(sentence)));
  const test = sentences('test').filter((sentence) => sentence !== '');
  const shares = test.map((sentence) => {
    const runs = trigrams(sentence);
    return runs.filter((run) => known.has(run)).length / runs.length;
  });
  return {
    test: test.length,
    verbatim: test.filter((sentence) => train.has(sentence)).length,
    meanTrigrams: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length),
    mostTrigrams: shares.reduce((most, share) => Math.max(most, share), 0),
  };
}

/** Held-out things that appear outside the test split. */
export function findLeaks(episodes: readonly SplitEpisode[], holdOut: HoldOut): Leak[] {
  const leaks = new Map<string, Leak>();
  for (const { episode, split } of episodes) {
    if (split === 'test') continue;
    for (const kind of HOLD_OUT_KINDS) {
      for (const value of new Set(valuesOf(episode, kind))) {
        if (!holdOut[kind].includes(value)) continue;
        const key = `${kind}/${split}/${value}`;
        const leak = leaks.get(key) ?? { kind, value, split, episodes: 0 };
        leak.episodes++;
        leaks.set(key, leak);
      }
    }
  }
  return [...leaks.values()];
}

function countHeldOut(episodes: readonly SplitEpisode[], holdOut: HoldOut): Record<HoldOutKind, number> {
  const counts = { templates: 0, objects: 0, colours: 0, scenes: 0, phrasings: 0 };
  for (const { episode, split } of episodes) {
    if (split !== 'test') continue;
    for (const kind of HOLD_OUT_KINDS) {
      if (valuesOf(episode, kind).some((value) => holdOut[kind].includes(value))) counts[kind]++;
    }
  }
  return counts;
}

const words = (sentence: string) => sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Runs of three words; a shorter sentence is one run. */
function trigrams(sentence: string): string[] {
  const list = words(sentence);
  if (list.length <= 3) return [list.join(' ')];
  return Array.from({ length: list.length - 2 }, (_, i) => list.slice(i, i + 3).join(' '));
}

function duplicateSentence({ compared, of, exact, near, twins, closest }: DuplicateFindings): string {
  // One episode alone cannot be anybody's twin.
  if (of < 2) return '';
  const looked = compared === of ? m.engine_compared_all({ of }) : m.engine_compared_some({ compared, of });
  const [first] = twins;
  if (!first) {
    if (!closest) return m.engine_no_twins({ looked });
    return m.engine_no_twins_closest({ looked, levels: closest.levels.toFixed(0) });
  }
  const kinds = [
    ...(exact > 0 ? [m.engine_twins_exact({ count: exact })] : []),
    ...(near > 0 ? [m.engine_twins_near({ count: near })] : []),
  ].join(', ');
  return m.engine_twins({ looked, count: exact + near, kinds, a: first.a, b: first.b });
}

const HELD_OUT_NAMES: Readonly<Record<HoldOutKind, () => string>> = {
  templates: m.engine_held_out_templates,
  objects: m.engine_held_out_objects,
  colours: m.engine_held_out_colours,
  scenes: m.engine_held_out_scenes,
  phrasings: m.engine_held_out_phrasings,
};

function leakSentence(leaks: readonly Leak[], anythingHeldOut: boolean): string {
  const [first] = leaks;
  if (first) {
    const { episodes, split, value, kind } = first;
    const named = { split: splitName(split), value, kind: HELD_OUT_NAMES[kind]() };
    return m.engine_leak({ n: episodes, count: episodes, ...named });
  }
  return anythingHeldOut ? m.engine_no_leak() : '';
}

function overlapSentence({ test, verbatim, meanTrigrams }: SentenceOverlap): string {
  if (test === 0) return '';
  const share = Math.round(100 * meanTrigrams);
  return m.engine_overlap({ test, verbatim, share });
}
