// Pictures for people: bitmaps made from RGB bytes, shown at the episode's own aspect by the page.
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { Picture } from './dataApi';

/** Bitmaps of raw frames, `size` pixels wide and high; the page stretches them to `aspect`. */
export async function readPictures(
  source: FrameSource,
  episode: Episode,
  frames: readonly number[],
  size: number,
): Promise<Picture[]> {
  const bytes = await source.read(episode, frames, size);
  return Promise.all(
    frames.map(async (_, i) => ({
      bitmap: await createImageBitmap(rgba(bytes.subarray(i * size * size * 3, (i + 1) * size * size * 3), size)),
      aspect: episode.aspect,
    })),
  );
}

function rgba(rgb: Uint8Array, size: number): ImageData {
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let i = 0; i < size * size; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = rgb[3 * i + c] ?? 0;
  }
  return new ImageData(pixels, size, size);
}
