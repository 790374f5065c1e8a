// Adds the vision encoder's table of place embeddings to every image's rows.
import * as tf from '@tensorflow/tfjs';
import source from '../../../shaders/addPlaces.wgsl?raw';
import gradSource from '../../../shaders/addPlacesGrad.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import { groupsFor, inParts, sizeOf } from '../parts';
import { addPlacesGradOnHeap, addPlacesOnHeap } from '../onHeap/pictures';

const addPlacesForward = defineKernel<{ x: tf.Tensor; places: tf.Tensor }, object, tf.Tensor>({
  name: 'AddPlaces',
  plain: ({ x, places }) => {
    const [count = 0, width = 0] = places.shape;
    return tf.reshape(tf.add(tf.reshape(x, [-1, count, width]), places), x.shape);
  },
  wasm: (inputs, _, heap) => addPlacesOnHeap(inputs, heap),
  webgpu: ({ x, places }, _, recorder) => {
    const { shader, each } = inParts('addPlaces', source, places.shape[1] ?? 0);
    const out = recorder.output(x.shape);
    const count = sizeOf(x) / each;
    recorder.dispatch({
      shader,
      inputs: [x, places],
      outputs: [out],
      params: [{ u32: count }, { u32: sizeOf(places) / each }],
      groups: groupsFor(count, 64),
      work: { flops: sizeOf(x), bytes: 8 * sizeOf(x) + 4 * sizeOf(places) },
    });
    return out;
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
  wasm: (inputs, _, heap) => addPlacesGradOnHeap(inputs, heap),
  webgpu: ({ dy, places }, _, recorder) => {
    const { shader, each } = inParts('addPlacesGrad', gradSource, places.shape[1] ?? 0);
    const dPlaces = recorder.gradientOf(places);
    const count = sizeOf(places) / each;
    recorder.dispatch({
      shader,
      inputs: [dy],
      outputs: [dPlaces],
      params: [{ u32: count }, { u32: sizeOf(dy) / Math.max(1, sizeOf(places)) }],
      groups: groupsFor(count, 64),
      work: { flops: sizeOf(dy), bytes: 4 * (sizeOf(dy) + sizeOf(places)) },
    });
    return dPlaces;
  },
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
