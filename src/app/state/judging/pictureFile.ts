// A file that somebody gives as a picture. A video is told by its type, or by its first bytes where it goes by another name.
import * as m from '../../../words/messages';

/** A video where a picture is wanted. */
export class VideoGiven extends Error {}

/** The picture of a file. @throws VideoGiven, or Error in words where it is no picture that the browser can read */
export async function readPicture(file: Blob): Promise<ImageBitmap> {
  if (await isVideo(file)) throw new VideoGiven(m.judge_file_video_why());
  try {
    return await createImageBitmap(file);
  } catch (cause) {
    throw new Error(file.size === 0 ? m.judge_file_empty() : m.judge_file_undecoded(), { cause });
  }
}

/** Pictures in ISO media files, which begin as videos do. */
const STILL = ['avif', 'avis', 'heic', 'heix', 'mif1', 'msf1', 'hevc'];

export async function isVideo(file: Blob): Promise<boolean> {
  if (file.type.startsWith('video/')) return true;
  const bytes = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const text = String.fromCharCode(...bytes);
  if (['moov', 'mdat'].includes(text.slice(4, 8))) return true;
  if (text.slice(4, 8) === 'ftyp') return !STILL.includes(text.slice(8, 12));
  // Matroska and WebM; AVI.
  return text.startsWith('\x1aE\xdf\xa3') || (text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ');
}
