// Small changes of a picture after which a judge of progress should answer as before: light, a cut edge, a mirror, a
// little blur. Plain arithmetic on bytes, the same in every browser.
import { resizeToSquare } from '../episodes/resample';

export const PICTURE_CHANGES = ['brighter', 'darker', 'cropped', 'mirrored', 'blurred'] as const;
export type PictureChange = (typeof PICTURE_CHANGES)[number];

const BRIGHTER = 1.25;
const DARKER = 0.75;
/** Share of the picture cut off on each of its four sides. */
export const CUT = 0.05;
/** Passes of a [1 2 1] mean in both directions: a standard deviation of 1.4 pixels. */
const BLUR_PASSES = 4;

/** A changed copy of a picture [size, size, 3] of bytes. */
export function changedPicture(picture: Uint8Array, size: number, change: PictureChange): Uint8Array<ArrayBuffer> {
  switch (change) {
    case 'brighter':
      return scaled(picture, BRIGHTER);
    case 'darker':
      return scaled(picture, DARKER);
    case 'cropped':
      return cropped(picture, size, Math.round(size * CUT));
    case 'mirrored':
      return mirrored(picture, size);
    case 'blurred':
      return blurred(picture, size);
  }
}

const SIDES = /\b(left|right|clockwise|counterclockwise|anticlockwise|links|rechts)\b|\b(linke|rechte)/i;

/** Whether a task names a left or a right, so that a mirrored picture shows another task. */
export function namesASide(task: string): boolean {
  return SIDES.test(task);
}

function scaled(picture: Uint8Array, factor: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(picture, (byte) => Math.min(255, Math.round(byte * factor)));
}

function cropped(picture: Uint8Array, size: number, cut: number): Uint8Array<ArrayBuffer> {
  const side = size - 2 * cut;
  const inner = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const from = ((y + cut) * size + cut) * 3;
    inner.set(picture.subarray(from, from + side * 3), y * side * 3);
  }
  const whole = new Uint8Array(picture.length);
  resizeToSquare(inner, 0, side, side, 3, size, whole, 0);
  return whole;
}

function mirrored(picture: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(picture.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (y * size + size - 1 - x) * 3;
      copy.set(picture.subarray(from, from + 3), (y * size + x) * 3);
    }
  }
  return copy;
}

function blurred(picture: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  let plane: Float32Array<ArrayBuffer> = Float32Array.from(picture);
  for (let pass = 0; pass < BLUR_PASSES; pass++) plane = smoothed(smoothed(plane, size, 1, size), size, size, 1);
  return Uint8Array.from(plane, Math.round);
}

/** One pass along lines: `step` pixels from a neighbour to the next, `across` from line to line. Edges repeat. */
function smoothed(plane: Float32Array, size: number, step: number, across: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(plane.length);
  for (let line = 0; line < size; line++) {
    for (let i = 0; i < size; i++) {
      const at = (place: number) => (line * across + Math.min(size - 1, Math.max(0, place)) * step) * 3;
      for (let c = 0; c < 3; c++) {
        const [before, here, after] = [plane[at(i - 1) + c] ?? 0, plane[at(i) + c] ?? 0, plane[at(i + 1) + c] ?? 0];
        result[at(i) + c] = (before + 2 * here + after) / 4;
      }
    }
  }
  return result;
}
