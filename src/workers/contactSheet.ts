// A contact sheet: six moments of an episode side by side under its task sentence, for people to look over a data set.
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { readPictures } from './pictures';
import * as m from '../words/messages';

const MOMENTS = 6;
const PICTURE = 256;
const LINE = 26;
const INK = '#1c1b19';
const PAPER = '#fdfcf9';

/** @returns a PNG with a row for each episode */
export async function contactSheet(episodes: readonly Episode[], source: FrameSource): Promise<ArrayBuffer> {
  const height = PICTURE + LINE;
  const canvas = new OffscreenCanvas(MOMENTS * PICTURE, Math.max(1, episodes.length) * height);
  const paint = canvas.getContext('2d');
  if (!paint) throw new Error(m.engine_no_contact_sheet());
  paint.fillStyle = PAPER;
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.fillStyle = INK;
  paint.font = '15px sans-serif';
  for (const [row, episode] of episodes.entries()) {
    const end = episode.trim?.end ?? episode.frameCount - 1;
    const start = episode.trim?.start ?? 0;
    const frames = Array.from({ length: MOMENTS }, (_, i) => Math.round(start + ((end - start) * i) / (MOMENTS - 1)));
    const pictures = await readPictures(source, episode, frames, PICTURE);
    const outcome = episode.mishap ? ` [${episode.mishap}: ${episode.outcome}]` : '';
    paint.fillText(`${episode.task}${outcome}`, 6, row * height + 18);
    pictures.forEach(({ bitmap }, i) => {
      paint.drawImage(bitmap, i * PICTURE, row * height + LINE);
      bitmap.close();
    });
  }
  return (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer();
}
