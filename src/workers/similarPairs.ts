// The training pairs that look most like two given pictures, both frames together, by the looks that also find duplicates:
// patterns of light and dark on 18 × 18 cells, at one brightness and contrast. Pairs are taken from the start of the
// recipe's own stream, so that these are pairs that a model trained on it really saw.
import { nextTurn } from '../base/turns';
import type { FrameSource } from '../episodes/frames';
import { HASHED_SIZE, look } from '../pairs/pictureHash';
import { likeness, Nearest, type PairLook } from '../pairs/likePairs';
import type { Pair } from '../pairs/pairStream';
import type { Dataset } from './dataset';
import type { SimilarPair, SimilarPairs } from './explainApi';
import type { Wanted } from './explainPictures';
import { seenPair, storedPair } from './givenPictures';
import { readPictures } from './pictures';

const LOOKED_AT = 800;
const SHOWN = 4;
/** Pairs whose pictures are drawn in one go. */
const CHUNK = 16;
const PICTURE_SIZE = 160;

export async function similarPairs(
  { stream }: Dataset,
  source: FrameSource,
  pictures: readonly [ImageBitmap, ImageBitmap],
  tell: (done: number, all: number) => void,
  wanted: Wanted,
): Promise<SimilarPairs | null> {
  const given = lookOf(pictures);
  const nearest = new Nearest<{ pair: Pair; levels: number; swapped: boolean }>(SHOWN, ({ pair }) => pair.episode.id);
  for (let from = 0; from < LOOKED_AT; from += CHUNK) {
    tell(from, LOOKED_AT);
    const places = Array.from({ length: Math.min(CHUNK, LOOKED_AT - from) }, (_, i) => from + i);
    const pairs = await Promise.all(places.map((place) => stream.trainingPair(place, null)));
    const looks = await Promise.all(pairs.map((pair) => looksOf(pair, source)));
    // Drawing never leaves this thread: who waits for batches, or cancels, must have a turn in between.
    await nextTurn();
    if (wanted.isCancelled) return null;
    pairs.forEach((pair, i) => {
      const like = likeness(given, looks[i] as PairLook);
      nearest.add({ pair, ...like }, like.levels);
    });
  }
  const found = nearest.items.map(async ({ pair, levels, swapped }): Promise<SimilarPair> => {
    const { episode, window, early, late } = pair;
    const shown = await readPictures(source, episode, [early, late], PICTURE_SIZE);
    return { episode, window, frames: [early, late], pictures: shown as SimilarPair['pictures'], levels, swapped };
  });
  return { pairs: await Promise.all(found), looked: LOOKED_AT };
}

function lookOf(pictures: readonly [ImageBitmap, ImageBitmap]): PairLook {
  const [first, second] = seenPair(storedPair(pictures), HASHED_SIZE);
  return [look(first), look(second)];
}

async function looksOf({ episode, early, late }: Pair, source: FrameSource): Promise<PairLook> {
  const bytes = await source.read(episode, [early, late], HASHED_SIZE);
  const half = bytes.length / 2;
  return [look(bytes.subarray(0, half)), look(bytes.subarray(half))];
}
