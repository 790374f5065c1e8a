// The project file: out of one studio and into another, compared with what is there, and never half.
import { describe, expect, it, vi } from 'vitest';
import { BadArchive, textOf } from '../../src/app/project/zipReader';
import { bringsAnything, openProject, planOf, takeIn, type Here } from '../../src/app/project/readProject';
import { estimatedBytes, type ProjectContents } from '../../src/app/project/projectSize';
import { writeProject } from '../../src/app/project/writeProject';
import { ZipWriter } from '../../src/app/project/zipWriter';
import { crc32 } from '../../src/base/crc32';
import type { Episode } from '../../src/episodes/episode';
import type { KeptEpisode } from '../../src/episodes/library';
import { completeEpisode } from '../../src/episodes/storedEpisode';
import { PRESETS } from '../../src/training/presets';
import type { CheckpointInfo, PortableRun, RunInfo, TakenRun } from '../../src/workers/gpuApi';

const MADE_AT = new Date('2026-05-06T07:08:10Z');
const CREATED = '2026-05-05T00:00:00.000Z';

function checkpoint(id: string, name: string | null = null): CheckpointInfo {
  return {
    id,
    runId: 'r1',
    name,
    step: 4,
    stage: 'tag',
    savedAt: 0,
    bytes: 1000,
    average: null,
    gap: null,
    pinned: false,
  };
}

const run: RunInfo = {
  ...{ id: 'r1', name: 'First <run>', recipe: PRESETS.smoke, state: 'stopped', step: 4, totalSteps: 10, createdAt: 0 },
  ...{ updatedAt: 0, backend: 'wasm', parameters: 5, bytes: 2000, deletedAt: null, imported: false },
  ...{ headline: null, lacksData: false, pinned: false, elsewhere: false },
  checkpoints: [checkpoint('1-2'), checkpoint('1-1', 'bias')],
};

const rows = [
  {
    ...{ kind: 'step', step: 1, stage: 'tag', loss: Number.NaN, judgementLoss: null, learningRate: 0.1 },
    ...{ gradientNorm: 1, samples: 2, seconds: 0.5 },
  },
  {
    ...{ kind: 'validation', step: 1, stage: 'tag', forward: 60, reverse: 50, average: 55, gap: 10, bothRight: 40 },
    ...{ invalid: 0, sevenths: null },
  },
];

function episode(id: string, changes: Partial<Episode> = {}): Episode {
  const stored = { id, source: 'video' as const, name: `Film ${id}`, task: 'Stack the cups.', frameCount: 4 };
  return completeEpisode({ ...stored, segments: [{ from: 0, to: 2, text: 'The hand is open.' }], ...changes });
}

function kept(id: string, changes: Partial<KeptEpisode> = {}): KeptEpisode {
  return { episode: episode(id), fingerprint: id.padEnd(64, '0'), chunks: 2, bytes: 500, removedAt: null, ...changes };
}

const contents: ProjectContents = {
  runs: [run],
  episodes: [kept('a'), kept('b')],
  recipe: PRESETS.class,
  measurements: [{ name: '1-Cured', json: '{"pairs":3}' }],
};
const nothing: Here = { runs: [], deletedRuns: [], episodes: [] };
const everything = { checkpoints: 'all', pictures: true } as const;

const readers = {
  gpu: {
    portableRun: async (): Promise<PortableRun> => ({
      ...{ id: run.id, name: run.name, createdAt: CREATED, recipe: run.recipe, latest: '1-2', report: null, rows },
      summary: {
        ...{ state: 'stopped', step: 4, totalSteps: 10, updatedAt: CREATED, backend: 'wasm', parameters: 5 },
        last: { average: 55, gap: 10, bothRight: 40 },
      },
      checkpoints: run.checkpoints,
    }),
    exportCheckpoint: async (_run: string, id: string | null) => ({
      fileName: 'x',
      bytes: new TextEncoder().encode(`weights of ${id}`).buffer as ArrayBuffer,
    }),
  },
  data: {
    storedFrames: async (id: string, chunk: number) =>
      new TextEncoder().encode(`frames ${chunk} of ${id}`).buffer as ArrayBuffer,
  },
};

async function saved(choice: Parameters<typeof writeProject>[1] = everything, from = readers): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const leftOut = await writeProject(
    contents,
    choice,
    from,
    { write: async (bytes) => void parts.push(bytes) },
    {
      madeWith: 'Palindrome 1.0.0',
      madeAt: MADE_AT,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      page: () => '<!doctype html>',
    },
  );
  expect(leftOut).toEqual([]);
  return new Blob(parts);
}

