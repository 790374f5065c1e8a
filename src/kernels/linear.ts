// The linear layer y = x·Wᵀ + b with weights as Hugging Face stores them, [out, in], and its three backward products.
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';

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
});

/** dW = dYᵀ·X: [N, O], [N, I] → [O, I]. */
const linearGradWeight = defineKernel<{ dy: tf.Tensor; x: tf.Tensor }, object, tf.Tensor>({
  name: 'LinearGradWeight',
  plain: ({ dy, x }) => tf.matMul(tf.transpose(dy as tf.Tensor2D), x as tf.Tensor2D),
});

/** The sum over rows: [N, W] → [W]. */
const sumRows = defineKernel<{ x: tf.Tensor }, object, tf.Tensor>({
  name: 'SumRows',
  plain: ({ x }) => tf.sum(x, 0),
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
