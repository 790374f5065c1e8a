// Proximal policy optimisation's objective (Schulman et al., arXiv 1707.06347, equation 7) for discrete actions: on numbers,
// which say what is meant, and on tensors, which are trained by.
import * as tf from '@tensorflow/tfjs';
import { watched } from '../preference/trainedNetwork';

export interface ObjectiveSettings {
  /** How far a probability may move from that of the policy that acted: ε. */
  clip: number;
  /** The same for values, in their unit; null for values that may move freely. */
  valueClip: number | null;
}

/** min(ρ·A, clip(ρ, 1 − ε, 1 + ε)·A), which is to grow. @param ratio ρ, new probability of the action over old */
export function clippedObjective(ratio: number, advantage: number, clip: number): number {
  const near = Math.min(Math.max(ratio, 1 - clip), 1 + clip);
  return Math.min(ratio * advantage, near * advantage);
}

/** ½(V − R)², and not less than with V kept within `clip` of what it was. */
export function clippedValueLoss(value: number, before: number, target: number, clip: number | null): number {
  const free = (value - target) ** 2;
  if (clip === null) return free / 2;
  const near = before + Math.min(Math.max(value - before, -clip), clip);
  return Math.max(free, (near - target) ** 2) / 2;
}

/** ln of the probabilities that logits stand for. */
export function logProbabilities(logits: ArrayLike<number>): number[] {
  const all = Array.from(logits);
  const highest = Math.max(...all);
  const total = Math.log(all.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)) + highest;
  return all.map((logit) => logit - total);
}

/** −Σ p ln p in nats. */
export function entropyOf(logits: ArrayLike<number>): number {
  return -logProbabilities(logits).reduce((sum, log) => sum + Math.exp(log) * log, 0);
}

/** (ρ − 1) − ln ρ: what one action says of KL(old ‖ new), never below zero (Schulman, "Approximating KL divergence"). */
export function approximateKl(logRatio: number): number {
  return Math.expm1(logRatio) - logRatio;
}

/** Of B observations. */
export interface PpoTargets {
  /** [B, A] 1 at the action taken. */
  taken: tf.Tensor2D;
  /** [B] each: of the policy that acted. */
  logProbs: tf.Tensor1D;
  values: tf.Tensor1D;
  advantages: tf.Tensor1D;
  returns: tf.Tensor1D;
}

/** Places of the figures of `ppoFigures`. */
export const FIGURES = { policy: 0, value: 1, entropy: 2, kl: 3, clipped: 4 } as const;

/**
 * Means over the observations, differentiable by the outputs.
 * @param outputs [B, A + 1]: logits, then the value
 * @returns [5]: the policy's loss (the clipped objective's negative), the value's loss, the entropy, the approximate KL and
 *   the share of ratios beyond the clip; the last two to look at
 */
export function ppoFigures(outputs: tf.Tensor2D, targets: PpoTargets, settings: ObjectiveSettings): tf.Tensor1D {
  const { clip } = settings;
  const actions = targets.taken.shape[1];
  const [logits, column] = tf.split(outputs, [actions, 1], 1) as [tf.Tensor2D, tf.Tensor2D];
  const logs = tf.logSoftmax(logits);
  const logRatio = tf.sub(tf.sum(tf.mul(logs, targets.taken), 1), targets.logProbs);
  const ratio = tf.exp(logRatio);
  const near = tf.clipByValue(ratio, 1 - clip, 1 + clip);
  const objective = tf.minimum(tf.mul(ratio, targets.advantages), tf.mul(near, targets.advantages));
  const entropy = tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logs), logs), 1)));
  // Away from the tape: a comparison has no slope.
  const kl = watched(logRatio, (log) => tf.mean(tf.sub(tf.expm1(log), log)));
  const beyond = watched(ratio, (r) => tf.mean(tf.cast(tf.greater(tf.abs(tf.sub(r, 1)), clip), 'float32')));
  const value = valueLoss(tf.reshape(column, [-1]), targets, settings.valueClip);
  return tf.stack([tf.neg(tf.mean(objective)), value, entropy, kl, beyond]) as tf.Tensor1D;
}

function valueLoss(values: tf.Tensor1D, targets: PpoTargets, clip: number | null): tf.Scalar {
  const free = tf.square(tf.sub(values, targets.returns));
  if (clip === null) return tf.mul(tf.mean(free), 0.5);
  const near = tf.add(targets.values, tf.clipByValue(tf.sub(values, targets.values), -clip, clip));
  return tf.mul(tf.mean(tf.maximum(free, tf.square(tf.sub(near, targets.returns)))), 0.5);
}
