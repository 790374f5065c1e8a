// How queries, keys and values lie in one packed tensor: a token's row holds the features of all query heads, then of all
// key heads, then of all value heads. One projection makes it, one gradient goes back, and nothing is cut or joined.
import type * as tf from '@tensorflow/tfjs';

export interface PackedShape {
  heads: number;
  /** Heads of keys and values; a divisor of `heads`. Query head h reads key head ⌊h·kvHeads/heads⌋. */
  kvHeads: number;
  /** Query i sees key j only where j ≤ i. */
  causal: boolean;
}

export interface PackedInputs {
  /** [B, T, (heads + 2·kvHeads)·Dh] */
  qkv: tf.Tensor;
}

export interface PackedGradInputs extends PackedInputs {
  /** [B, T, heads·Dh], the result of the forward pass. */
  out: tf.Tensor;
  /** [B, heads, T], logarithm of the sum of each query's exponentiated scores. */
  logSumExp: tf.Tensor;
  /** [B, T, heads·Dh] */
  dOut: tf.Tensor;
}

/** Sizes of one call, read off the packed tensor. */
export interface PackedSizes {
  batch: number;
  tokens: number;
  heads: number;
  kvHeads: number;
  headWidth: number;
  /** Features of a row: (heads + 2·kvHeads)·Dh. */
  width: number;
}

export function packedSizes(qkv: tf.TensorInfo, { heads, kvHeads }: { heads: number; kvHeads: number }): PackedSizes {
  const [batch = 0, tokens = 0, width = 0] = qkv.shape;
  return { batch, tokens, heads, kvHeads, headWidth: width / (heads + 2 * kvHeads), width };
}

/** @throws RangeError where heads and width of a packed row do not fit each other */
export function checkPacked(operation: string, width: number, heads: number, kvHeads: number): void {
  if (heads % kvHeads === 0 && width % (heads + 2 * kvHeads) === 0) return;
  throw new RangeError(
    `${operation}: a row of ${width} features cannot hold ${heads} query heads and ${kvHeads} key and value heads of one width`,
  );
}
