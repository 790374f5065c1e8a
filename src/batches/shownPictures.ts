// Which pictures a question shows in place of a pair's two frames. Everything but `both` is a control: what is left of
// the answers when a picture says nothing, or both say the same, does not come from comparing.
import { hash, hashText, Random } from '../base/random';
import type { Episode } from '../episodes/episode';
import type { Pair } from '../pairs/pairStream';

/**
 * `identical` shows one frame of the pair twice, `one only` one frame beside a grey picture (which of the two frames is
 * drawn for each pair); `grey`, `white` and `noise` show no frame at all. Reverse order swaps the two pictures, always.
 */
export const PICTURE_CHOICES = ['both', 'identical', 'one only', 'grey', 'white', 'noise'] as const;
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

/** The two pictures that a pair is asked with, in forward order. @param seed of noise and of which frame stays */
export function shownPictures({ episode, early, late }: Pair, show: PictureChoice, seed: number): [Picture, Picture] {
  const frame = (number: number): FrameOf => ({ episode, frame: number });
  const drawn = hash(seed, hashText(episode.id), Math.min(early, late), Math.max(early, late));
  const staysEarly = (drawn & 1) === 0;
  switch (show) {
    case 'both':
      return [frame(early), frame(late)];
    case 'identical':
      return [frame(staysEarly ? early : late), frame(staysEarly ? early : late)];
    case 'one only':
      return staysEarly ? [frame(early), { fill: GREY }] : [{ fill: GREY }, frame(late)];
    case 'grey':
      return [{ fill: GREY }, { fill: GREY }];
    case 'white':
      return [{ fill: WHITE }, { fill: WHITE }];
    case 'noise':
      return [{ noise: hash(drawn, early) }, { noise: hash(drawn, late) }];
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
