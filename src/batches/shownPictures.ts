// Which pictures a question shows in place of a pair's two frames. Everything but `both` is a control: what is left of
// the answers when a picture says nothing, or both say the same, does not come from comparing.
import { hash, hashText, Random } from '../base/random';
import type { Episode } from '../episodes/episode';
import type { Pair } from '../pairs/pairStream';

/**
 * `identical` shows each frame of the pair beside itself; `grey`, `white` and `noise` show no frame at all; `first only` and
 * `second only` leave one picture and make the other grey.
 */
export const PICTURE_CHOICES = ['both', 'identical', 'grey', 'white', 'noise', 'first only', 'second only'] as const;
export type PictureChoice = (typeof PICTURE_CHOICES)[number];

/** The byte of all pixels that the model sees as nearest to zero. */
export const GREY = 128;
const WHITE = 255;

export interface FrameOf {
  episode: Episode;
  frame: number;
}

/** A frame of an episode, one byte for all pixels, or noise made of a key. */
export type Picture = FrameOf | { fill: number } | { noise: number };

/** The pictures of a pair, and which two of them each order shows. */
export interface ShownPair {
  pictures: Picture[];
  forward: [number, number];
  reverse: [number, number];
}

/** @param seed of noise */
export function shownPair({ episode, early, late }: Pair, show: PictureChoice, seed: number): ShownPair {
  const frames = [early, late].map((frame) => ({ episode, frame }));
  const noise = (frame: number) => ({ noise: hash(seed, hashText(episode.id), frame) });
  switch (show) {
    case 'both':
      return { pictures: frames, forward: [0, 1], reverse: [1, 0] };
    case 'identical':
      return { pictures: frames, forward: [0, 0], reverse: [1, 1] };
    case 'grey':
      return { pictures: [{ fill: GREY }, { fill: GREY }], forward: [0, 1], reverse: [1, 0] };
    case 'white':
      return { pictures: [{ fill: WHITE }, { fill: WHITE }], forward: [0, 1], reverse: [1, 0] };
    case 'noise':
      return { pictures: [noise(early), noise(late)], forward: [0, 1], reverse: [1, 0] };
    case 'first only':
      return { pictures: [...frames, { fill: GREY }], forward: [0, 2], reverse: [1, 2] };
    case 'second only':
      return { pictures: [...frames, { fill: GREY }], forward: [2, 1], reverse: [2, 0] };
  }
}

/** Equal keys are equal pictures. */
export function pictureKey(picture: Picture): string {
  if ('fill' in picture) return `fill ${picture.fill}`;
  return 'noise' in picture ? `noise ${picture.noise}` : `${picture.episode.id} ${picture.frame}`;
}

/** Writes a picture that no source need be asked for. @param bytes [S, S, 3] */
export function paint(picture: Exclude<Picture, FrameOf>, bytes: Uint8Array): void {
  if ('fill' in picture) {
    bytes.fill(picture.fill);
    return;
  }
  const random = new Random(picture.noise);
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.uint32() & 255;
}
