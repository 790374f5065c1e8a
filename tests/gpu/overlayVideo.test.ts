// The video of an episode over its curve: encoded, read back and looked at, in each container that it is written in.
import { ALL_FORMATS, BlobSource, CanvasSink, Input } from 'mediabunny';
import { afterEach, expect, it, vi } from 'vitest';
import type { Episode } from '../../src/episodes/episode';
import type { FrameSource } from '../../src/episodes/frames';
import { overlayVideo } from '../../src/workers/overlayVideo';
import type { OverlayRequest } from '../../src/workers/rewardApi';

const WIDTH = 320;
const FRAMES = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18];
const RATE = 5;

/** Frame by frame from black to red. */
const source = {
  read: (_: Episode, frames: readonly number[], size: number) =>
    Promise.resolve(
      Uint8Array.from({ length: frames.length * size * size * 3 }, (_, i) =>
        i % 3 === 0 ? 12 * (frames[Math.floor(i / (3 * size * size))] ?? 0) : 0,
      ),
    ),
} as unknown as FrameSource;

/** @param rows of the plot; the library remembers for each size what can be encoded */
function request(rows: number): OverlayRequest {
  const canvas = new OffscreenCanvas(WIDTH, rows);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.fillStyle = '#88bbee';
  pen.fillRect(0, 0, WIDTH, rows);
  return {
    episodeId: 'a film',
    frames: FRAMES,
    rate: RATE,
    plot: canvas.transferToImageBitmap(),
    places: FRAMES.map((_, i) => 20 + 30 * i),
    top: 10,
    bottom: rows - 10,
    readouts: FRAMES.map((frame) => `frame ${frame}`),
  };
}

const write = (rows: number, tell: (share: number) => void = () => undefined, wanted = { isCancelled: false }) =>
  overlayVideo({ aspect: 2 } as Episode, source, request(rows), tell, wanted);

afterEach(() => vi.restoreAllMocks());

function refuse(...codecs: string[]) {
  const asked = VideoEncoder.isConfigSupported.bind(VideoEncoder);
  vi.spyOn(VideoEncoder, 'isConfigSupported').mockImplementation((config) =>
    codecs.some((codec) => config.codec.startsWith(codec))
      ? Promise.resolve({ supported: false, config })
      : asked(config),
  );
}

it.for([
  ['as MP4 where H.264 can be written', [], 'mp4', 120],
  ['as WebM elsewhere', ['avc'], 'webm', 140],
] as const)('is written %s', async ([, refused, ending, rows], { skip }) => {
  const avc = { codec: 'avc1.42001f', width: WIDTH, height: 308 };
  const canAvc = (await VideoEncoder.isConfigSupported(avc)).supported === true;
  skip(ending === 'mp4' && !canAvc, 'This browser encodes no H.264.');
  refuse(...refused);
  const shares: number[] = [];
  const video = await write(rows, (share) => shares.push(share));
  if (!video) throw new Error('nothing was written');
  expect(video).toMatchObject({ ending, type: `video/${ending}` });
  expect(shares).toEqual([0.8, 1]);

  const input = new Input({ source: new BlobSource(new Blob([video.bytes])), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no track');
  expect([track.displayWidth, track.displayHeight]).toEqual([WIDTH, 160 + 28 + rows]);
  expect(await track.computeDuration()).toBeCloseTo(FRAMES.length / RATE, 1);
  let at = 0;
  for await (const { canvas, timestamp } of new CanvasSink(track).canvases()) {
    expect(timestamp).toBeCloseTo(at / RATE, 2);
    const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    const near = (x: number, y: number) => [...pen.getImageData(x, y, 1, 1).data.slice(0, 3)];
    // The picture, the plot, and the scrubber on it; encoded colours are some levels off.
    const [red = 0, green = 0] = near(WIDTH / 2, 80);
    expect(Math.abs(red - 12 * (FRAMES[at] ?? 0))).toBeLessThan(24);
    expect(green).toBeLessThan(24);
    const y = 160 + 28 + rows / 2;
    const brightness = (x: number) => near(x, y).reduce((sum, value) => sum + value, 0);
    const place = 20 + 30 * at;
    expect(brightness(place)).toBeLessThan(brightness(place + 12) - 100);
    at++;
  }
  expect(at).toBe(FRAMES.length);
});

it('ends where somebody cancels, with nothing', async () => {
  const wanted = { isCancelled: false };
  const shares: number[] = [];
  const video = await write(
    160,
    (share) => {
      shares.push(share);
      wanted.isCancelled = true;
    },
    wanted,
  );
  expect(video).toBeNull();
  expect(shares).toEqual([0.8]);
});

it('says that a browser can write no video', async () => {
  refuse('avc', 'vp');
  await expect(write(180)).rejects.toThrow('This browser can encode neither');
});
