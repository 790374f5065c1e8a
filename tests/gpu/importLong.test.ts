// Films that are long, and reading that is halted: what is held in memory does not grow with the length, and after a
// pause every frame is the same as without one.
import { deleteDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImportControl } from '../../src/episodes/importControl';
import { importFiles } from '../../src/episodes/importFiles';
import type { ImportEntry } from '../../src/episodes/importLine';
import { EpisodeLibrary } from '../../src/episodes/library';
import { readVideo } from '../../src/episodes/video';
import { madeVideo } from './madeVideo';

const NAME = 'test-long-imports';
let library: EpisodeLibrary;

beforeEach(async () => {
  await deleteDB(NAME);
  library = await EpisodeLibrary.open(NAME);
});

afterEach(async () => {
  library.close();
  await deleteDB(NAME);
});

/** Most decoded frames that were open at once while `work` ran. */
async function mostOpenFrames(work: () => Promise<unknown>): Promise<number> {
  const [Decoder, Frame] = [VideoDecoder, VideoFrame];
  const { close, clone } = VideoFrame.prototype;
  const open = new Set<VideoFrame>();
  let most = 0;
  const opened = (frame: VideoFrame) => {
    open.add(frame);
    most = Math.max(most, open.size);
    return frame;
  };
  globalThis.VideoDecoder = class extends Decoder {
    constructor(init: VideoDecoderInit) {
      super({ ...init, output: (frame) => init.output(opened(frame)) });
    }
  };
  globalThis.VideoFrame = new Proxy(Frame, {
    construct: (target, given: ConstructorParameters<typeof VideoFrame>) => opened(new target(...given)),
  });
  Frame.prototype.clone = function (this: VideoFrame) {
    return opened(clone.call(this));
  };
  Frame.prototype.close = function (this: VideoFrame) {
    open.delete(this);
    close.call(this);
  };
  try {
    await work();
  } finally {
    globalThis.VideoDecoder = Decoder;
    globalThis.VideoFrame = Frame;
    Object.assign(Frame.prototype, { close, clone });
  }
  expect(open.size).toBe(0);
  return most;
}

describe('a long film', () => {
  test('holds no more decoded frames at once than a short one, and hands on few at a time', async () => {
    const most: number[] = [];
    for (const groups of [2, 16]) {
      const file = await madeVideo(groups);
      let frames = 0;
      most.push(
        await mostOpenFrames(async () => {
          // Storing is slower than decoding here, so that frames would pile up if nothing held the decoder back.
          const facts = await readVideo(file, async (bytes) => {
            expect(bytes.byteLength).toBeLessThan(2 ** 20);
            frames++;
            await new Promise((resolve) => setTimeout(resolve, 20));
          });
          expect(facts.shownFrames).toBe(groups * 60);
        }),
      );
      expect(frames).toBeGreaterThan(0);
    }
    console.log(`Decoded frames open at once: ${most.join(' and ')} for 120 and 960 frames.`);
    expect(most[1]).toBeLessThanOrEqual((most[0] ?? 0) + 8);
    expect(Math.max(...most)).toBeLessThan(64);
  });

  test('over five minutes is stored at a lower rate, and says so', async () => {
    const file = await madeVideo(160);
    const [entry] = await importFiles([{ path: 'wipe the table.webm', file }], library);
    expect(entry?.sentence).toMatch(/Of 9,600 frames in 320 s, 4,800 frames are stored \(15 a second, 237 MB\)/);
    const [episode] = await library.list();
    expect(episode).toMatchObject({ frameCount: 4800, downsample: 5 });
    expect(episode?.framesPerSecond).toBeCloseTo(15, 1);
    expect((await library.usage()).bytes).toBeLessThan(240e6);
  });

  test('that will not fit is not begun, and says what to do', async () => {
    const file = await madeVideo(4);
    const options = { bytesLeft: () => Promise.resolve(5e6) };
    const [entry] = await importFiles([{ path: 'a.webm', file }], library, options);
    expect(entry).toMatchObject({ state: 'refused', reason: 'full' });
    expect(entry?.sentence).toMatch(/needs 11\.9 MB .* has 5\.0 MB left .* Delete episodes/);
    expect((await library.usage()).bytes).toBe(0);
  });
});

