import { ALL_FORMATS, BlobSource, Input, VideoSampleSink } from 'mediabunny';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/episodes/refusal';
import { FRAME_BYTES, SquarePictures, STORE_SIZE } from '../../src/episodes/squarePicture';
import { readVideo } from '../../src/episodes/video';
import type { ReadOptions, VideoFacts } from '../../src/episodes/video';
import { dataFile, dataLines } from './importData';

const lines = await dataLines('videos/videos.jsonl');

async function read(file: Blob, options?: ReadOptions): Promise<VideoFacts & { frames: Uint8Array[] }> {
  const frames: Uint8Array[] = [];
  const facts = await readVideo(
    file,
    (bytes) => {
      for (let at = 0; at < bytes.byteLength; at += FRAME_BYTES) frames.push(bytes.slice(at, at + FRAME_BYTES));
    },
    options,
  );
  return { ...facts, frames };
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}

/** The stored square of an image file, by way of the canvas. */
async function square(file: Blob): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(file);
  const bytes = new Uint8Array(FRAME_BYTES);
  new SquarePictures(bitmap.width, bitmap.height).reduce((to, w, h) => to.drawImage(bitmap, 0, 0, w, h), bytes, 0);
  return bytes;
}

describe.skipIf(lines.length === 0)('every file of the set gets what is expected of it', () => {
  for (const line of lines.filter(({ expect: wanted }) => wanted === 'ok')) {
    test(`${String(line['file'])} is read whole`, async () => {
      const facts = await read(await dataFile(`videos/${String(line['file'])}`));
      expect(facts.frameCount).toBe(line['frames']);
      expect(facts.frames).toHaveLength(facts.frameCount);
      const turned = line['rotation'] !== 0;
      expect([facts.width, facts.height]).toEqual(
        turned ? [line['height'], line['width']] : [line['width'], line['height']],
      );
      for (let i = 1; i < facts.timestamps.length; i++) {
        expect(facts.timestamps[i]).toBeGreaterThan(facts.timestamps[i - 1] ?? 0);
      }
    });
  }

  const sentences: [string, RegExp][] = [
    ['three-frames.mp4', /H\.264.*3 frames.*0\.3 s.*at least 12/],
    ['pear-in-green-pot-mpeg4part2.mp4', /MPEG-4 Part 2.*Convert/],
    ['pear-in-green-pot-mpeg4part2.avi', /AVI.*MPEG-4 Part 2.*Convert/],
    ['truncated-no-moov.mp4', /index.*missing.*cut off/],
    ['truncated-h264.mp4', /H\.264.*88 frames.*cut off.*46 of its frames/],
    ['truncated-vp9.webm', /lasts 6\.5 s.*VP9, 60 frames, 4 s.*cut off/],
    ['corrupt-middle.mp4', /H\.264, 150 frames, 10 s.*damaged/],
    ['audio-only.mp4', /only sound \(AAC\)/],
    ['empty.mp4', /empty \(0 bytes\)/],
    ['text-file.mp4', /plain text/],
  ];
  for (const [file, words] of sentences) {
    test(`${file} gets its own sentence`, async () => {
      const line = lines.find((other) => other['file'] === file);
      const refusal = await refusalOf(read(await dataFile(`videos/${file}`)));
      expect(refusal.reason).toBe(line?.['expect']);
      expect(refusal.message).toMatch(words);
    });
  }
});