/** Workers that write down what they are asked. */
function writers() {
  const calls: unknown[][] = [];
  const call = (name: string) =>
    vi.fn(async (...given: unknown[]) => {
      const told = await Promise.all(given.map((one) => (one instanceof Blob ? one.text() : one)));
      calls.push([name, ...told]);
    });
  const names = <T extends string>(list: readonly T[]) =>
    Object.fromEntries(list.map((name) => [name, call(name)])) as Record<T, ReturnType<typeof call>>;
  const gpu = names([
    'takeRun',
    'takeCheckpoint',
    'keepTakenRuns',
    'dropTakenRuns',
    'restoreRuns',
    'deleteRuns',
    'forgetRuns',
  ]);
  const data = names([
    ...(['takeEpisode', 'takeFrames', 'sealEpisode', 'keepTakenEpisodes', 'dropTakenEpisodes'] as const),
    ...(['restoreEpisodes', 'updateEpisode'] as const),
  ]);
  return { calls, workers: { gpu, data } as unknown as Parameters<typeof takeIn>[1], gpu, data };
}

const signal = () => new AbortController().signal;
const ignore = () => undefined;

describe('a project file', () => {
  it('brings everything into an empty studio', async () => {
    const file = await saved();
    const project = await openProject(file);
    expect(project.manifest).toEqual({
      ...{ kind: 'palindrome-project', format: 1, madeWith: 'Palindrome 1.0.0', madeAt: MADE_AT.toISOString() },
      ...{ runs: 1, checkpoints: 2, episodes: 2, pictures: true },
    });
    expect(project.recipe).toEqual(PRESETS.class);
    const measured = project.entries.get('measurements/1-Cured.json');
    expect(measured && (await textOf(file, measured))).toBe('{"pairs":3}');
    const plan = planOf(project, nothing);
    const { calls, workers, gpu } = writers();
    const taken = await takeIn(plan, workers, signal(), ignore);
    expect(taken).toEqual({ runs: ['r1'], restoredRuns: [], episodes: ['a', 'b'], restoredEpisodes: [], changes: [] });
    const [told] = gpu.takeRun.mock.calls[0] as unknown as [TakenRun];
    expect(told).toMatchObject({ id: 'r1', name: 'First <run>', latest: '1-2', recipe: PRESETS.smoke, rows });
    expect(calls).toContainEqual(['takeCheckpoint', 'r1', 'weights of 1-2']);
    expect(calls).toContainEqual(['takeCheckpoint', 'r1', 'weights of 1-1']);
    expect(calls).toContainEqual(['takeEpisode', episode('a'), 'a'.padEnd(64, '0')]);
    const sum = crc32(new TextEncoder().encode('frames 1 of b'));
    expect(calls).toContainEqual(['takeFrames', 'b', 'frames 1 of b', sum]);
    // Nothing is kept before everything is there.
    const order = calls.map(([name]) => name);
    expect(order.lastIndexOf('sealEpisode')).toBeLessThan(order.indexOf('keepTakenRuns'));
    expect(order.indexOf('keepTakenRuns')).toBeLessThan(order.indexOf('keepTakenEpisodes'));
  });

  it('is about as large as was said before', async () => {
    const choices = [
      everything,
      { checkpoints: 'ends', pictures: false },
      { checkpoints: 'none', pictures: false },
    ] as const;
    const sizes = choices.map((choice) => estimatedBytes(contents, choice));
    expect(sizes[0]).toBeGreaterThan(sizes[1] ?? 0);
    expect(sizes[1]).toBeGreaterThan(sizes[2] ?? 0);
    const none = await openProject(await saved({ checkpoints: 'none', pictures: false }));
    expect(none.manifest).toMatchObject({ checkpoints: 0, pictures: false });
    expect(planOf(none, nothing).pictureless).toHaveLength(2);
  });

  it('leaves a checkpoint out that cannot be read, and says so', async () => {
    const broken = {
      ...readers,
      gpu: {
        ...readers.gpu,
        exportCheckpoint: async (one: string, id: string | null) => {
          if (id === '1-1') throw new Error('It was altered.');
          return readers.gpu.exportCheckpoint(one, id);
        },
      },
    };
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const leftOut = await writeProject(
      contents,
      everything,
      broken,
      { write: async (b) => void parts.push(b) },
      {
        ...{ madeWith: 'x', madeAt: MADE_AT, signal: signal(), onProgress: ignore, page: () => null },
      },
    );
    expect(leftOut.join()).toMatch(/It was altered/);
    expect((await openProject(new Blob(parts))).manifest.checkpoints).toBe(1);
  });

  it('overwrites nothing that is here, and brings back what is in the bin', async () => {
    const project = await openProject(await saved());
    const here: Here = {
      runs: [run],
      deletedRuns: [],
      // The same recording under another id, without its words.
      episodes: [
        kept('z', { fingerprint: 'a'.padEnd(64, '0'), episode: episode('z', { segments: [] }) }),
        kept('b', { removedAt: 5 }),
      ],
    };
    const plan = planOf(project, here);
    expect(plan.newRuns).toEqual([]);
    expect(plan.newEpisodes).toEqual([]);
    expect(plan.binnedEpisodes).toEqual(['b']);
    expect(plan.changes).toEqual([
      { episode: 'z', before: [], after: [{ from: 0, to: 2, text: 'The hand is open.' }] },
    ]);
    const { calls, workers } = writers();
    const taken = await takeIn(plan, workers, signal(), ignore);
    expect(calls.map(([name]) => name)).not.toContain('takeRun');
    expect(calls).toContainEqual(['restoreEpisodes', ['b']]);
    expect(calls).toContainEqual(['updateEpisode', 'z', { segments: [{ from: 0, to: 2, text: 'The hand is open.' }] }]);
    expect(taken.changes).toHaveLength(1);
    const same = planOf(project, { runs: [run], deletedRuns: [], episodes: [kept('a'), kept('b')] });
    expect(bringsAnything(same)).toBe(false);
  });

  it('leaves all as it was where something fails or somebody cancels', async () => {
    const plan = planOf(await openProject(await saved()), nothing);
    const failing = writers();
    failing.data.takeFrames.mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(takeIn(plan, failing.workers, signal(), ignore)).rejects.toThrow('The disk is full.');
    expect(failing.calls.map(([name]) => name)).not.toContain('keepTakenRuns');
    expect(failing.gpu.dropTakenRuns).toHaveBeenCalledWith(['r1']);
    expect(failing.data.dropTakenEpisodes).toHaveBeenCalled();

    const stopped = writers();
    const abort = new AbortController();
    const cancel = (bytes: number) => void (bytes > 0 && abort.abort());
    await expect(takeIn(plan, stopped.workers, abort.signal, cancel)).rejects.toMatchObject({ name: 'AbortError' });
    expect(stopped.gpu.dropTakenRuns).toHaveBeenCalled();

    const late = writers();
    late.data.keepTakenEpisodes.mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(takeIn(plan, late.workers, signal(), ignore)).rejects.toThrow();
    expect(late.gpu.forgetRuns).toHaveBeenCalledWith(['r1']);
  });
});

