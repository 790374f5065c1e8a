// The products of a linear layer in stock tfjs ops, in the orders that tfjs's wasm backend multiplies fast: XNNPACK serves
// only untransposed matrices, so the twins transpose beforehand.
import * as tf from '@tensorflow/tfjs';

/** x·Wᵀ + b: [N, I], [O, I], [O] → [N, O]. */
export function timesWeight(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  const transposed = tf.transpose(weight as tf.Tensor2D);
  return bias === undefined
    ? tf.matMul(x as tf.Tensor2D, transposed)
    : tf.fused.matMul({ a: x as tf.Tensor2D, b: transposed, bias });
}

/** dY·W: [N, O], [O, I] → [N, I]. */
export function gradInput(dy: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.matMul(dy as tf.Tensor2D, weight as tf.Tensor2D);
}

/** dYᵀ·X: [N, O], [N, I] → [O, I]. */
export function gradWeight(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  // XNNPACK packs its right-hand matrix anew for each product, 10 ns a number: the narrower one goes there.
  return (x.shape[1] ?? 0) <= (dy.shape[1] ?? 0)
    ? tf.matMul(tf.transpose(dy as tf.Tensor2D), x as tf.Tensor2D)
    : tf.transpose(tf.matMul(tf.transpose(x as tf.Tensor2D), dy as tf.Tensor2D));
}