describe.skipIf(lines.length === 0)('pictures', () => {
  test('a video turned by its display matrix looks as the upright pictures do', async () => {
    const line = (await dataLines('episodes/episodes.jsonl')).find(({ id }) => id === 'liv-pineapple-in-green-pot-5');
    const indices = line?.['sourceFrameIndices'] as number[];
    const { frames } = await read(await dataFile('videos/pineapple-in-green-pot-rotated-90.mp4'));
    // The video is the same clip, four times slower; the pictures are frames 0 … last of the clip.
    for (const picture of [0, 16, indices.length - 1]) {
      const name = `${String(picture + 1).padStart(3, '0')}.jpg`;
      const upright = await square(await dataFile(`episodes/liv-pineapple-in-green-pot-5/${name}`));
      const at = Math.round(((indices[picture] ?? 0) / (indices.at(-1) ?? 1)) * (frames.length - 1));
      const differences = [-2, -1, 0, 1, 2].map((shift) => {
        const frame = frames[at + shift];
        return frame ? meanDifference(frame, upright) : Infinity;
      });
      expect(Math.min(...differences)).toBeLessThan(8);
      const mirrored = new Uint8Array(FRAME_BYTES);
      for (let i = 0; i < FRAME_BYTES; i++) {
        const [pixel, channel] = [Math.floor(i / 3), i % 3];
        mirrored[i] = upright[(STORE_SIZE * STORE_SIZE - 1 - pixel) * 3 + channel] ?? 0;
      }
      expect(meanDifference(frames[at] as Uint8Array, mirrored)).toBeGreaterThan(20);
    }
  });

  test('colours and places agree with what the browser draws', async () => {
    for (const name of [
      'apple-in-tray-320x180-10fps.mp4',
      'yellow-bottle-av1-640x480.mp4',
      'pear-in-green-pot-vp9-640x360.webm',
    ]) {
      const file = await dataFile(`videos/${name}`);
      const { frames, width, height } = await read(file);
      const track = await new Input({ formats: ALL_FORMATS, source: new BlobSource(file) }).getPrimaryVideoTrack();
      const sample = track && (await new VideoSampleSink(track).getSample(0));
      const drawn = new Uint8Array(FRAME_BYTES);
      new SquarePictures(width, height).reduce((to, w, h) => sample?.draw(to, 0, 0, w, h), drawn, 0);
      sample?.close();
      expect(meanDifference(frames[0] as Uint8Array, drawn), name).toBeLessThan(2);
    }
  });

  test('a variable frame rate keeps every frame at its own time', async () => {
    const { timestamps, notes } = await read(await dataFile('videos/pineapple-in-black-pot-vfr-640x360.mp4'));
    const steps = timestamps.slice(1).map((time, i) => time - (timestamps[i] ?? 0));
    expect(Math.min(...steps)).toBeCloseTo(1 / 15, 2);
    expect(Math.max(...steps)).toBeCloseTo(1 / 5, 2);
    expect(notes.join(' ')).toContain('frame rate varies');
  });
});

describe.skipIf(lines.length === 0)('control', () => {
  test('cancelling stops in the middle', async () => {
    const stop = new AbortController();
    const options = { signal: stop.signal, progress: () => stop.abort() };
    const refusal = await refusalOf(read(await dataFile('videos/two-step-720p60.mp4'), options));
    expect(refusal.reason).toBe('cancelled');
  });

  test('a decoder that stops answering is given up', async () => {
    const file = await dataFile('videos/apple-in-tray-320x180-10fps.mp4');
    const decode = VideoDecoder.prototype.decode;
    VideoDecoder.prototype.decode = () => undefined;
    const flush = VideoDecoder.prototype.flush;
    VideoDecoder.prototype.flush = () => new Promise(() => undefined);
    try {
      const refusal = await refusalOf(read(file, { watchdogMs: 300 }));
      expect(refusal.message).toMatch(/decoder \(H\.264\) stopped answering/);
    } finally {
      VideoDecoder.prototype.decode = decode;
      VideoDecoder.prototype.flush = flush;
    }
  });

  test('errors of the store are not taken for errors of the file', async () => {
    const file = await dataFile('videos/apple-in-tray-320x180-10fps.mp4');
    const full = readVideo(file, () => Promise.reject(new Refusal('full', 'The disk is full.')));
    expect((await refusalOf(full)).reason).toBe('full');
  });

  test('720p is read faster than it plays', async () => {
    const file = await dataFile('videos/two-step-720p60.mp4');
    const begin = performance.now();
    const { shownFrames } = await read(file);
    const rate = (shownFrames / (performance.now() - begin)) * 1000;
    console.log(
      `720p H.264: ${rate.toFixed(0)} frames a second, ${(rate / 30).toFixed(1)} times real time at 30 a second`,
    );
    // The bar is five times; a loaded test machine gets room.
    expect(rate).toBeGreaterThan(45);
  });
});
