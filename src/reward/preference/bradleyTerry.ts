// Bradley and Terry's model of preferences between stretches of frames, as the paper trains its reward by it (appendix
// B.1, equations (1) and (2)). Both depend on the difference d = Σ r(τ⁰) − Σ r(τ¹) alone: P[τ⁰ ≻ τ¹] = σ(d), and the
// cross-entropy is softplus(d) − y·d, which stays exact where exp(Σ r) would overflow.
import * as tf from '@tensorflow/tfjs';

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** 1 / (1 + exp(−d)) without overflow. */
function sigmoid(d: number): number {
  const e = Math.exp(-Math.abs(d));
  return d >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** ln(1 + exp(d)) without overflow. */
function softplus(d: number): number {
  return Math.max(d, 0) + Math.log1p(Math.exp(-Math.abs(d)));
}

/**
 * (1): the probability that the first stretch is preferred.
 * @param first rewards of the frames of τ⁰, one for a single frame
 * @param second rewards of τ¹
 */
export function preferenceProbability(first: readonly number[], second: readonly number[]): number {
  return sigmoid(sum(first) - sum(second));
}

export interface ComparedRewards {
  first: readonly number[];
  second: readonly number[];
  /** The judge's probability that the first is preferred, in [0, 1]: 1 and 0 for the paper's bare labels. */
  y: number;
  /** 1 unless said. */
  weight?: number;
}

/** (2): the mean cross-entropy in nats, by weight; 0 where nothing has weight. */
export function preferenceLoss(pairs: readonly ComparedRewards[]): number {
  let [loss, weights] = [0, 0];
  for (const { first, second, y, weight = 1 } of pairs) {
    const d = sum(first) - sum(second);
    loss += weight * (softplus(d) - y * d);
    weights += weight;
  }
  return weights === 0 ? 0 : loss / weights;
}

/**
 * (2) over pairs of single frames, differentiable by the rewards. The slope of a pair is w·(σ(d) − y) / Σ w.
 * @param rewards [2M]: of each pair the first frame, then the second
 * @param y [M] in [0, 1]
 * @param weights [M], not all zero
 * @returns a scalar, in nats
 */
export function preferenceLossOf(rewards: tf.Tensor1D, y: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  // By hand: the tape's slopes of |d| and max(d, 0) are both zero at d = 0, where an untrained network starts.
  const loss = tf.customGrad((r, save) => {
    const d = differences(r as tf.Tensor1D);
    const share = tf.div(weights, tf.sum(weights));
    const entropy = tf.sub(tf.add(tf.relu(d), tf.log1p(tf.exp(tf.neg(tf.abs(d))))), tf.mul(y, d));
    (save as tf.GradSaveFunc)([d, share, y]);
    return {
      value: tf.sum(tf.mul(share, entropy)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [difference, part, label] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const slope = tf.mul(dy, tf.mul(part, tf.sub(tf.sigmoid(difference), label)));
        return tf.reshape(tf.stack([slope, tf.neg(slope)], 1), [-1]);
      },
    };
  });
  return loss(rewards) as tf.Scalar;
}

/** [2M] → [M], first less second. */
function differences(rewards: tf.Tensor1D): tf.Tensor1D {
  const pairs = tf.reshape(rewards, [-1, 2]) as tf.Tensor2D;
  const [first, second] = tf.split(pairs, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return tf.reshape(tf.sub(first, second), [-1]);
}

/** The share of pairs that rewards order as `y` does; null where no pair says which. Equal rewards order nothing. */
export function sharedOrder(rewards: ArrayLike<number>, y: ArrayLike<number>): number | null {
  let [same, said] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const label = (y[i] as number) - 0.5;
    if (label === 0) continue;
    said++;
    const d = (rewards[2 * i] as number) - (rewards[2 * i + 1] as number);
    if (d * label > 0) same++;
  }
  return said === 0 ? null : same / said;
}
