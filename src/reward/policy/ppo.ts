// A policy that sees pictures, acts by seeded draws and learns by proximal policy optimisation.
import * as tf from '@tensorflow/tfjs';
import { hashText, Random } from '../../base/random';
import type { Weights } from '../../model/weights';
import { frameStore, pictureTiles, TRUNK } from '../preference/pictureTrunk';
import { meanFigures, TrainedNetwork } from '../preference/trainedNetwork';
import { standardised } from './advantages';
import type { Environment, Observation } from './environment';
import { policyOutputs, policyTable, type PolicyShape } from './network';
import { logProbabilities, ppoFigures, type ObjectiveSettings } from './ppoLoss';

export interface PpoSettings extends ObjectiveSettings {
  epochs: number;
  /** Observations in a minibatch. */
  minibatch: number;
  learningRate: number;
  weightDecay: number;
  /** The largest global norm of the gradient that is let through. */
  gradientClip: number;
  valueWeight: number;
  entropyWeight: number;
}

export const PPO_SETTINGS: PpoSettings = {
  clip: 0.2,
  valueClip: null,
  epochs: 4,
  minibatch: 160,
  learningRate: 1e-3,
  weightDecay: 0,
  gradientClip: 0.5,
  valueWeight: 0.5,
  entropyWeight: 0.02,
};

export interface Choice {
  /** [N] each. */
  actions: Uint8Array<ArrayBuffer>;
  /** ln of the chosen actions' probabilities. */
  logProbs: Float32Array<ArrayBuffer>;
  values: Float32Array<ArrayBuffer>;
}

/** B observations with what was done and what came of it. */
export interface PpoBatch {
  /** [B, S, S, 3] */
  frames: Uint8Array<ArrayBuffer>;
  /** [B, P] */
  proprioception: Float32Array;
  /** [B] each. */
  actions: Uint8Array;
  logProbs: Float32Array;
  values: Float32Array;
  /** Standardised here. */
  advantages: Float32Array;
  returns: Float32Array;
}

/** Means over all minibatches of an update, each before its step. */
export interface PpoFigures {
  policyLoss: number;
  valueLoss: number;
  entropy: number;
  kl: number;
  /** The share of probability ratios beyond the clip. */
  clipped: number;
  /** Before clipping. */
  gradientNorm: number;
}

export class Ppo {
  readonly #shape: PolicyShape;
  readonly #network: TrainedNetwork;
  readonly #settings: PpoSettings;
  readonly #seed: number;
  #acts = 0;
  #updates = 0;

  /** @throws RangeError where patches do not divide the pictures */
  constructor(
    { size, actions, proprioception }: Pick<Environment, 'size' | 'actions' | 'proprioception'>,
    seed: number,
    settings: PpoSettings = PPO_SETTINGS,
    trunk = TRUNK,
  ) {
    this.#shape = { ...trunk, size, actions, beside: proprioception };
    this.#network = new TrainedNetwork(policyTable(this.#shape), seed);
    this.#settings = settings;
    this.#seed = seed;
  }

