// How pictures of an episode are read, whatever their source.
import type { Episode } from './episode';

export interface FrameSource {
  /**
   * Pictures of raw frames as square RGB bytes.
   * @returns [frames.length, size, size, 3] bytes, sRGB, row by row from the top
   */
  read(episode: Episode, frames: readonly number[], size: number): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Signatures by which still stretches are found: one vector a frame, scaled so that a largest absolute difference
   * of 1 between two vectors is a just visible change.
   * @returns one vector for each of `frames`
   */
  signatures(episode: Episode, frames: readonly number[]): Promise<Float32Array[]>;

  /**
   * True progress in [0, 1] at raw frames, by which labels are checked.
   * @returns one number for each of `frames`, or null where it is not known
   */
  progress(episode: Episode, frames: readonly number[]): Promise<Float32Array | null>;
}

/** Largest absolute difference of two signatures; 1 is a just visible change. */
export function visibleChange(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}