describe('a pause', () => {
  test('gives back the decoder and goes on from the same frame: every picture is as without it', async () => {
    const file = await madeVideo(3);
    const read = async (pauses: boolean) => {
      const control = new ImportControl();
      const bytes: Uint8Array[] = [];
      let halts = 0;
      await readVideo(
        file,
        (bundle) => {
          bytes.push(bundle.slice());
          if (!pauses) return;
          halts++;
          control.pause();
          setTimeout(() => control.resume(), 5);
        },
        { gate: control },
      );
      return { halts, all: new Uint8Array(await new Blob(bytes as BlobPart[]).arrayBuffer()) };
    };
    const [plain, halted] = [await read(false), await read(true)];
    expect(halted.halts).toBeGreaterThan(5);
    expect(halted.all.byteLength).toBe(plain.all.byteLength);
    expect(halted.all.every((byte, i) => byte === plain.all[i])).toBe(true);
  });

  test('cancelled in a pause keeps what is done and leaves nothing half-written', async () => {
    const [short, long] = [await madeVideo(1), await madeVideo(6)];
    const control = new ImportControl();
    const onEntry = (entry: ImportEntry) => {
      if (entry.path === 'long.webm' && entry.state === 'reading' && (entry.progress ?? 0) > 0) control.pause();
      if (entry.state === 'paused') setTimeout(() => control.cancel());
    };
    const files = [
      { path: 'short.webm', file: short },
      { path: 'long.webm', file: long },
    ];
    const entries = await importFiles(files, library, { control, onEntry });
    expect(entries.find(({ path }) => path === 'long.webm')).toMatchObject({ state: 'refused', reason: 'cancelled' });
    const { bytes, episodes } = await library.usage();
    expect(episodes).toBe(entries.filter(({ state }) => state === 'done').length);
    expect(bytes).toBe(episodes * 60 * (128 * 128 * 3 + 256));
  });
});

describe('the same film again', () => {
  test('is known under another name, in the same drop and later, and can come back once removed', async () => {
    const file = await madeVideo(1);
    const both = [
      { path: 'a.webm', file },
      { path: 'b.webm', file },
    ];
    const first = await importFiles(both, library);
    expect(first.map(({ state }) => state).sort()).toEqual(['done', 'duplicate']);
    library.close();
    library = await EpisodeLibrary.open(NAME);
    const [later] = await importFiles([{ path: 'folder/c.webm', file }], library);
    const [known] = await library.list();
    expect(later).toMatchObject({ state: 'duplicate', episodeId: known?.id });
    expect(later?.sentence).toContain(`“${known?.name}”`);
    await library.remove([known?.id ?? '']);
    const [again] = await importFiles([{ path: 'c.webm', file }], library);
    expect(again?.state).toBe('done');
    expect(await library.list()).toHaveLength(1);
  });

  test('a copy of a film that is refused is refused as well', async () => {
    const whole = await madeVideo(2);
    const cut = new File([whole.slice(0, 300)], 'cut.webm');
    const entries = await importFiles(
      ['a.webm', 'b.webm'].map((path) => ({ path, file: cut })),
      library,
    );
    expect(entries.map(({ state }) => state)).toEqual(['refused', 'refused']);
  });

  test('a full disk halts an attended import, which goes on once there is room', async () => {
    const control = new ImportControl();
    let room = 1e6;
    const seen: string[] = [];
    const onEntry = (entry: ImportEntry) => {
      seen.push(entry.state);
      if (entry.state !== 'paused') return;
      expect(entry.sentence).toMatch(/storage.*Delete/);
      room = 1e9;
      setTimeout(() => control.resume());
    };
    const file = await madeVideo(2);
    const options = { control, isAttended: true, onEntry, bytesLeft: () => Promise.resolve(room) };
    const [entry] = await importFiles([{ path: 'a.webm', file }], library, options);
    expect(seen).toContain('paused');
    expect(entry?.state).toBe('done');
  });
});