  /** Actions for N observations: drawn from the policy, or its likeliest ones, which leaves later draws as they are. */
  async act(observation: Observation, greedy = false): Promise<Choice> {
    const { actions: width } = this.#shape;
    const outputs = await this.#outputs(observation);
    const count = outputs.length / (width + 1);
    const random = greedy ? null : new Random(this.#seed, hashText('actions'), this.#acts++);
    const choice = emptyChoice(count);
    for (let n = 0; n < count; n++) {
      const at = n * (width + 1);
      const logs = logProbabilities(outputs.subarray(at, at + width));
      const action = random === null ? logs.indexOf(Math.max(...logs)) : random.weighted(logs.map(Math.exp));
      choice.actions[n] = action;
      choice.logProbs[n] = logs[action] as number;
      choice.values[n] = outputs[at + width] as number;
    }
    return choice;
  }

  /** [N] */
  async values(observation: Observation): Promise<Float32Array<ArrayBuffer>> {
    const { actions: width } = this.#shape;
    const outputs = await this.#outputs(observation);
    return Float32Array.from(
      { length: outputs.length / (width + 1) },
      (_, n) => outputs[(n + 1) * (width + 1) - 1] ?? 0,
    );
  }

  /** Epochs over a batch in minibatches, permuted anew for each. A rest smaller than a minibatch is left out. */
  async update(batch: PpoBatch): Promise<PpoFigures> {
    const { epochs, minibatch } = this.#settings;
    const count = batch.actions.length;
    const each = Math.min(minibatch, count);
    const random = new Random(this.#seed, hashText('minibatches'), this.#updates++);
    const advantages = standardised(batch.advantages);
    const store = frameStore(batch.frames, this.#shape.size);
    const figures: tf.Tensor1D[] = [];
    const order = Array.from({ length: count }, (_, i) => i);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const permuted = random.shuffled(order);
      for (let at = 0; at + each <= count; at += each) {
        figures.push(this.#step(store, { ...batch, advantages }, Int32Array.from(permuted.slice(at, at + each))));
      }
    }
    store.dispose();
    const [policyLoss, valueLoss, entropy, kl, clipped, gradientNorm] = (await meanFigures(figures)) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { policyLoss, valueLoss, entropy, kl, clipped, gradientNorm };
  }

  /** [P] the weights in host memory. */
  parameters(): Promise<Float32Array<ArrayBuffer>> {
    return this.#network.parameters();
  }

  dispose(): void {
    this.#network.dispose();
  }

  #step(store: tf.Tensor2D, batch: PpoBatch, rows: Int32Array): tf.Tensor1D {
    const { actions: width, beside } = this.#shape;
    const { learningRate, weightDecay, gradientClip, valueWeight, entropyWeight } = this.#settings;
    return tf.tidy(() => {
      const tiles = pictureTiles(store, rows, this.#shape);
      const vector = (values: Float32Array) => tf.tensor1d(Float32Array.from(rows, (row) => values[row] as number));
      const taken = new Float32Array(rows.length * width);
      const body = new Float32Array(rows.length * beside);
      rows.forEach((row, i) => {
        taken[i * width + (batch.actions[row] as number)] = 1;
        body.set(batch.proprioception.subarray(row * beside, (row + 1) * beside), i * beside);
      });
      const targets = {
        taken: tf.tensor2d(taken, [rows.length, width]),
        logProbs: vector(batch.logProbs),
        values: vector(batch.values),
        advantages: vector(batch.advantages),
        returns: vector(batch.returns),
      };
      const own = beside === 0 ? null : tf.tensor2d(body, [rows.length, beside]);
      const figures = (weights: Weights) =>
        ppoFigures(policyOutputs(this.#shape, weights, tiles, own), targets, this.#settings);
      // As in ppoFigures: the policy and the value are losses, the entropy is to grow.
      return this.#network.update(figures, [1, valueWeight, -entropyWeight, 0, 0], {
        learningRate,
        weightDecay,
        clip: gradientClip,
      });
    });
  }

  /** [N·(A + 1)] */
  async #outputs({ frames, proprioception }: Observation): Promise<Float32Array> {
    const { size, beside } = this.#shape;
    const outputs = this.#network.read((weights) => {
      const tiles = pictureTiles(frameStore(frames as Uint8Array<ArrayBuffer>, size), null, this.#shape);
      const own = beside === 0 ? null : tf.tensor2d(proprioception, [proprioception.length / beside, beside]);
      return policyOutputs(this.#shape, weights, tiles, own);
    });
    const values = Float32Array.from(await outputs.data<'float32'>());
    outputs.dispose();
    return values;
  }
}

function emptyChoice(count: number): Choice {
  return { actions: new Uint8Array(count), logProbs: new Float32Array(count), values: new Float32Array(count) };
}
