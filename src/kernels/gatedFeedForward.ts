// The gated feed-forward block of Llama's decoder: silu(x·Gᵀ)·(x·Uᵀ), then down. Gate and up are one matrix and one
// product. One entry on the tape, so that the gate is part of the products on both sides of it.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';
import { linearForward, linearGradInput, linearGradParameters } from './linear';
import { gated, gatedGrad } from './linear/activations';
import { multiply } from './linear/multiply';
import { gradInput, timesWeight } from './linear/products';
import { linearGatedOnHeap, linearGradInputGatedOnHeap } from './onHeap/products';

/** [before, silu(gate)·up] with before = x·Wᵀ = gate beside up: [N, I], [2F, I] → [N, 2F], [N, F]. */
const linearGated = defineKernel<{ x: tf.Tensor; weight: tf.Tensor }, object, tf.Tensor[]>({
  name: 'LinearGated',
  plain: ({ x, weight }) => {
    const before = timesWeight(x, weight, undefined);
    return [before, gated(before)];
  },
  wasm: (inputs, _, heap) => linearGatedOnHeap(inputs, heap),
  webgpu: ({ x, weight }, _, recorder) => {
    const [m = 0, k = 0] = x.shape;
    const n = (weight.shape[0] ?? 0) / 2;
    const before = recorder.output([m, 2 * n]);
    const activation = { kind: 'gated' as const, before };
    const sides = { m, n, k, aTransposed: false, bTransposed: true };
    return [before, multiply({ ...sides, a: x, b: weight, activation }, recorder)];
  },
  example: { inputs: { x: { shape: [37, 68], low: -2, high: 2 }, weight: { shape: [72, 68] } }, attributes: {} },
});

/** The gradient of `before`, for dY of the down product: [N, O], [O, F], [N, 2F] → [N, 2F]. */
const linearGradInputGated = defineKernel<{ dy: tf.Tensor; weight: tf.Tensor; before: tf.Tensor }, object, tf.Tensor>({
  name: 'LinearGradInputGated',
  plain: ({ dy, weight, before }) => gatedGrad(gradInput(dy, weight), before),
  wasm: (inputs, _, heap) => linearGradInputGatedOnHeap(inputs, heap),
  webgpu: ({ dy, weight, before }, _, recorder) => {
    const [m = 0, k = 0] = dy.shape;
    const n = weight.shape[1] ?? 0;
    const sides = { m, n, k, aTransposed: false, bTransposed: false };
    return multiply({ ...sides, a: dy, b: weight, slope: { kind: 'gated', before } }, recorder);
  },
  example: {
    inputs: { dy: { shape: [37, 36] }, weight: { shape: [36, 68] }, before: { shape: [37, 136], low: -6, high: 6 } },
    attributes: {},
  },
});

export interface GatedFeedForwardWeights {
  /** [2F, D]: the gate's rows, then up's */
  gateUp: tf.Tensor2D;
  /** [D, F] */
  down: tf.Tensor2D;
}

/**
 * (silu(x·Gᵀ) ⊙ (x·Uᵀ))·downᵀ with G and U the halves of gateUp.
 * @param x [N, D]
 * @returns [N, D]
 */
export function gatedFeedForward(x: tf.Tensor2D, { gateUp, down }: GatedFeedForwardWeights): tf.Tensor2D {
  const block = tf.customGrad((...args) => {
    const [input, first, second] = args as tf.Tensor[] as [tf.Tensor, tf.Tensor, tf.Tensor];
    const save = args[args.length - 1] as unknown as tf.GradSaveFunc;
    const [before, hidden] = linearGated({ x: input, weight: first }, {}) as [tf.Tensor, tf.Tensor];
    save([input, first, second, before, hidden]);
    return {
      value: linearForward({ x: hidden, weight: second }, {}),
      gradFunc: (dy, saved) => gatedFeedForwardGrad(dy as tf.Tensor, saved),
    };
  });
  return block(x, gateUp, down) as tf.Tensor2D;
}

function gatedFeedForwardGrad(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, gateUp, down, before, hidden] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const dBefore = linearGradInputGated({ dy, weight: down, before }, {});
  const [dDown] = linearGradParameters({ dy, x: hidden, weight: down }, {}) as [tf.Tensor];
  const [dGateUp] = linearGradParameters({ dy: dBefore, x, weight: gateUp }, {}) as [tf.Tensor];
  return [linearGradInput({ dy: dBefore, weight: gateUp }, {}), dGateUp, dDown];
}
