// Explains a judgement of two pictures: the same pair under small changes, each picture beside itself, and where in the
// pictures the answer comes from. Everything is asked in both orders, in the way the judgement was.
import { STORE_SIZE } from '../episodes/squarePicture';
import { cellsAcross, occlusionMap, type PixelPair } from '../evaluation/occlusion';
import { changedPicture, namesASide, PICTURE_CHANGES } from '../evaluation/pictureChanges';
import type { BatchApi } from './batchApi';
import type { ExplanationPart } from './explainApi';
import { seenPair, storedPair } from './givenPictures';
import type { JudgeRequest } from './gpuApi';
import { answeredPair, askPairs, logitsOf, withoutLogits } from './judgePictures';
import type { ShelvedModel } from './modelShelf';

/** Cells along a side and pairs in one go: a written answer takes tens of passes where a bare label takes one. */
const FINENESS = { tag: { side: 8, chunk: 8 }, cot: { side: 4, chunk: 4 } } as const;

/** Whether somebody still wants the explanation. */
export interface Wanted {
  isCancelled: boolean;
}

/** @returns false where it was cancelled */
export async function explainPictures(
  model: ShelvedModel,
  { pictures, task, kind }: JudgeRequest,
  data: BatchApi,
  tell: (part: ExplanationPart) => void,
  wanted: Wanted,
): Promise<boolean> {
  const { image_size: size, patch_size: patch } = model.judge.config.vision_config;
  const side = cellsAcross(size, patch, FINENESS[kind].side);
  const stored = storedPair(pictures);
  const seen = seenPair(stored, size);
  const ask = (pairs: readonly PixelPair[]) => askPairs(model, pairs, task, kind, data);

  const sided = namesASide(task);
  const changes = PICTURE_CHANGES.filter((change) => change !== 'mirrored' || !sided);
  const all = 1 + changes.length + 2 + 2 * side * side;
  const began = performance.now();
  const progress = (done: number) => {
    const seconds = (performance.now() - began) / 1000;
    tell({ kind: 'progress', done, all, secondsLeft: done > 0 ? (seconds * (all - done)) / done : null });
  };

  progress(0);
  const changedPairs = changes.map((change): PixelPair => {
    const changed = stored.map((picture) => changedPicture(picture, STORE_SIZE, change));
    return seenPair(changed as [Uint8Array, Uint8Array], size);
  });
  const [plain, ...changed] = (await ask([seen, ...changedPairs])).map(answeredPair);
  if (wanted.isCancelled || !plain) return false;
  tell({
    kind: 'changes',
    plain,
    changed: changed.map((answered, i) => ({ ...answered, change: changes[i] as (typeof changes)[number] })),
    namesASide: sided,
  });
  progress(1 + changes.length);

  const twice = await ask(seen.map((picture): PixelPair => [picture, picture]));
  if (wanted.isCancelled) return false;
  const names = ['first', 'second'] as const;
  tell({
    kind: 'identical',
    pairs: twice.map(([answer], i) => ({ picture: names[i] as 'first' | 'second', answer: withoutLogits(answer) })),
  });
  progress(3 + changes.length);

  const map = await occlusionMap(seen, async (pairs) => (await ask(pairs)).map(logitsOf), {
    size,
    side,
    chunk: FINENESS[kind].chunk,
    onJudged: (done) => {
      progress(3 + changes.length + done);
      return !wanted.isCancelled;
    },
  });
  if (!map) return false;
  tell({ kind: 'map', map: { ...map, size, seen } });
  return true;
}
