// A batch of typed arrays in the form that the model's tensors are made of.
import type * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import { storeCapacity } from '../batches/pictureSlots';
import { frameStore } from '../gpu/frameStore';
import { packedBytes, type HostArrays } from '../gpu/hostTensors';
import type { ModelInput } from '../model/vlm';

export type InputName = 'store' | 'pictures' | 'shown' | 'tokens' | 'places';

/** What besides its numbers a batch's shape is made of. */
export type Layout = Pick<Batch, 'imageStarts' | 'imageSize'>;

/** Without `store` where the pictures lie in the frame store. */
export function inputArrays(batch: Batch): HostArrays<InputName> {
  const words = (batch.imageSize ** 2 * 3) / 4;
  const samples = batch.lengths.length;
  const length = batch.tokens.length / samples;
  const store = { values: packedBytes(batch.images), shape: [batch.images.length / (words * 4), words] };
  return {
    ...((batch.slots ? {} : { store }) as { store: typeof store }),
    pictures: { values: batch.pictures, shape: [batch.pictures.length] },
    shown: { values: batch.imageIndex, shape: [samples, 2] },
    tokens: { values: batch.tokens, shape: [samples, length] },
    places: { values: Int32Array.from(batch.tokens, (_, i) => i % length), shape: [samples, length] },
  };
}

export type TargetName = 'positions' | 'labels' | 'weights' | 'judgement';

/** Where a head of two classes judges: each sample's place of the judgement, its class and its weight. */
export type ClassName = 'judged' | 'classes' | 'classWeights' | 'classJudgement';

/** What is supervised. @param answers the token ids of img1 and img2 where a head of two classes judges, else null */
export function targetArrays(
  batch: Batch,
  answers: readonly [number, number] | null,
): HostArrays<TargetName> & Partial<HostArrays<ClassName>> {
  const shape = [batch.positions.length];
  const places = {
    positions: { values: batch.positions, shape },
    labels: { values: batch.labels, shape },
    weights: { values: batch.weights, shape },
    judgement: { values: batch.judgement, shape },
  };
  if (answers === null) return places;
  const words = batch.weights.map((w, m) => (batch.judgement[m] === 1 ? 0 : w));
  return { ...places, weights: { values: words, shape }, ...classArrays(batch, answers[1]) };
}

/** One row a sample, in the order of the samples. */
function classArrays(batch: Batch, second: number): HostArrays<ClassName> {
  const samples = batch.lengths.length;
  const length = batch.tokens.length / samples;
  const [judged, classes] = [new Int32Array(samples), new Int32Array(samples)];
  const [weights, judgement] = [new Float32Array(samples), new Float32Array(samples)];
  batch.positions.forEach((position, m) => {
    if (batch.judgement[m] !== 1) return;
    const sample = Math.floor(position / length);
    judged[sample] = position;
    classes[sample] = batch.labels[m] === second ? 1 : 0;
    weights[sample] = batch.weights[m] ?? 0;
    judgement[sample] = 1;
  });
  const shape = [samples];
  return {
    judged: { values: judged, shape },
    classes: { values: classes, shape },
    classWeights: { values: weights, shape },
    classJudgement: { values: judgement, shape },
  };
}

/** Names a batch's shape: batches of one name can share captured commands. */
export function shapeKey(batch: Batch): string {
  const { images, slots, pictures, imageSize, tokens, lengths, positions, imageStarts } = batch;
  const sizes = [pictures.length, tokens.length, lengths.length, positions.length];
  return [slots ? 'stored' : images.length, imageSize, ...sizes, ...imageStarts].join(' ');
}

export function modelInput(tensors: Record<InputName, tf.Tensor>, { imageStarts, imageSize }: Layout): ModelInput {
  const own = tensors.store as tf.Tensor2D | undefined;
  return {
    store: own ?? frameStore(imageSize, storeCapacity(imageSize)).tensor,
    pictures: tensors.pictures as tf.Tensor1D,
    shown: tensors.shown as tf.Tensor2D,
    tokens: tensors.tokens as tf.Tensor2D,
    places: tensors.places as tf.Tensor2D,
    imageStarts,
  };
}
