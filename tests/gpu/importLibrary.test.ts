import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Episode } from '../../src/episodes/episode';
import { visibleChange } from '../../src/episodes/frames';
import { ImportControl } from '../../src/episodes/importControl';
import { importFiles } from '../../src/episodes/importFiles';
import type { ImportEntry } from '../../src/episodes/importLine';
import { EpisodeLibrary } from '../../src/episodes/library';
import { FRAME_BYTES, STORE_SIZE } from '../../src/episodes/squarePicture';
import { dataFile, dataLines, episodeFiles } from './importData';

const videos = await dataLines('videos/videos.jsonl');
const episodes = await dataLines('episodes/episodes.jsonl');

let name = '';
let library: EpisodeLibrary;
let count = 0;

beforeEach(async () => {
  name = `test-episodes-${count++}`;
  await deleteDB(name);
  library = await EpisodeLibrary.open(name);
});

afterEach(async () => {
  library.close();
  await deleteDB(name);
});

function record(id: string, frameCount: number): Episode {
  return {
    id,
    source: 'images',
    name: id,
    task: 'Put the cup on the plate.',
    template: 'put the cup on the plate',
    category: 'pick and place',
    counterTask: null,
    outcome: 'unknown',
    mishap: null,
    traits: null,
    frameCount,
    framesPerSecond: null,
    aspect: 1,
    group: id,
    split: null,
    trim: null,
    downsample: null,
    segments: [],
    licence: null,
    attribution: null,
  };
}

/** Frames of one colour each: the number of the frame in red. */
function flatFrames(from: number, to: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((to - from) * FRAME_BYTES);
  for (let i = 0; i < bytes.length; i += 3) bytes[i] = from + Math.floor(i / FRAME_BYTES);
  return bytes;
}

async function add(id: string, frames: number): Promise<Episode> {
  const writer = await library.write(id);
  for (let at = 0; at < frames; at += 30) await writer.write(flatFrames(at, Math.min(frames, at + 30)));
  const episode = record(id, frames);
  await writer.commit(episode);
  return episode;
}

async function storedKeys(): Promise<{ episodes: number; chunks: number; signatures: number }> {
  const db = await openDB(name);
  try {
    const [e, c, s] = await Promise.all(['episodes', 'chunks', 'signatures'].map((store) => db.count(store)));
    return { episodes: e ?? 0, chunks: c ?? 0, signatures: s ?? 0 };
  } finally {
    db.close();
  }
}

