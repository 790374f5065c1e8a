// Writes a video of an episode with its curve under it and the scrubber moving along. What the curve looks like was drawn
// by the page; here the pictures come and everything is encoded in what this browser can write.
import {
  BufferTarget,
  CanvasSource,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  WebMOutputFormat,
} from 'mediabunny';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import * as m from '../words/messages';
import type { Wanted } from './explainPictures';
import { readPictures } from './pictures';
import type { OverlayRequest, OverlayVideo } from './rewardApi';

/** Rows of a picture; width follows its aspect. */
const SIDE = 384;
/** Pictures fetched at once. */
const FETCHED = 8;
/** The line of words between picture and curve. */
const WORDS = 28;
const SCRUBBER = '#1c1b19';
const GROUND = '#fdfcf9';

/** @returns null where it was cancelled. @throws Error in words where the browser can write no video */
export async function overlayVideo(
  episode: Episode,
  source: FrameSource,
  { frames, rate, plot, places, top, bottom, readouts }: OverlayRequest,
  onProgress: (share: number) => void,
  wanted: Wanted,
): Promise<OverlayVideo | null> {
  // Encoders want even sides.
  const even = (pixels: number) => 2 * Math.round(pixels / 2);
  const side = Math.min(SIDE, plot.width / episode.aspect);
  const shown = { width: even(side * episode.aspect), height: even(side) };
  const [width, height] = [even(plot.width), even(shown.height + WORDS + plot.height)];
  const mp4 = await encodable(['avc'], width, height);
  const codec = mp4 ?? (await encodable(['vp9', 'vp8'], width, height));
  if (codec === null) throw new Error(m.reward_video_no_encoder());
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error(m.plots_no_canvas());
  const format = mp4 ? new Mp4OutputFormat() : new WebMOutputFormat();
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const track = new CanvasSource(canvas, { codec, quality: QUALITY_HIGH });
  output.addVideoTrack(track, { frameRate: rate });
  await output.start();
  try {
    for (let from = 0; from < frames.length; from += FETCHED) {
      const some = await readPictures(source, episode, frames.slice(from, from + FETCHED), SIDE);
      for (const [i, { bitmap }] of some.entries()) {
        const at = from + i;
        pen.fillStyle = GROUND;
        pen.fillRect(0, 0, width, height);
        pen.drawImage(bitmap, (width - shown.width) / 2, 0, shown.width, shown.height);
        bitmap.close();
        pen.drawImage(plot, 0, shown.height + WORDS);
        pen.fillStyle = SCRUBBER;
        pen.fillRect((places[at] ?? 0) - 1, shown.height + WORDS + top, 2, bottom - top);
        pen.font = '16px sans-serif';
        pen.textAlign = 'center';
        pen.fillText(readouts[at] ?? '', width / 2, shown.height + 20, width - 16);
        await track.add(at / rate, 1 / rate);
      }
      if (wanted.isCancelled) {
        await output.cancel();
        return null;
      }
      onProgress(Math.min(1, (from + FETCHED) / frames.length));
    }
    await output.finalize();
  } catch (error) {
    if (output.state !== 'canceled') await output.cancel().catch(() => undefined);
    throw error;
  } finally {
    plot.close();
  }
  if (target.buffer === null) throw new Error(m.reward_video_no_encoder());
  return { bytes: target.buffer, type: mp4 ? 'video/mp4' : 'video/webm', ending: mp4 ? 'mp4' : 'webm' };
}

async function encodable(codecs: ('avc' | 'vp9' | 'vp8')[], width: number, height: number) {
  return getFirstEncodableVideoCodec(codecs, { width, height, quality: QUALITY_HIGH });
}
