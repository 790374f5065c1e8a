// Pictures that a person gives, brought to the forms that models and comparisons want. Needs no engine.
import { resizeToSquare } from '../episodes/resample';
import { FRAME_BYTES, SquarePictures, STORE_SIZE } from '../episodes/squarePicture';

/** The two pictures as recordings are stored, [STORE_SIZE, STORE_SIZE, 3], so that the model sees the same. */
export function storedPair(
  pictures: readonly [ImageBitmap, ImageBitmap],
): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const stored = pictures.map((picture) => {
    const bytes = new Uint8Array(FRAME_BYTES);
    new SquarePictures(picture.width, picture.height).reduce(
      (context, width, height) => context.drawImage(picture, 0, 0, width, height),
      bytes,
      0,
    );
    return bytes;
  });
  return stored as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
}

/** Stored pictures at the size at which a model sees them, [S, S, 3]. */
export function seenPair(
  stored: readonly [Uint8Array, Uint8Array],
  size: number,
): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const seen = stored.map((picture) => {
    const bytes = new Uint8Array(size * size * 3);
    resizeToSquare(picture, 0, STORE_SIZE, STORE_SIZE, 3, size, bytes, 0);
    return bytes;
  });
  return seen as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
}
