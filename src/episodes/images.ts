// Reads a folder of JPEG, PNG or WebP images as one episode, in natural order (2.jpg before 10.jpg). What a file is, and
// how large its picture would be, is read from its first bytes before the browser decodes it, because a file of a few
// kilobytes can claim a picture of gigabytes.
import { Refusal, refuseIfCancelled } from './refusal';
import { FRAME_BYTES, SquarePictures } from './squarePicture';
import type { KeepFrames, ReadOptions } from './video';
import * as m from '../words/messages';
import { many } from '../base/numbers';

/** One pair at the smallest window; image folders are mostly sampled sparsely already. */
export const FEWEST_IMAGES = 6;
const LARGEST_PIXELS = 64_000_000;
const HEADER_BYTES = 256 * 1024;
const BUNDLE = 16;

export interface PathedImage {
  path: string;
  file: Blob;
}

export interface ImageFacts {
  frameCount: number;
  width: number;
  height: number;
  notes: string[];
}

/** Natural order of paths: numbers by value, the rest by letters. */
export function naturalOrder<T extends { path: string }>(files: readonly T[]): T[] {
  const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  return [...files].sort((a, b) => compare(a.path, b.path) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * Decodes the images of one folder in natural order.
 * @throws Refusal with a sentence that names the image
 */
export async function readImages(
  files: readonly PathedImage[],
  keep: KeepFrames,
  options: ReadOptions = {},
): Promise<ImageFacts> {
  if (files.length < FEWEST_IMAGES) {
    throw new Refusal(
      'too short',
      m.engine_too_few_images({ images: m.engine_count_images(many(files.length)), fewest: FEWEST_IMAGES }),
    );
  }
  const ordered = naturalOrder(files);
  await options.plan?.(ordered.length);
  const bundle = new Uint8Array(BUNDLE * FRAME_BYTES);
  let pictures: SquarePictures | null = null;
  let [width, height] = [0, 0];
  let inBundle = 0;
  for (const [number, { path, file }] of ordered.entries()) {
    refuseIfCancelled(options.signal);
    await options.gate?.gate();
    const bitmap = await decodeImage(path, file);
    try {
      if (!pictures) {
        ({ width, height } = bitmap);
        pictures = new SquarePictures(width, height);
      } else if (Math.abs(bitmap.width / bitmap.height / (width / height) - 1) > 0.02) {
        throw new Refusal(
          'unreadable',
          m.engine_image_shapes({
            name: nameOf(path),
            width: bitmap.width,
            height: bitmap.height,
            firstWidth: width,
            firstHeight: height,
          }),
        );
      }
      pictures.reduce((to, w, h) => to.drawImage(bitmap, 0, 0, w, h), bundle, inBundle * FRAME_BYTES);
    } finally {
      bitmap.close();
    }
    inBundle++;
    if (inBundle === BUNDLE || number === ordered.length - 1) {
      await keep(inBundle === BUNDLE ? bundle : bundle.slice(0, inBundle * FRAME_BYTES));
      inBundle = 0;
    }
    options.progress?.({ done: number + 1, total: ordered.length, seconds: 0 });
  }
  return { frameCount: ordered.length, width, height, notes: [] };
}

async function decodeImage(path: string, file: Blob): Promise<ImageBitmap> {
  const size = imageSize(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
  const name = nameOf(path);
  if (!size) throw new Refusal('unreadable', m.engine_image_kind({ name }));
  if (size.width * size.height > LARGEST_PIXELS || size.width * size.height === 0) {
    throw new Refusal('unreadable', m.engine_image_large({ name, ...size }));
  }
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'default' });
  } catch (error) {
    throw new Refusal('unreadable', m.engine_image_damaged({ name }), error);
  }
}

function nameOf(path: string): string {
  return path.split('/').pop() ?? path;
}

/** Width and height that an image file claims, or null where it is none of the three kinds. */
export function imageSize(bytes: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47 && word(12) === 'IHDR') {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes.length >= 30 && word(0) === 'RIFF' && word(8) === 'WEBP') return webpSize(view, word(12));
  if (bytes.length >= 4 && view.getUint16(0) === 0xffd8) return jpegSize(view);
  return null;
}

function webpSize(view: DataView, kind: string): { width: number; height: number } | null {
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 'VP8X') {
    const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    return { width: three(24) + 1, height: three(27) + 1 };
  }
  return null;
}

/** Walks the segments of a JPEG to the frame header. */
function jpegSize(view: DataView): { width: number; height: number } | null {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
