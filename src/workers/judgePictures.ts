// Judges two pictures in both orders, as a person would ask it: once as given, once swapped.
import { resizeToSquare } from '../episodes/resample';
import { FRAME_BYTES, SquarePictures, STORE_SIZE } from '../episodes/squarePicture';
import { forcedChoice, writtenAnswers } from '../evaluation/judge';
import type { BatchApi } from './batchApi';
import type { Answer, JudgeRequest, JudgeVerdict } from './gpuApi';
import type { ShelvedModel } from './modelShelf';

export async function judgePictures(
  model: ShelvedModel,
  { pictures, task, kind }: JudgeRequest,
  data: BatchApi,
): Promise<JudgeVerdict> {
  const started = performance.now();
  const size = model.judge.config.vision_config.image_size;
  const images = squarePictures(pictures, size);
  const sizeName = model.recipe.model;
  const answers: Answer[] = [];
  if (kind === 'tag') {
    const batch = await data.judgeBatch(images, sizeName, task, { kind: 'tag', end: 'judgement' });
    for (const logits of await forcedChoice(model.judge, batch)) answers.push(answerOf(logits, ''));
  } else {
    const batch = await data.judgeBatch(images, sizeName, task, { kind: 'cot', end: 'prompt' });
    const written = await writtenAnswers(model.judge, batch, MOST_WORDS);
    const texts = await data.decode(written.map(({ ids }) => ids));
    written.forEach(({ logits }, i) => answers.push(answerOf(logits, texts[i] ?? '')));
  }
  const [shown, swapped] = answers as [Answer, Answer];
  const agree = shown.answer !== swapped.answer;
  return {
    shown,
    swapped,
    agree,
    closer: !agree ? null : shown.answer === 'img1' ? 'first' : 'second',
    model: { label: model.label, trainedOn: model.trainedOn },
    milliseconds: performance.now() - started,
  };
}

const MOST_WORDS = 140;

function answerOf([first, second]: readonly [number, number], reasoning: string): Answer {
  return {
    answer: second > first ? 'img2' : 'img1',
    probabilitySecond: 1 / (1 + Math.exp(first - second)),
    reasoning,
  };
}

/** [2, size, size, 3] RGB bytes of the two pictures, reduced as imported recordings are, so that the model sees the same. */
function squarePictures(pictures: readonly [ImageBitmap, ImageBitmap], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * size * size * 3);
  const stored = new Uint8Array(FRAME_BYTES);
  pictures.forEach((picture, p) => {
    new SquarePictures(picture.width, picture.height).reduce(
      (context, width, height) => context.drawImage(picture, 0, 0, width, height),
      stored,
      0,
    );
    resizeToSquare(stored, 0, STORE_SIZE, STORE_SIZE, 3, size, bytes, p * size * size * 3);
  });
  return bytes;
}
