// Judges two pictures in both orders, as a person would ask it: once as given, once swapped.
import { forcedChoice, writtenAnswers } from '../evaluation/judge';
import type { Answer, BatchApi, JudgeRequest, JudgeVerdict } from './api';
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
  if (kind === 'tag' || model.judge.config.classifier_head) {
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

/** [2, size, size, 3] RGB bytes of the two pictures, squashed to squares in halving steps for quality. */
function squarePictures(pictures: readonly [ImageBitmap, ImageBitmap], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * size * size * 3);
  pictures.forEach((picture, p) => {
    const rgba = shrink(picture, size);
    for (let i = 0; i < size * size; i++) {
      for (let c = 0; c < 3; c++) bytes[(p * size * size + i) * 3 + c] = rgba[4 * i + c] ?? 0;
    }
  });
  return bytes;
}

function shrink(picture: ImageBitmap, size: number): Uint8ClampedArray {
  let source: ImageBitmap | OffscreenCanvas = picture;
  let [width, height] = [picture.width, picture.height];
  for (;;) {
    width = Math.max(size, Math.ceil(width / 2));
    height = Math.max(size, Math.ceil(height / 2));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('This browser cannot draw pictures in the background.');
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, 0, 0, width, height);
    if (width === size && height === size) return context.getImageData(0, 0, size, size).data;
    source = canvas;
  }
}
