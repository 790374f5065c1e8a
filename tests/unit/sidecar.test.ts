import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeLines } from '../../src/episodes/annotations/lines';
import { lookUp, readSidecar } from '../../src/episodes/sidecar';
import { madeEpisode } from './episodeFixtures';

const jsonl = (path: string, ...lines: (object | string)[]) =>
  readSidecar(
    path,
    new Blob([lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')]),
  );

describe('lists of episodes', () => {
  test('a bad line is named by its number and costs only itself', async () => {
    const list = await jsonl(
      'set/episodes.jsonl',
      { id: 'a', task: 'Put the cup on the plate.', trimEnd: 2, idleStart: 1, frames: 32, rollout: 'r', note: null },
      '{"id": "b", task}',
      '',
      { id: 'c', outcome: 'splendid' },
      { task: 'Nobody’s.' },
      '[1, 2]',
      { id: 'd', trimEnd: null, outcome: null },
      `{"id": "e", "task": "${'x'.repeat(70_000)}"}`,
    );
    expect([...list.facts.keys()]).toEqual(['a', 'd']);
    expect(list.facts.get('a')).toMatchObject({ trimEnd: 2, idleStart: 1, rollout: 'r' });
    expect(list.problems).toHaveLength(5);
    expect(list.problems[0]).toBe('Line 2 was left out: it is not JSON.');
    expect(list.problems[1]).toMatch(/^Line 4 was left out: “outcome” should be .*success.* and is "splendid"/);
    expect(list.problems[2]).toMatch(/^Line 5 .*names no episode/);
    expect(list.problems[3]).toMatch(/^Line 6 .*not a JSON object/);
    expect(list.problems[4]).toMatch(/^Line 8 .*longer than 64 KB/);
  });

  test('a thousand bad lines make a short list of problems', async () => {
    const list = await jsonl('e.jsonl', ...Array.from({ length: 1000 }, () => '{'), { id: 'z', task: 'Push.' });
    expect(list.problems).toHaveLength(21);
    expect(list.problems.at(-1)).toBe('980 more lines were left out.');
    expect(list.facts.get('z')?.task).toBe('Push.');
  });

  test('prototypes are no way in', async () => {
    const list = await jsonl('e.jsonl', '{"id": "__proto__", "task": "Push.", "__proto__": {"outcome": "success"}}');
    expect(list.facts.get('__proto__')).toEqual({ task: 'Push.' });
    expect(({} as Record<string, unknown>)['outcome']).toBeUndefined();
  });

  test('law: whatever a line holds, reading never throws and good lines survive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.json(), fc.string()), { maxLength: 20 }), async (junk) => {
        const clean = junk.map((line) => line.replace(/[\r\n]/g, ' '));
        const list = await jsonl('x.jsonl', ...clean, { id: 'last', task: 'Wipe the table.' });
        expect(list.facts.get('last')?.task).toBe('Wipe the table.');
      }),
      { numRuns: 100 },
    );
  });

  test('LeRobot lists name their episodes by number', async () => {
    const list = await jsonl('g1/meta/episodes.jsonl', {
      episode_index: 20,
      tasks: ['Pick up the bottle.'],
      length: 297,
    });
    expect(lookUp([list], 'g1/videos/chunk-000/cam/episode_000020.mp4', 'video').facts.task).toBe(
      'Pick up the bottle.',
    );
  });
});

describe('segments', () => {
  test('descriptions that the studio wrote are found beside the recordings', async () => {
    const segments = [
      { from: 3, to: 6, text: 'cup on table' },
      { from: 7, to: 11, text: 'cup in hand', progress: 0.5 },
    ];
    const described = { ...madeEpisode(1), id: 'v-1a2b', source: 'video' as const, name: 'cup 1', segments };
    const list = await readSidecar('set/words.jsonl', new Blob([writeLines([described])]));
    expect(list.problems).toEqual([]);
    expect(lookUp([list], 'set/cup 1.mp4', 'video').segments).toEqual(segments);
    expect(lookUp([list], 'set/cup 2.mp4', 'video').segments).toEqual([]);
  });

  test('are found in order for their episode; turned ones are left out', async () => {
    const list = await jsonl(
      'notes.jsonl',
      { episode: 'a', from: 10, to: 20, text: 'The arm lifts the cup.' },
      { episode: 'a', from: 0, to: 9, text: 'The arm reaches.' },
      { episode: 'a', from: 5, to: 4, text: 'Never.' },
    );
    expect(lookUp([list], 'a.mp4', 'video').segments.map(({ from }) => from)).toEqual([0, 10]);
    expect(list.problems).toEqual(['Line 3 was left out: “from” is after “to”.']);
  });
});

describe('tables and text files', () => {
  test('quoted cells may hold commas, quotes and line ends', async () => {
    const text =
      'file,task,outcome\r\n"a,b.mp4","Put the ""red"" cup,\nthen the plate.",success\r\nc.mp4,,\r\n,Lost.,\nd.mp4,Push.,never\n';
    const table = await readSidecar('t.csv', new Blob([text]));
    expect(table.facts.get('a,b.mp4')).toEqual({ task: 'Put the "red" cup,\nthen the plate.', outcome: 'success' });
    expect(table.facts.get('c.mp4')).toEqual({});
    expect(table.problems[0]).toBe('Line 5 was left out: it names no file.');
    expect(table.problems[1]).toMatch(/^Line 6 .*“outcome”/);
  });

  test('a table without its columns is explained', async () => {
    const table = await readSidecar('t.csv', new Blob(['a,b\n1,2\n']));
    expect(table.problems[0]).toMatch(/first line must name the columns/);
  });

  test('the text beside a video is its task', async () => {
    const note = await readSidecar('d/cup.txt', new Blob(['\uFEFF\n  Put the cup away.  \nMore.']));
    expect(lookUp([note], 'd/cup.mp4', 'video').facts.task).toBe('Put the cup away.');
    expect(lookUp([note], 'd/mug.mp4', 'video').facts.task).toBeUndefined();
    expect(lookUp([note], 'other/cup.mp4', 'video').facts.task).toBeUndefined();
  });

  test('task.txt in a folder of images is the task of that folder alone', async () => {
    const note = await readSidecar('d/one/task.txt', new Blob(['Fold the towel.']));
    expect(lookUp([note], 'd/one', 'images').facts.task).toBe('Fold the towel.');
    expect(lookUp([note], 'd/two', 'images').facts.task).toBeUndefined();
  });

  test('the nearest list has the word, farther ones fill the gaps', async () => {
    const far = await jsonl('videos.jsonl', { file: 'cup.mp4', task: 'Far.', licence: 'MIT' });
    const near = await jsonl('d/videos.jsonl', { file: 'cup.mp4', task: 'Near.' });
    expect(lookUp([far, near], 'd/cup.mp4', 'video').facts).toEqual({ task: 'Near.', licence: 'MIT' });
  });
});