describe('the library', () => {
  test('gives back every frame over chunk borders, in the order asked', async () => {
    const episode = await add('long', 200);
    const asked = [199, 0, 85, 84, 170, 84];
    const bytes = await library.read(episode, asked, STORE_SIZE);
    expect(asked.map((_, i) => bytes[i * FRAME_BYTES])).toEqual(asked);
    const small = await library.read(episode, asked, 48);
    expect(asked.map((_, i) => small[i * 48 * 48 * 3])).toEqual(asked);
    expect((await library.signatures(episode, [3, 100])).map((vector) => vector.length)).toEqual([256, 256]);
    await expect(library.read(episode, [200], 48)).rejects.toThrow(/frames 0 to 199/);
  });

  test('stores chunks of at most 4 MB', async () => {
    await add('long', 200);
    const db = await openDB(name);
    const chunks = (await db.getAll('chunks')) as ArrayBuffer[];
    db.close();
    expect(chunks).toHaveLength(3);
    for (const chunk of chunks) expect(chunk.byteLength).toBeLessThanOrEqual(4 * 2 ** 20);
  });

  test('an import that never ended leaves nothing after the next start', async () => {
    await add('kept', 10);
    // Written as by a tab that was killed: chunks, and no record.
    const db = await openDB(name);
    await db.put('chunks', new ArrayBuffer(8), ['killed', 0]);
    db.close();
    expect(await storedKeys()).toEqual({ episodes: 1, chunks: 2, signatures: 1 });
    library.close();
    library = await EpisodeLibrary.open(name);
    expect(await storedKeys()).toEqual({ episodes: 1, chunks: 1, signatures: 1 });
  });

  test('a second tab leaves an import under way alone', async () => {
    const writer = await library.write('under-way');
    await writer.write(flatFrames(0, 100));
    const other = await EpisodeLibrary.open(name);
    await writer.commit(record('under-way', 100));
    expect((await other.read(record('under-way', 100), [99], 64))[0]).toBe(99);
    other.close();
  });

  test('an aborted import leaves nothing', async () => {
    const writer = await library.write('given-up');
    await writer.write(flatFrames(0, 100));
    await writer.abort();
    expect(await storedKeys()).toEqual({ episodes: 0, chunks: 0, signatures: 0 });
  });

  test('goes on after the browser closed the connection', async () => {
    const episode = await add('a', 12);
    const { transaction } = IDBDatabase.prototype;
    let failures = 1;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...rest: Parameters<typeof transaction>) {
      if (failures-- > 0) throw new DOMException('The database connection is closing.', 'InvalidStateError');
      return transaction.apply(this, rest);
    } as typeof transaction;
    try {
      expect(await library.list()).toEqual([episode]);
    } finally {
      IDBDatabase.prototype.transaction = transaction;
    }
  });

  test('a full disk is said, and nothing half-written stays', async () => {
    const { put } = IDBObjectStore.prototype;
    let left = 1;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...rest: Parameters<typeof put>) {
      if (this.name === 'chunks' && left-- <= 0) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, rest);
    } as typeof put;
    let entries: ImportEntry[];
    try {
      const files = Array.from({ length: 100 }, (_, i) => ({ path: `cups/${i}.png`, file: dot }));
      entries = await importFiles(files, library);
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(entries.map(({ state, reason }) => [state, reason])).toEqual([['refused', 'full']]);
    expect(entries[0]?.sentence).toMatch(/storage.*full.*Delete/);
    expect(await storedKeys()).toEqual({ episodes: 0, chunks: 0, signatures: 0 });
  });

  test('an import goes on when there is room, also where a recording that began before finds the disk full after', async () => {
    const control = new ImportControl();
    const resumed = new Promise<void>((resolve) => {
      const { resume } = control;
      control.resume = () => resolve(resume.call(control));
    });
    let asked = 0;
    let halts = 0;
    const entries = await importFiles(
      ['cups', 'towels'].flatMap((task, kind) =>
        Array.from({ length: 8 }, (_, i) => ({ path: `${task}/${i}.png`, file: kind === 0 ? dot : largerDot })),
      ),
      library,
      {
        control,
        isAttended: true,
        // The first is told at once, the second only after the visitor has made room.
        bytesLeft: () => (asked++ === 0 ? Promise.resolve(0) : resumed.then(() => 0)),
        onEntry: ({ state, reason }) => {
          if (state !== 'paused' || reason !== 'full') return;
          halts++;
          setTimeout(() => control.resume(), 20);
        },
      },
    );
    expect(entries.map(({ state }) => state)).toEqual(['done', 'done']);
    expect({ asked, halts }).toEqual({ asked: 2, halts: 1 });
  });

  test('an import whose disk is full first gives up what can be had again, once for all that meet it', async () => {
    const files = ['cups', 'towels'].flatMap((task, kind) =>
      Array.from({ length: 8 }, (_, i) => ({ path: `${task}/${i}.png`, file: kind === 0 ? dot : largerDot })),
    );
    let made = 0;
    // There is something to give up the first time only.
    const makeRoom = () => Promise.resolve(made++ === 0);
    const states = (entries: ImportEntry[]) => entries.map(({ state, reason }) => [state, reason]);
    const stays = await importFiles(files, library, { makeRoom, bytesLeft: () => Promise.resolve(0) });
    expect(states(stays)).toEqual([
      ['refused', 'full'],
      ['refused', 'full'],
    ]);
    expect(made).toBe(1);
    made = 0;
    let asked = 0;
    const goes = await importFiles(files, library, {
      makeRoom,
      bytesLeft: () => Promise.resolve(asked++ < 2 ? 0 : 1e9),
    });
    expect(states(goes)).toEqual([
      ['done', null],
      ['done', null],
    ]);
    expect(made).toBe(1);
  });

  test('removed episodes come back until they are purged', async () => {
    const a = await add('a', 12);
    const b = await add('b', 12);
    await library.remove(['a']);
    expect(await library.list()).toEqual([b]);
    expect((await library.usage()).episodes).toBe(1);
    await library.restore(['a']);
    expect(await library.list()).toEqual([a, b]);
    await library.remove(['b']);
    await library.purge();
    await expect(library.restore(['b'])).rejects.toThrow(/given up for good/);
    expect(await library.list()).toEqual([a]);
    expect(await storedKeys()).toEqual({ episodes: 1, chunks: 1, signatures: 1 });
  });

  test('removed episodes stay for a time, also when the library is opened again, and can be given up singly', async () => {
    for (const id of ['a', 'b', 'c']) await add(id, 12);
    await library.remove(['a'], 1000);
    await library.remove(['b', 'c'], 2000);
    library.close();
    library = await EpisodeLibrary.open(name, 1500);
    const inBin = async () => (await library.kept()).map(({ episode, removedAt }) => [episode.id, removedAt]);
    expect(await inBin()).toEqual([
      ['b', 2000],
      ['c', 2000],
    ]);
    await library.forget(['b']);
    await library.restore(['c']);
    // What is in the list cannot be given up by mistake.
    await library.forget(['c']);
    expect(await inBin()).toEqual([['c', null]]);
    expect((await library.storedChunk('c', 0)).byteLength).toBe(12 * FRAME_BYTES);
    await expect(library.storedChunk('c', 9)).rejects.toThrow(/missing/);
  });

  test('a new task takes template and guessed category along; nonsense is refused', async () => {
    await add('a', 12);
    const updated = await library.update('a', { task: ' Fold the  towel. ', trim: { start: 1, end: 9 } });
    expect(updated).toMatchObject({
      task: 'Fold the  towel.',
      template: 'fold the towel',
      category: 'garment manipulation',
    });
    expect(await library.get('a')).toEqual(updated);
    await expect(library.update('a', { trim: { start: 5, end: 12 } })).rejects.toThrow(/frames 0 to 11/);
    await expect(library.update('a', { task: ' ' })).rejects.toThrow(/sentence/);
    expect(await library.get('a')).toEqual(updated);
  });
});

