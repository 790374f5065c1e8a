// The reward r_ψ(o) of a single frame's picture (appendix B.1), learnt from preferences between frames by equation (2).
// Preferences leave its zero and its unit open; what the policy is given is normalised over the replay buffer.
import * as tf from '@tensorflow/tfjs';
import { hashText, Random } from '../../base/random';
import { linear } from '../../kernels/linear';
import type { Weights } from '../../model/weights';
import { preferenceLossOf, sharedOrder } from './bradleyTerry';
import { frameStore, matrix, pictureTiles, pictureTrunk, tableOf, TRUNK, trunkParameters, zeros } from './pictureTrunk';
import type { TrunkShape } from './pictureTrunk';
import type { Preference, PreferenceBuffer } from './preferenceBuffer';
import type { ReplayBuffer } from './replayBuffer';
import { meanFigures, TrainedNetwork, watched, type UpdateSettings } from './trainedNetwork';

export interface RewardSettings extends UpdateSettings {
  /** Pairs in a minibatch. */
  batch: number;
}

/** So much decay because preferences are few and some are wrong: with little, more steps rank new pictures worse. */
export const REWARD_SETTINGS: RewardSettings = { learningRate: 1e-3, weightDecay: 1, clip: 1, batch: 64 };

/** Frames scored at a time. */
const CHUNK = 320;

export class RewardNetwork {
  readonly #shape: TrunkShape;
  readonly #network: TrainedNetwork;
  readonly #settings: RewardSettings;
  readonly #seed: number;
  #rounds = 0;
  #mean = 0;
  #spread = 1;

  /** @throws RangeError where patches do not divide pictures of side `size` */
  constructor(size: number, seed: number, settings: RewardSettings = REWARD_SETTINGS, trunk = TRUNK) {
    this.#shape = { ...trunk, size, beside: 0 };
    const { hidden } = this.#shape;
    const head = [matrix('reward.weight', 1, hidden, 1), zeros('reward.bias', [1])];
    this.#network = new TrainedNetwork(tableOf([...trunkParameters(this.#shape), ...head]), seed);
    this.#settings = settings;
    this.#seed = seed;
  }

  /** r_ψ as it comes: [F, S, S, 3] bytes → [F]. */
  async score(frames: Uint8Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const { size } = this.#shape;
    const bytes = size * size * 3;
    const scores = new Float32Array(frames.length / bytes);
    for (let at = 0; at < scores.length; at += CHUNK) {
      const part = frames.subarray(at * bytes, Math.min(at + CHUNK, scores.length) * bytes);
      const rewards = this.#network.read((weights) =>
        this.#rewards(weights, pictureTiles(frameStore(part, size), null, this.#shape)),
      );
      scores.set(await rewards.data<'float32'>(), at);
      rewards.dispose();
    }
    return scores;
  }

  /** Scores in the unit that the policy is given: mean 0 and spread 1 over what was relabelled last. */
  normalised(scores: Float32Array): Float32Array<ArrayBuffer> {
    return Float32Array.from(scores, (score) => (score - this.#mean) / this.#spread);
  }

  /**
   * Minibatches out of D by (2).
   * @param frames holds the frames of all pairs in D
   * @returns null where D is empty; else the mean loss in nats and the share of pairs ordered as labelled, both before
   *   each step, and the gradient's norm
   */
  async train(
    preferences: PreferenceBuffer,
    frames: ReplayBuffer,
    steps: number,
  ): Promise<{ loss: number; accuracy: number; gradientNorm: number } | null> {
    if (preferences.size === 0 || steps === 0) return null;
    const random = new Random(this.#seed, hashText('reward minibatches'), this.#rounds++);
    const figures = Array.from({ length: steps }, () =>
      this.#step(preferences.sample(this.#settings.batch, random), frames),
    );
    const [loss = NaN, accuracy = NaN, gradientNorm = NaN] = await meanFigures(figures);
    return { loss, accuracy, gradientNorm };
  }

  #step(pairs: readonly Preference[], frames: ReplayBuffer): tf.Tensor1D {
    return tf.tidy(() => {
      const numbers = pairs.flatMap(({ first, second }) => [first, second]);
      const tiles = pictureTiles(frameStore(frames.framesOf(numbers), this.#shape.size), null, this.#shape);
      const y = tf.tensor1d(pairs.map((pair) => pair.y));
      const weights = tf.tensor1d(pairs.map(({ weight }) => weight));
      const figures = (named: Weights) => {
        const rewards = this.#rewards(named, tiles);
        return tf.stack([preferenceLossOf(rewards, y, weights), watched(rewards, (r) => ordered(r, y))]) as tf.Tensor1D;
      };
      return this.#network.update(figures, [1, 0], this.#settings);
    });
  }

  /**
   * Gives everything in the replay buffer the rewards of this network, normalised over it. A constant network gives 0.
   */
  async relabel(buffer: ReplayBuffer): Promise<void> {
    const scores = new Float32Array(buffer.size);
    let at = 0;
    for (const stretch of buffer.stretches()) {
      scores.set(await this.score(stretch), at);
      at += buffer.each;
    }
    let [sum, squares] = [0, 0];
    for (const score of scores) sum += score;
    this.#mean = scores.length === 0 ? 0 : sum / scores.length;
    for (const score of scores) squares += (score - this.#mean) ** 2;
    this.#spread = Math.sqrt(squares / Math.max(1, scores.length)) || 1;
    buffer.relabel(this.normalised(scores));
  }

  /** The share of pairs that it orders as they are labelled; null where none says which. */
  async agreement(pairs: readonly Pick<Preference, 'first' | 'second' | 'y'>[], frames: ReplayBuffer) {
    const scores = await this.score(frames.framesOf(pairs.flatMap(({ first, second }) => [first, second])));
    return sharedOrder(
      scores,
      pairs.map(({ y }) => y),
    );
  }

  /** [P] the weights in host memory. */
  parameters(): Promise<Float32Array<ArrayBuffer>> {
    return this.#network.parameters();
  }

  dispose(): void {
    this.#network.dispose();
  }

  #rewards(weights: Weights, tiles: tf.Tensor2D): tf.Tensor1D {
    const hidden = pictureTrunk(this.#shape, weights, tiles, null);
    const head = linear(hidden, weights('reward.weight') as tf.Tensor2D, weights('reward.bias') as tf.Tensor1D);
    return tf.reshape(head, [-1]);
  }
}

/** The share of pairs that rewards [2M] order as y [M] does; a label of one half counts as half right. */
function ordered(rewards: tf.Tensor, y: tf.Tensor1D): tf.Scalar {
  const [first, second] = tf.split(tf.reshape(rewards, [-1, 2]), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const side = tf.sign(tf.reshape(tf.sub(first, second), [-1]));
  return tf.mean(tf.mul(0.5, tf.add(1, tf.mul(side, tf.sign(tf.sub(y, 0.5))))));
}
