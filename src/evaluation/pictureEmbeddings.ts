// What a model's eye makes of single pictures: the features that its decoder gets, as vectors that can be compared.
import * as tf from '@tensorflow/tfjs';
import { packedBytes } from '../gpu/hostTensors';
import { namedWeights } from '../model/weights';
import { encodeImages } from '../model/visionEncoder';
import type { Judge } from './judge';

/** Pictures in one go. */
const CHUNK = 32;

/**
 * @param pictures [n, S, S, 3] bytes of the model's size
 * @returns [n, N·D] features, all tokens of a picture one after the other
 */
export async function pictureEmbeddings(
  judge: Pick<Judge, 'config' | 'table' | 'parameters'>,
  pictures: Uint8Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer>> {
  const bytes = judge.config.vision_config.image_size ** 2 * 3;
  const count = pictures.length / bytes;
  let all = new Float32Array(0);
  for (let from = 0; from < count; from += CHUNK) {
    const some = pictures.slice(from * bytes, Math.min(count, from + CHUNK) * bytes);
    const features = tf.tidy(() => {
      const rows = some.length / bytes;
      const store = tf.tensor2d(packedBytes(some), [rows, bytes / 4], 'int32');
      const weights = namedWeights(judge.table, judge.parameters);
      return encodeImages(judge.config, weights, { store, pictures: tf.range(0, rows, 1, 'int32') });
    });
    const values = await features.data<'float32'>();
    features.dispose();
    if (from === 0) all = new Float32Array((values.length / (some.length / bytes)) * count);
    all.set(values, (values.length / (some.length / bytes)) * from);
  }
  return all;
}