async function pictureOfDot(side: number): Promise<File> {
  const canvas = new OffscreenCanvas(8, 8);
  canvas.getContext('2d')?.fillRect(0, 0, side, side);
  return new File([await canvas.convertToBlob({ type: 'image/png' })], 'dot.png');
}
const dot = await pictureOfDot(4);
const largerDot = await pictureOfDot(6);

describe('images', () => {
  test('natural order, broken and strange images', async () => {
    const colours = [1, 2, 10, 11, 3, 20].map(async (n) => {
      const canvas = new OffscreenCanvas(20, 10);
      const context = canvas.getContext('2d');
      if (context) context.fillStyle = `rgb(${n * 10} 0 0)`;
      context?.fillRect(0, 0, 20, 10);
      return { path: `f/frame${n}.png`, file: new File([await canvas.convertToBlob()], `frame${n}.png`) };
    });
    const files = await Promise.all(colours);
    const [entry] = await importFiles(files, library);
    expect(entry?.state).toBe('done');
    const [episode] = await library.list();
    if (!episode) throw new Error('no episode');
    expect(episode.aspect).toBe(2);
    const bytes = await library.read(episode, [0, 1, 2, 3, 4, 5], 16);
    expect([0, 1, 2, 3, 4, 5].map((i) => bytes[i * 16 * 16 * 3])).toEqual([10, 20, 30, 100, 110, 200]);

    const cut = new File([await (files[0]?.file ?? dot).slice(0, 60).arrayBuffer()], 'cut.png');
    const cases: [File, RegExp][] = [
      [cut, /damaged or cut off/],
      [new File(['<svg/>'], 'x.png'), /not a JPEG, PNG or WebP/],
      [dot, /different shapes/],
    ];
    for (const [file, words] of cases) {
      const bad = [...files, { path: 'f/frame30.png', file }].map(({ path, file: f }) => ({
        path: `bad${path}`,
        file: f,
      }));
      const [refused] = await importFiles(bad, library);
      expect(refused).toMatchObject({ state: 'refused', reason: 'unreadable' });
      expect(refused?.sentence).toMatch(words);
    }
    const [short] = await importFiles(files.slice(0, 3), library);
    expect(short).toMatchObject({ state: 'refused', reason: 'too short' });
  });
});

