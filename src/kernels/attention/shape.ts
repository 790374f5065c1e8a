// What attention takes, shared by its twin, its shaders and its form for the wasm backend.
import type * as tf from '@tensorflow/tfjs';

export interface AttentionShape {
  heads: number;
  /** Heads of keys and values; a divisor of `heads`. */
  kvHeads: number;
  /** Query i sees key j only where j ≤ i + (S − T). */
  causal: boolean;
}

export interface AttentionInputs {
  q: tf.Tensor;
  k: tf.Tensor;
  v: tf.Tensor;
  keyMask?: tf.Tensor | undefined;
}

export interface AttentionGradInputs extends AttentionInputs {
  out: tf.Tensor;
  logSumExp: tf.Tensor;
  dOut: tf.Tensor;
}
