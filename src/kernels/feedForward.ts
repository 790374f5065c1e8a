// The feed-forward block of the vision encoder: linear, gelu, linear. One entry on the tape, so that the activation is
// part of the first product and its slope part of the product that goes back through the second.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';
import { linearForward, linearGradInput, linearGradParameters } from './linear';
import { gelu, geluSlope } from './linear/activations';
import { multiply } from './linear/multiply';
import { gradInput, timesWeight } from './linear/products';
import { linearGeluOnHeap, linearGradInputGeluOnHeap } from './onHeap/products';

interface FirstInputs {
  x: tf.Tensor;
  weight: tf.Tensor;
  bias: tf.Tensor;
}

interface SlopeInputs {
  dy: tf.Tensor;
  weight: tf.Tensor;
  before: tf.Tensor;
}

/** [before, gelu(before)] with before = x·Wᵀ + b, both [N, F]. */
const linearGelu = defineKernel<FirstInputs, object, tf.Tensor[]>({
  name: 'LinearGelu',
  plain: ({ x, weight, bias }) => {
    const before = timesWeight(x, weight, bias);
    return [before, gelu(before)];
  },
  wasm: (inputs, _, heap) => linearGeluOnHeap(inputs, heap),
  webgpu: ({ x, weight, bias }, _, recorder) => {
    const [m = 0, k = 0] = x.shape;
    const n = weight.shape[0] ?? 0;
    const before = recorder.output([m, n]);
    const activation = { kind: 'gelu' as const, before };
    const sides = { m, n, k, aTransposed: false, bTransposed: true };
    return [before, multiply({ ...sides, a: x, b: weight, bias, activation }, recorder)];
  },
  example: {
    inputs: { x: { shape: [37, 68] }, weight: { shape: [36, 68] }, bias: { shape: [36] } },
    attributes: {},
  },
});

/** (dY·W) ⊙ gelu'(before): [N, O], [O, F], [N, F] → [N, F]. */
const linearGradInputGelu = defineKernel<SlopeInputs, object, tf.Tensor>({
  name: 'LinearGradInputGelu',
  plain: ({ dy, weight, before }) => tf.mul(gradInput(dy, weight), geluSlope(before)),
  wasm: (inputs, _, heap) => linearGradInputGeluOnHeap(inputs, heap),
  webgpu: ({ dy, weight, before }, _, recorder) => {
    const [m = 0, k = 0] = dy.shape;
    const n = weight.shape[1] ?? 0;
    const sides = { m, n, k, aTransposed: false, bTransposed: false };
    return multiply({ ...sides, a: dy, b: weight, slope: { kind: 'gelu', before } }, recorder);
  },
  example: {
    inputs: { dy: { shape: [37, 36] }, weight: { shape: [36, 68] }, before: { shape: [37, 68], low: -6, high: 6 } },
    attributes: {},
  },
});

export interface FeedForwardWeights {
  /** [F, D] */
  w1: tf.Tensor2D;
  /** [F] */
  b1: tf.Tensor1D;
  /** [D, F] */
  w2: tf.Tensor2D;
  /** [D] */
  b2: tf.Tensor1D;
}

/**
 * gelu(x·W1ᵀ + b1)·W2ᵀ + b2 with gelu in its tanh form ("gelu_pytorch_tanh", as SigLIP uses it).
 * @param x [N, D]
 * @returns [N, D]
 */
export function feedForward(x: tf.Tensor2D, { w1, b1, w2, b2 }: FeedForwardWeights): tf.Tensor2D {
  const block = tf.customGrad((...args) => {
    const [input, first, firstBias, second, secondBias] = args as tf.Tensor[] as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const save = args[args.length - 1] as unknown as tf.GradSaveFunc;
    const [before, hidden] = linearGelu({ x: input, weight: first, bias: firstBias }, {}) as [tf.Tensor, tf.Tensor];
    save([input, first, firstBias, second, secondBias, before, hidden]);
    return {
      value: linearForward({ x: hidden, weight: second, bias: secondBias }, {}),
      gradFunc: (dy, saved) => feedForwardGrad(dy as tf.Tensor, saved),
    };
  });
  return block(x, w1, b1, w2, b2) as tf.Tensor2D;
}

function feedForwardGrad(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, w1, b1, w2, b2, before, hidden] = saved as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const dBefore = linearGradInputGelu({ dy, weight: w2, before }, {});
  const [dw2, db2] = linearGradParameters({ dy, x: hidden, weight: w2, bias: b2 }, {}) as [tf.Tensor, tf.Tensor];
  const [dw1, db1] = linearGradParameters({ dy: dBefore, x, weight: w1, bias: b1 }, {}) as [tf.Tensor, tf.Tensor];
  return [linearGradInput({ dy: dBefore, weight: w1 }, {}), dw1, db1, dw2, db2];
}