describe('a file that is no whole project', () => {
  /** A project with some of its texts replaced. */
  async function with_(texts: Record<string, string>): Promise<Blob> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const zip = new ZipWriter({ write: async (bytes) => void parts.push(bytes) }, MADE_AT);
    for (const [name, text] of Object.entries(texts)) await zip.text(name, text);
    await zip.end();
    return new Blob(parts);
  }
  const manifest = {
    ...{ kind: 'palindrome-project', format: 1, madeWith: 'x', madeAt: MADE_AT.toISOString() },
    ...{ runs: 0, checkpoints: 0, episodes: 0, pictures: false },
  };
  const record = { id: 'r1', name: 'A', createdAt: CREATED, recipe: PRESETS.smoke, latest: null, summary: null };
  const line = { episode: episode('a'), fingerprint: null, frames: null };

  it.each([
    ['of something else', { 'a.txt': 'x' }, /no project file/],
    ['of a newer studio', { 'manifest.json': JSON.stringify({ ...manifest, format: 2 }) }, /newer version/],
    ['with a manifest that is no JSON', { 'manifest.json': '{' }, /manifest\.json.*cannot be read/],
    ['that lacks a run', { 'manifest.json': JSON.stringify({ ...manifest, runs: 1 }) }, /missing/],
    [
      'with a run in the folder of another',
      { 'manifest.json': JSON.stringify({ ...manifest, runs: 1 }), 'runs/r2/run.json': JSON.stringify(record) },
      /another run/,
    ],
    [
      'with a recipe that is none',
      {
        'manifest.json': JSON.stringify({ ...manifest, runs: 1 }),
        'runs/r1/run.json': JSON.stringify({ ...record, recipe: { ...PRESETS.smoke, seed: -1 } }),
      },
      /cannot be used/,
    ],
    [
      'with words beyond the end of an episode',
      {
        'manifest.json': JSON.stringify({ ...manifest, episodes: 1 }),
        'episodes.jsonl': JSON.stringify({
          ...line,
          episode: episode('a', { segments: [{ from: 0, to: 9, text: 'x' }] }),
        }),
      },
      /beyond the end/,
    ],
    [
      'with an episode that would be a simulated one',
      {
        'manifest.json': JSON.stringify({ ...manifest, episodes: 1 }),
        'episodes.jsonl': JSON.stringify({ ...line, episode: episode('sim-1-2-v30m0') }),
      },
      /cannot be read/,
    ],
    [
      'that promises pictures which are not in it',
      {
        'manifest.json': JSON.stringify({ ...manifest, episodes: 1 }),
        'episodes.jsonl': JSON.stringify({ ...line, frames: { folder: 'episodes/1', chunks: 1 } }),
      },
      /missing/,
    ],
  ])('%s is refused in words', async (_what, texts, words) => {
    const refused = openProject(await with_(texts as unknown as Record<string, string>));
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toBeInstanceOf(BadArchive);
  });

  it('with curves that are none is refused before anything is kept', async () => {
    const project = await openProject(
      await with_({
        'manifest.json': JSON.stringify({ ...manifest, runs: 1 }),
        'runs/r1/run.json': JSON.stringify(record),
        'runs/r1/metrics.jsonl': '{"kind":"validation","step":1}\n',
      }),
    );
    const { workers, gpu } = writers();
    await expect(takeIn(planOf(project, nothing), workers, signal(), ignore)).rejects.toThrow(/“A”.*cannot be read/);
    expect(gpu.keepTakenRuns).not.toHaveBeenCalled();
    expect(gpu.dropTakenRuns).toHaveBeenCalled();
  });
});
