import { describe, expect, test } from 'vitest';
import { merged, opposite } from '../../src/app/state/data/episodeChanges';
import type { Episode } from '../../src/episodes/episode';
import type { Recording } from '../../src/episodes/importPlan';
import { readLate } from '../../src/episodes/lateLists';
import { readSidecar } from '../../src/episodes/sidecar';
import { madeEpisode } from './episodeFixtures';

const list = (...lines: object[]) =>
  readSidecar('episodes.jsonl', new Blob([lines.map((line) => JSON.stringify(line)).join('\n')]));
const here = (id: string, changes: Partial<Episode> = {}): Episode => ({
  ...madeEpisode(0, { id, frameCount: 32 }),
  source: 'images',
  name: id.replace(/-[^-]*$/, ''),
  group: id,
  split: null,
  outcome: 'unknown',
  segments: [],
  trim: null,
  task: 'Apple tray.',
  taskGuessed: true,
  ...changes,
});
const alone = { recordings: [], here: new Map<string, Recording>() };

describe('a list that comes late', () => {
  test('speaks of the episodes it names, by id or by file; the others it names are told', async () => {
    const episodes = [here('apple-1111'), here('pear-2222'), here('plum-3333'), here('plum-4444')];
    const late = readLate(
      await list(
        { id: 'apple', task: 'Put the apple in the tray.', split: 'test', frames: 32, trimEnd: 2, idleStart: 1 },
        { file: 'some/where/pear.mp4', outcome: 'failure' },
        { id: 'plum', split: 'train' },
        { id: 'cherry', split: 'train' },
      ),
      episodes,
      alone,
    );
    expect(late.changes).toEqual([
      {
        id: 'apple-1111',
        changes: { task: 'Put the apple in the tray.', split: 'test', trim: { start: 1, end: 29 } },
      },
      { id: 'pear-2222', changes: { outcome: 'failure' } },
    ]);
    // Two are called plum: nobody can say which is meant.
    expect(late.absent).toEqual(['plum', 'cherry']);
  });

  test('brings descriptions in beside those that are there, and never twice', async () => {
    const old = { from: 20, to: 25, text: 'The hand is open.' };
    const episodes = [here('apple-1111', { segments: [old] })];
    const said = await list(
      { episode: 'apple', from: 0, to: 10, text: 'The apple is left.' },
      { episode: 'apple', from: 20, to: 25, text: 'The hand is open.' },
      { episode: 'apple', from: 40, to: 50, text: 'Beyond the end.' },
    );
    const late = readLate(said, episodes, alone);
    const segments = [{ from: 0, to: 10, text: 'The apple is left.' }, old];
    expect(late).toEqual({ changes: [{ id: 'apple-1111', changes: { segments } }], absent: [], beyond: 1 });
    expect(readLate(said, [here('apple-1111', { segments })], alone).changes).toEqual([]);
  });

  test('beside recordings that are here it only fills in what nobody has said', async () => {
    const recording: Recording = { kind: 'images', path: 'set/apple', files: [] };
    const told = await list({ id: 'apple', task: 'Put the apple in the tray.', split: 'test', outcome: 'success' });
    const dropped = { recordings: [recording], here: new Map([['apple-1111', recording]]) };
    const typed = here('apple-1111', { task: 'Move the apple.', split: 'train' });
    delete typed.taskGuessed;
    expect(readLate(told, [typed], dropped).changes).toEqual([{ id: 'apple-1111', changes: { outcome: 'success' } }]);
    expect(readLate(told, [here('apple-1111')], dropped).changes).toMatchObject([
      { changes: { task: 'Put the apple in the tray.', split: 'test', outcome: 'success' } },
    ]);
  });
});

test('changes of many episodes have an opposite; a task takes its kind and its guess along', () => {
  const episodes = [here('apple-1111', { category: 'other' })];
  const changes = merged([
    { id: 'apple-1111', changes: { split: 'test' } },
    { id: 'apple-1111', changes: { task: 'Put the apple in the tray.', split: 'train' } },
  ]);
  expect(changes).toEqual([{ id: 'apple-1111', changes: { split: 'train', task: 'Put the apple in the tray.' } }]);
  expect(opposite(changes, episodes)).toEqual([
    { id: 'apple-1111', changes: { split: null, task: 'Apple tray.', category: 'other', taskGuessed: true } },
  ]);
});
