// A picture that somebody gave, and what it is called: names follow the language of the page.
import * as m from '../../../words/messages';
import type { Picture } from '../../../workers/dataApi';
import { whole } from '../../reading';

export type PictureOrigin =
  | { kind: 'file'; name: string }
  | { kind: 'pasted' }
  | { kind: 'camera' }
  | { kind: 'moment'; episodeId: string; episode: string; frame: number }
  /** Of a simulated pair, in which it is known which moment is the later one. */
  | { kind: 'example'; episodeId: string; frame: number; isLater: boolean };

export interface GivenPicture {
  picture: Picture;
  origin: PictureOrigin;
}

export type Slots = readonly [GivenPicture | null, GivenPicture | null];

/** "photo.jpg", "Episode 3, frame 120". */
export function pictureName({ origin }: GivenPicture): string {
  switch (origin.kind) {
    case 'file':
      return origin.name;
    case 'pasted':
      return m.judge_name_pasted();
    case 'camera':
      return m.judge_name_camera();
    case 'moment':
      return m.judge_name_moment({ episode: origin.episode, frame: whole(origin.frame) });
    case 'example':
      return m.judge_name_example({ frame: whole(origin.frame) });
  }
}

/** Which of two pictures is known to be closer to done; null where nobody knows. */
export function knownCloser([first, second]: Slots): 'first' | 'second' | null {
  const [a, b] = [first?.origin, second?.origin];
  if (a?.kind !== 'example' || b?.kind !== 'example') return null;
  if (a.episodeId !== b.episodeId || a.isLater === b.isLater) return null;
  return a.isLater ? 'first' : 'second';
}

const COMPARED = 64;

/** Whether both pictures show the same, pixel by pixel at a small size. */
export function isSamePicture(a: Picture, b: Picture): boolean {
  const [one, other] = [a, b].map(({ bitmap }) => {
    const canvas = new OffscreenCanvas(COMPARED, COMPARED);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(bitmap, 0, 0, COMPARED, COMPARED);
    return context?.getImageData(0, 0, COMPARED, COMPARED).data;
  });
  return one !== undefined && other !== undefined && one.every((byte, i) => byte === other[i]);
}
