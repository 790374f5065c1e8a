// The linear layer y = x·Wᵀ + b with weights as Hugging Face stores them, [out, in], and its three backward products.
import * as tf from '@tensorflow/tfjs';
import linearSource from '../../shaders/linear.wgsl?raw';
import sumRowsSource from '../../shaders/sumRows.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import type { Recorder } from '../gpu/recorder';
import { spread } from '../gpu/recorder';

interface Product {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
  bias?: tf.TensorInfo | undefined;
  /** The sides of C[M, N] = A[M, K]·B[K, N]. */
  m: number;
  n: number;
  k: number;
  aTransposed: boolean;
  bTransposed: boolean;
}

/** Records C = A·B; a long K over few results is cut into ranges whose sums are added in fixed order. */
function multiply({ a, b, bias, m, n, k, aTransposed, bTransposed }: Product, recorder: Recorder): tf.TensorInfo {
  // Large tiles re-read less, small ones keep more of the machine busy.
  const threads = Math.ceil(m / 64) * Math.ceil(n / 64) >= 128 ? 16 : 8;
  const tile = threads * 4;
  const tiles = Math.ceil(m / tile) * Math.ceil(n / tile);
  const splits = bias === undefined ? Math.max(1, Math.min(Math.floor(64 / tiles), Math.floor(k / 128))) : 1;
  const c = recorder.output(splits === 1 ? [m, n] : [splits, m * n]);
  recorder.dispatch({
    shader: {
      name: 'linear',
      source: linearSource,
      overrides: {
        THREADS: threads,
        A_TRANSPOSED: Number(aTransposed),
        B_TRANSPOSED: Number(bTransposed),
        HAS_BIAS: Number(bias !== undefined),
      },
    },
    inputs: [a, b, bias ?? b],
    outputs: [c],
    params: [{ u32: m }, { u32: n }, { u32: k }, { u32: Math.ceil(k / splits) }],
    groups: [Math.ceil(n / tile), Math.ceil(m / tile), splits],
  });
  if (splits === 1) return c;
  const total = recorder.output([m, n]);
  addRows(c, splits, m * n, total, recorder);
  recorder.release(c);
  return total;
}

function addRows(x: tf.TensorInfo, rows: number, width: number, y: tf.TensorInfo, recorder: Recorder): void {
  recorder.dispatch({
    shader: { name: 'sumRows', source: sumRowsSource },
    inputs: [x],
    outputs: [y],
    params: [{ u32: rows }, { u32: width }],
    groups: spread(Math.ceil(width / 16)),
  });
}

interface LinearInputs {
  x: tf.Tensor;
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
}

// tfjs's wasm backend multiplies fast (XNNPACK) only without transposition flags, so the twins transpose beforehand.
const linearForward = defineKernel<LinearInputs, object, tf.Tensor>({
  name: 'Linear',
  plain: ({ x, weight, bias }) => {
    const transposed = tf.transpose(weight as tf.Tensor2D);
    return bias === undefined
      ? tf.matMul(x as tf.Tensor2D, transposed)
      : tf.fused.matMul({ a: x as tf.Tensor2D, b: transposed, bias });
  },
  webgpu: ({ x, weight, bias }, _, recorder) => {
    const [m = 0, k = 0] = x.shape;
    const n = weight.shape[0] ?? 0;
    return multiply({ a: x, b: weight, bias, m, n, k, aTransposed: false, bTransposed: true }, recorder);
  },
  example: {
    inputs: { x: { shape: [37, 67] }, weight: { shape: [35, 67] }, bias: { shape: [35] } },
    attributes: {},
  },
  inputsToSave: ['x', 'weight'],
  gradient: (dy, [x, weight]) => ({
    x: () => linearGradInput({ dy, weight: weight as tf.Tensor }, {}),
    weight: () => linearGradWeight({ dy, x: x as tf.Tensor }, {}),
    bias: () => sumRows({ x: dy }, {}),
  }),
});

/** dX = dY·W: [N, O] × [O, I] → [N, I]. */
const linearGradInput = defineKernel<{ dy: tf.Tensor; weight: tf.Tensor }, object, tf.Tensor>({
  name: 'LinearGradInput',
  plain: ({ dy, weight }) => tf.matMul(dy as tf.Tensor2D, weight as tf.Tensor2D),
  webgpu: ({ dy, weight }, _, recorder) => {
    const [m = 0, k = 0] = dy.shape;
    const n = weight.shape[1] ?? 0;
    return multiply({ a: dy, b: weight, m, n, k, aTransposed: false, bTransposed: false }, recorder);
  },
  example: { inputs: { dy: { shape: [37, 35] }, weight: { shape: [35, 67] } }, attributes: {} },
});

/** dW = dYᵀ·X: [N, O], [N, I] → [O, I]. */
const linearGradWeight = defineKernel<{ dy: tf.Tensor; x: tf.Tensor }, object, tf.Tensor>({
  name: 'LinearGradWeight',
  // XNNPACK packs its right-hand matrix anew for each product, 10 ns a number: the narrower one goes there.
  plain: ({ dy, x }) =>
    (x.shape[1] ?? 0) <= (dy.shape[1] ?? 0)
      ? tf.matMul(tf.transpose(dy as tf.Tensor2D), x as tf.Tensor2D)
      : tf.transpose(tf.matMul(tf.transpose(x as tf.Tensor2D), dy as tf.Tensor2D)),
  webgpu: ({ dy, x }, _, recorder) => {
    const [k = 0, m = 0] = dy.shape;
    const n = x.shape[1] ?? 0;
    return multiply({ a: dy, b: x, m, n, k, aTransposed: true, bTransposed: false }, recorder);
  },
  // Rows enough that K is split.
  example: { inputs: { dy: { shape: [389, 35] }, x: { shape: [389, 37] } }, attributes: {} },
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
  return linearForward({ x, weight, bias: bias ?? undefined }, {}) as tf.Tensor2D;
}