describe.skipIf(videos.length === 0)('the whole set of videos at once', () => {
  test('each file gets its state; lists give tasks; a second import finds them again', async () => {
    const names = videos.map(({ file }) => String(file));
    const files = await Promise.all(
      [...names, 'videos.jsonl'].map(async (n) => ({ path: `videos/${n}`, file: await dataFile(`videos/${n}`) })),
    );
    files.push({ path: 'videos/notes.docx', file: new File(['x'], 'notes.docx') });
    let reports = 0;
    const entries = await importFiles(files, library, { onEntry: () => reports++ });
    const byPath = new Map(entries.map((entry) => [entry.path, entry]));
    for (const line of videos) {
      const entry = byPath.get(`videos/${String(line['file'])}`);
      const wanted = line['expect'] === 'ok' ? ['done', null] : ['refused', line['expect']];
      expect([entry?.state, entry?.reason], `${entry?.path}: ${entry?.sentence}`).toEqual(wanted);
      if (line['expect'] !== 'ok') continue;
      const episode = await library.get(entry?.episodeId ?? '');
      expect(episode).toMatchObject({
        task: line['task'],
        frameCount: line['frames'],
        outcome: line['outcome'],
        split: line['split'],
        group: line['episodeId'],
        licence: line['licence'],
      });
    }
    expect(new Set(entries.filter(({ state }) => state === 'refused').map(({ sentence }) => sentence)).size).toBe(10);
    expect(byPath.get('videos/notes.docx')).toMatchObject({ state: 'ignored' });
    expect(byPath.get('videos/videos.jsonl')).toMatchObject({ state: 'done', sentence: 'Describes 21 recordings.' });
    expect(reports).toBeGreaterThan(entries.length * 2);

    const again = await importFiles(files.slice(0, 1), library);
    expect(again[0]).toMatchObject({ state: 'duplicate' });
    expect((await library.list()).length).toBe(11);
  });

  test('of damaged ones the part that can be read is kept where somebody asks for it', async () => {
    const names = ['truncated-h264.mp4', 'corrupt-middle.mp4', 'truncated-vp9.webm', 'truncated-no-moov.mp4'];
    const files = await Promise.all(names.map(async (n) => ({ path: n, file: await dataFile(`videos/${n}`) })));
    const refused = await importFiles(files, library);
    expect(refused.map(({ readable }) => readable)).toEqual([46, 49, 60, null]);
    const kept = await importFiles(files, library, { keepsPart: true });
    expect(kept.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'refused']);
    expect(kept[0]?.sentence).toMatch(/Only the first 46 of 88 frames could be read/);
    const stored = await library.list();
    expect(stored.map(({ frameCount }) => frameCount).sort()).toEqual([46, 49, 60]);
    const cut = stored.find(({ frameCount }) => frameCount === 46);
    expect(cut?.framesPerSecond).toBeCloseTo(15, 0);
    if (cut) expect((await library.read(cut, [45], 16)).length).toBe(16 * 16 * 3);
  });

  test('cancelling keeps what is done and leaves nothing half-written', async () => {
    const stop = new AbortController();
    const names = ['apple-in-tray-320x180-10fps.mp4', 'two-step-720p60.mp4', 'three-step-400x224.mp4'];
    const files = await Promise.all(names.map(async (n) => ({ path: n, file: await dataFile(`videos/${n}`) })));
    const onEntry = ({ state }: ImportEntry) => {
      if (state === 'done') stop.abort();
    };
    const entries = await importFiles(files, library, { signal: stop.signal, onEntry });
    expect(entries[0]?.state).toBe('done');
    expect(entries.slice(1).map(({ reason }) => reason)).toEqual(['cancelled', 'cancelled']);
    expect(await storedKeys()).toMatchObject({ episodes: 1, signatures: 1, chunks: 2 });
  });
});

describe.skipIf(episodes.length === 0)('image folders of the set', () => {
  test('with their list: task, split, group, trim; signatures tell still from moving', async () => {
    const ids = ['liv-apple-in-tray-2', 'g1-000020', 'vlac-rice-595-view0'];
    const lines = ids.map((id) => episodes.find((line) => line['id'] === id) ?? {});
    const folders = await Promise.all(lines.map((line) => episodeFiles(String(line['id']), Number(line['frames']))));
    const list = { path: 'episodes/episodes.jsonl', file: await dataFile('episodes/episodes.jsonl') };
    const entries = await importFiles([...folders.flat(), list], library);
    expect(entries.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    const stored = await library.list();
    const stillSteps: number[] = [];
    for (const line of lines) {
      const episode = stored.find(({ name: shown }) => shown === line['id']);
      if (!episode) throw new Error(`no ${String(line['id'])}`);
      expect(episode).toMatchObject({
        task: line['task'],
        split: line['split'],
        group: line['rollout'],
        downsample: 1,
      });
      if (line['trimEnd'] === null) {
        expect(episode.trim).toBeNull();
        continue;
      }
      const idle = Number(line['idleStart']);
      const last = Number(line['frames']) - 1 - Number(line['trimEnd']);
      expect(episode.trim).toEqual({ start: idle, end: last });
      const all = await library.signatures(
        episode,
        Array.from({ length: episode.frameCount }, (_, i) => i),
      );
      const change = (a: number, b: number) => visibleChange(all[a] as Float32Array, all[b] as Float32Array);
      for (let i = 1; i <= idle; i++) stillSteps.push(change(i - 1, i));
      for (let i = idle + 2; i + 5 < last; i++) expect(change(i, i + 5)).toBeGreaterThan(1);
    }
    // Camera noise and flicker reach the threshold now and then.
    expect(stillSteps.filter((change) => change < 1).length / stillSteps.length).toBeGreaterThan(0.85);
  });
});
