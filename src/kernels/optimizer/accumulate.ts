// Adds a micro-step's gradient to the step's sum, scaled so that the sum is a mean. How much counts comes from the control
// tensor, so that the first and the later micro-steps are the same recorded commands.
import * as tf from '@tensorflow/tfjs';
import source from '../../../shaders/accumulate.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import { CONTROL, CONTROL_SIZE } from './control';
import { groupsFor, inParts } from '../parts';
import { inRanges, type RangeAttributes } from './ranges';
import { accumulateOnHeap } from '../onHeap/optimizer';

const accumulateKernel = defineKernel<
  { sum: tf.Tensor; gradient: tf.Tensor; control: tf.Tensor },
  RangeAttributes,
  tf.Tensor
>({
  name: 'Accumulate',
  plain: ({ sum, gradient, control }) => {
    const number = (at: number) => tf.slice(control as tf.Tensor1D, at, 1);
    const part = tf.mul(gradient, number(CONTROL.share));
    // A product with zero would keep what is not a finite number.
    const forget = tf.equal(number(CONTROL.keep), 0);
    return tf.where(tf.broadcastTo(forget, sum.shape), part, tf.add(sum, part));
  },
  wasm: (inputs, _, heap) => accumulateOnHeap(inputs, heap),
  webgpu: ({ sum, gradient, control }, { longestBinding }, recorder) => {
    inRanges([sum, gradient], longestBinding, recorder, ([s, g], count) => {
      const { shader, each } = inParts('accumulate', source, count);
      recorder.dispatch({
        shader,
        inputs: [g, control],
        outputs: [s],
        params: [{ u32: count / each }, { u32: CONTROL.share }, { u32: CONTROL.keep }],
        groups: groupsFor(count / each, 64),
        work: { flops: 2 * count, bytes: 12 * count },
      });
    });
    return recorder.again(sum);
  },
  example: {
    inputs: { sum: { shape: [1031] }, gradient: { shape: [1031] }, control: { shape: [CONTROL_SIZE], low: 0.1 } },
    attributes: { longestBinding: null },
  },
});

/**
 * keep · sum + share · gradient. What comes back replaces `sum`, which the caller disposes; on `webgpu` both name the
 * same memory, which is written in place.
 * @param sum [P]
 * @param gradient [P]
 * @param control [16], see control.ts; `keep` is 0 (whatever the sum holds is forgotten) or 1
 * @returns [P]
 */
export function accumulate(sum: tf.Tensor1D, gradient: tf.Tensor1D, control: tf.Tensor1D): tf.Tensor1D {
  return accumulateKernel({ sum, gradient, control }, { longestBinding: null }) as tf.Tensor1D;
}
