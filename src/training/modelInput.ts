// A batch of typed arrays as tensors. The caller disposes what it makes, or makes it inside a tidy.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import type { ModelInput } from '../model/vlm';

export function modelInput(batch: Batch): ModelInput {
  const size = batch.imageSize;
  const images = batch.images.length / (size * size * 3);
  const samples = batch.lengths.length;
  const column = (c: number) => Int32Array.from({ length: samples }, (_, b) => batch.imageIndex[2 * b + c] ?? 0);
  return {
    images: tf.tensor4d(Float32Array.from(batch.images), [images, size, size, 3]),
    first: tf.tensor1d(column(0), 'int32'),
    second: tf.tensor1d(column(1), 'int32'),
    tokens: tf.tensor2d(batch.tokens, [samples, batch.tokens.length / samples], 'int32'),
    imageStarts: batch.imageStarts,
  };
}
