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

/** Where a classifier judges, its labels and weights besides. */
export type ClassName = 'classes' | 'classWeights';

/** What is supervised. @param answers the token ids of img1 and img2 where a classifier judges, else null */
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
  const only = (judged: 0 | 1) => batch.weights.map((w, m) => (batch.judgement[m] === judged ? w : 0));
  const classes = batch.labels.map((label) => (label === answers[1] ? 1 : 0));
  return {
    ...places,
    weights: { values: only(0), shape },
    classes: { values: classes, shape },
    classWeights: { values: only(1), shape },
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
