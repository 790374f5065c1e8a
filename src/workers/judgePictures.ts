// Judges two pictures in both orders, as a person would ask it: once as given, once swapped.
import type { BothOrders, PixelPair } from '../evaluation/occlusion';
import { forcedChoice, writtenAnswers } from '../evaluation/judge';
import { headOf } from '../model/config';
import type { BatchApi } from './batchApi';
import { seenPair, storedPair } from './givenPictures';
import type { Answer, AnsweredPair, JudgeRequest, JudgeVerdict } from './gpuApi';
import type { ShelvedModel } from './modelShelf';

export async function judgePictures(
  model: ShelvedModel,
  { pictures, task, kind }: JudgeRequest,
  data: BatchApi,
): Promise<JudgeVerdict> {
  const started = performance.now();
  const size = model.judge.config.vision_config.image_size;
  const [asked] = await askPairs(model, [seenPair(storedPair(pictures), size)], task, kind, data);
  return {
    ...answeredPair(asked as [AskedAnswer, AskedAnswer]),
    model: { identity: model.identity, weights: model.weights, recipe: model.recipe },
    milliseconds: performance.now() - started,
  };
}

const MOST_WORDS = 140;

/** An answer with the logits of img1 and img2 at its judgement. */
export interface AskedAnswer extends Answer {
  logits: readonly [number, number];
}

/** Answers about pairs of pictures [S, S, 3] of the model's size, each in both orders. */
export async function askPairs(
  model: Pick<ShelvedModel, 'judge' | 'recipe'>,
  pairs: readonly PixelPair[],
  task: string,
  kind: 'cot' | 'tag',
  data: BatchApi,
): Promise<[AskedAnswer, AskedAnswer][]> {
  const images = joined(pairs.flat());
  const answers: AskedAnswer[] = [];
  if (kind === 'tag') {
    const batch = await data.judgeBatch(images, model.recipe.model, task, { kind: 'tag', end: 'judgement' });
    for (const logits of await forcedChoice(model.judge, batch)) answers.push(answerOf(logits, '', true));
  } else {
    const batch = await data.judgeBatch(images, model.recipe.model, task, { kind: 'cot', end: 'prompt' });
    const written = await writtenAnswers(model.judge, batch, MOST_WORDS);
    const ids = written.map((answer) => answer.ids);
    const [texts, read] = await Promise.all([data.decode(ids), data.readAnswers(ids)]);
    // Another head than that of language judges what stands written and writes no judgement itself.
    const writes = headOf(model.judge.config) === 'language';
    written.forEach(({ logits, ended }, i) => {
      const isReadable = !writes || (ended && read[i]?.answer !== null);
      answers.push(answerOf(logits, texts[i] ?? '', isReadable));
    });
  }
  return pairs.map((_, i) => [answers[2 * i] as AskedAnswer, answers[2 * i + 1] as AskedAnswer]);
}

export function logitsOf([shown, swapped]: readonly [AskedAnswer, AskedAnswer]): BothOrders {
  return { shown: shown.logits, swapped: swapped.logits };
}

/** What both answers come to. */
export function answeredPair([shown, swapped]: readonly [AskedAnswer, AskedAnswer]): AnsweredPair {
  const agree = shown.answer !== 'invalid' && swapped.answer !== 'invalid' && shown.answer !== swapped.answer;
  const closer = !agree ? null : shown.answer === 'img1' ? 'first' : 'second';
  return { shown: withoutLogits(shown), swapped: withoutLogits(swapped), agree, closer };
}

export function withoutLogits({ answer, probabilitySecond, reasoning }: AskedAnswer): Answer {
  return { answer, probabilitySecond, reasoning };
}

function answerOf(logits: readonly [number, number], reasoning: string, isReadable: boolean): AskedAnswer {
  const [first, second] = logits;
  const answer = second > first ? 'img2' : 'img1';
  return {
    answer: isReadable ? answer : 'invalid',
    probabilitySecond: 1 / (1 + Math.exp(first - second)),
    reasoning,
    logits,
  };
}

function joined(pictures: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = pictures[0]?.length ?? 0;
  const all = new Uint8Array(pictures.length * bytes);
  pictures.forEach((picture, i) => all.set(picture, i * bytes));
  return all;
}
