// Adds the vision encoder's table of place embeddings to every image's rows.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

const addPlacesForward = defineKernel<{ x: tf.Tensor; places: tf.Tensor }, object, tf.Tensor>({
  name: 'AddPlaces',
  plain: ({ x, places }) => {
    const [count = 0, width = 0] = places.shape;
    return tf.reshape(tf.add(tf.reshape(x, [-1, count, width]), places), x.shape);
  },
  example: { inputs: { x: { shape: [21, 13] }, places: { shape: [7, 13] } }, attributes: {} },
  inputsToSave: ['places'],
  gradient: (dy, [places]) => ({
    x: () => tf.clone(dy),
    places: () => placesGrad({ dy, places: places as tf.Tensor }, {}),
  }),
});

/** Σ over the images of dy: [U·P, D] → [P, D], image after image. */
const placesGrad = defineKernel<{ dy: tf.Tensor; places: tf.Tensor }, object, tf.Tensor>({
  name: 'AddPlacesGrad',
  plain: ({ dy, places }) => tf.sum(tf.reshape(dy, [-1, ...places.shape]), 0),
  example: { inputs: { dy: { shape: [21, 13] }, places: { shape: [7, 13] } }, attributes: {} },
});

/**
 * out[u·P + p] = x[u·P + p] + places[p].
 * @param x [U·P, D]
 * @param places [P, D]
 * @returns [U·P, D]
 */
export function addPlaces(x: tf.Tensor2D, places: tf.Tensor2D): tf.Tensor2D {
  return addPlacesForward({ x, places }, {}) as tf.Tensor2D;
}
