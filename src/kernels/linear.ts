// The linear layer y = x·Wᵀ + b with weights as Hugging Face stores them, [out, in], and its backward products.
import * as tf from '@tensorflow/tfjs';
import type { Gradients } from '../gpu/kernel';
import { defineKernel } from '../gpu/kernel';
import type { Recorder } from '../gpu/recorder';
import { addRows, multiply } from './linear/multiply';
import { gradInput, gradWeight, timesWeight } from './linear/products';
import { linearGradInputOnHeap, linearGradParametersOnHeap, linearOnHeap } from './onHeap/products';

export { multiply } from './linear/multiply';

interface LinearInputs {
  x: tf.Tensor;
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
}

interface ParameterInputs {
  dy: tf.Tensor;
  x: tf.Tensor;
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
}

function recordLinear({ x, weight, bias }: LinearInputs, recorder: Recorder): tf.TensorInfo {
  const [m = 0, k = 0] = x.shape;
  const n = weight.shape[0] ?? 0;
  return multiply({ a: x, b: weight, bias, m, n, k, aTransposed: false, bTransposed: true }, recorder);
}

/** x·Wᵀ + b: [N, I], [O, I], [O] or none → [N, O]. Differentiable only without a bias. */
export const linearForward = defineKernel<LinearInputs, object, tf.Tensor>({
  name: 'Linear',
  plain: ({ x, weight, bias }) => timesWeight(x, weight, bias),
  wasm: (inputs, _, heap) => linearOnHeap(inputs, heap),
  webgpu: (inputs, _, recorder) => recordLinear(inputs, recorder),
  example: {
    inputs: { x: { shape: [37, 68] }, weight: { shape: [36, 68] }, bias: { shape: [36] } },
    attributes: {},
  },
  inputsToSave: ['x', 'weight'],
  gradient: (dy, [x, weight]) => linearGradients(dy, x as tf.Tensor, weight as tf.Tensor, undefined),
});

// tfjs cannot save an input that is absent, so the layer with a bias is a kernel of its own.
const linearWithBias = defineKernel<Required<LinearInputs>, object, tf.Tensor>({
  name: 'LinearBias',
  plain: ({ x, weight, bias }) => timesWeight(x, weight, bias),
  wasm: (inputs, _, heap) => linearOnHeap(inputs, heap),
  webgpu: (inputs, _, recorder) => recordLinear(inputs, recorder),
  example: {
    inputs: { x: { shape: [5, 67] }, weight: { shape: [3, 67] }, bias: { shape: [3] } },
    attributes: {},
  },
  inputsToSave: ['x', 'weight', 'bias'],
  gradient: (dy, [x, weight, bias]) => linearGradients(dy, x as tf.Tensor, weight as tf.Tensor, bias),
});

function linearGradients(
  dy: tf.Tensor,
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | undefined,
): Gradients<LinearInputs> {
  // At once and not in a thunk: the tape tidies up after each thunk, and both come out of one dispatch.
  const [weightGrad, biasGrad] = linearGradParameters({ dy, x, weight, bias }, {});
  return {
    x: () => linearGradInput({ dy, weight }, {}),
    weight: () => weightGrad as tf.Tensor,
    ...(bias === undefined ? {} : { bias: () => biasGrad as tf.Tensor }),
  };
}

/** dX = dY·W: [N, O] × [O, I] → [N, I]. */
export const linearGradInput = defineKernel<{ dy: tf.Tensor; weight: tf.Tensor }, object, tf.Tensor>({
  name: 'LinearGradInput',
  plain: ({ dy, weight }) => gradInput(dy, weight),
  wasm: (inputs, _, heap) => linearGradInputOnHeap(inputs, heap),
  webgpu: ({ dy, weight }, _, recorder) => {
    const [m = 0, k = 0] = dy.shape;
    const n = weight.shape[1] ?? 0;
    return multiply({ a: dy, b: weight, m, n, k, aTransposed: false, bTransposed: false }, recorder);
  },
  example: { inputs: { dy: { shape: [37, 36] }, weight: { shape: [36, 68] } }, attributes: {} },
});

/** dW = dYᵀ·X and db = the sum over dY's rows: [N, O], [N, I] → [O, I] and, with a bias, [O]. */
export const linearGradParameters = defineKernel<ParameterInputs, object, tf.Tensor[]>({
  name: 'LinearGradParameters',
  plain: ({ dy, x, bias }) => (bias === undefined ? [gradWeight(dy, x)] : [gradWeight(dy, x), sumRows({ x: dy }, {})]),
  wasm: (inputs, _, heap) => linearGradParametersOnHeap(inputs, heap),
  webgpu: ({ dy, x, weight, bias }, _, recorder) => {
    const [k = 0, m = 0] = dy.shape;
    const n = x.shape[1] ?? 0;
    const into = recorder.gradientOf(weight);
    const sums = bias === undefined ? undefined : recorder.gradientOf(bias);
    multiply({ a: dy, b: x, m, n, k, aTransposed: true, bTransposed: false, into, sums }, recorder);
    return sums === undefined ? [into] : [into, sums];
  },
  // Rows enough that K is split.
  example: {
    inputs: { dy: { shape: [389, 36] }, x: { shape: [389, 40] }, weight: { shape: [36, 40] }, bias: { shape: [36] } },
    attributes: {},
  },
});

/** The sum over rows: [N, W] → [W]. */
const sumRows = defineKernel<{ x: tf.Tensor }, object, tf.Tensor>({
  name: 'SumRows',
  plain: ({ x }) => tf.sum(x, 0),
  webgpu: ({ x }, _, recorder) => {
    const [rows = 0, width = 0] = x.shape;
    const y = recorder.output([width]);
    addRows(x, rows, width, y, recorder);
    return y;
  },
  wasm: ({ x }, _, heap) => {
    const width = x.shape[1] ?? 0;
    const y = heap.output([width]);
    const from = heap.floats(x);
    const sums = new Float64Array(width);
    for (let start = 0; start < from.length; start += width) {
      for (let i = 0; i < width; i++) (sums[i] as number) += from[start + i] as number;
    }
    heap.floats(y).set(sums);
    return y;
  },
  example: { inputs: { x: { shape: [67, 37] } }, attributes: {} },
});

/**
 * y = x·Wᵀ + b.
 * @param x [N, I]
 * @param weight [O, I]
 * @param bias [O], or null for none
 * @returns [N, O]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D | null): tf.Tensor2D {
  const y = bias === null ? linearForward({ x, weight }, {}) : linearWithBias({ x, weight, bias }, {});
  return y as tf.Tensor2D;
}
