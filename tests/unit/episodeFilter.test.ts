// What the list of episodes shows: searched, narrowed, ordered.
import { describe, expect, it } from 'vitest';
import {
  type EpisodeFilter,
  filtered,
  narrowings,
  NO_FILTER,
  searchTexts,
} from '../../src/app/state/data/episodeFilter';
import type { Split } from '../../src/episodes/episode';
import { madeEpisode } from './episodeFixtures';

const episodes = [
  madeEpisode(10, { task: 'Wipe the table.', outcome: 'failure' }),
  madeEpisode(9, { segments: [{ from: 0, to: 9, text: 'cup on the table' }] }),
  madeEpisode(2, { segments: [{ from: 0, to: 9, text: '  ' }] }),
  madeEpisode(1, { source: 'simulator', outcome: 'unknown' }),
];
const texts = searchTexts(episodes);
const splits = new Map<string, Split>(episodes.map(({ id }, i) => [id, i === 0 ? 'test' : 'train']));
const names = (filter: Partial<EpisodeFilter>) =>
  filtered(episodes, texts, { ...NO_FILTER, ...filter }, () => splits).map(({ name }) => name);

describe('the list of episodes', () => {
  it('shows all as they came until something is asked for', () => {
    expect(names({})).toEqual(['Video 10', 'Video 9', 'Video 2', 'Video 1']);
    const untouched = () => {
      throw new Error('No split was asked for.');
    };
    expect(filtered(episodes, texts, NO_FILTER, untouched)).toHaveLength(4);
  });

  it('finds every word, wherever it stands', () => {
    expect(names({ words: 'TABLE video' })).toEqual(['Video 10']);
    expect(names({ words: 'tidying' })).toEqual(['Video 9', 'Video 1']);
    expect(names({ words: 'table plate' })).toEqual([]);
  });

  it('narrows by split, words, outcome and kind of task, all together', () => {
    expect(names({ split: 'test' })).toEqual(['Video 10']);
    // A stretch without words describes nothing; the simulator describes itself.
    expect(names({ described: true })).toEqual(['Video 9', 'Video 1']);
    expect(names({ described: false })).toEqual(['Video 10', 'Video 2']);
    expect(names({ outcome: 'failure' })).toEqual(['Video 10']);
    expect(names({ category: 'pick and place', described: false, split: 'train' })).toEqual(['Video 2']);
    expect(narrowings({ ...NO_FILTER, words: 'cup', split: 'test', described: false })).toBe(2);
  });

  it('orders numbers in names as people count, and leaves the given list alone', () => {
    expect(names({ sort: 'name' })).toEqual(['Video 1', 'Video 2', 'Video 9', 'Video 10']);
    expect(names({ sort: 'longest' })).toEqual(['Video 10', 'Video 9', 'Video 2', 'Video 1']);
    expect(names({ sort: 'shortest' })[0]).toBe('Video 1');
    expect(names({ sort: 'task' })[0]).toBe('Video 9');
    expect(episodes.map(({ name }) => name)).toEqual(['Video 10', 'Video 9', 'Video 2', 'Video 1']);
  });
});
