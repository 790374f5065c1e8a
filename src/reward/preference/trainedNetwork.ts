// A small network with its own flat parameter vector and AdamW, trained op by op on any backend.
import * as tf from '@tensorflow/tfjs';
import { controlValues } from '../../kernels/optimizer/control';
import type { ParameterTable } from '../../model/parameters';
import { namedWeights, type Weights } from '../../model/weights';
import { freshState, ModelState } from '../../training/modelState';

export interface UpdateSettings {
  learningRate: number;
  weightDecay: number;
  /** The largest global norm of the gradient that is let through; Infinity for no clipping. */
  clip: number;
}

export class TrainedNetwork {
  readonly #table: ParameterTable;
  readonly #state: ModelState;
  #steps = 0;

  constructor(table: ParameterTable, seed: number) {
    this.#table = table;
    this.#state = new ModelState(table, freshState(table, seed));
  }

  /** What `work` returns, made of the weights as they are. The caller disposes it; all else is tidied up. */
  read<T extends tf.TensorContainer>(work: (weights: Weights) => T): T {
    return tf.tidy(() => work(namedWeights(this.#table, this.#state.parameters)));
  }

  /**
   * One step down the sum of `figures` by `slopes`. A gradient that is not finite changes nothing.
   * @param figures of the weights, [K]: terms of the loss, and what is only looked at
   * @param slopes [K], what each counts in the loss; 0 for what is only looked at
   * @returns the figures before the step, and after them the gradient's norm, [K + 1]; the caller disposes them
   */
  update(
    figures: (weights: Weights) => tf.Tensor1D,
    slopes: readonly number[],
    { learningRate, weightDecay, clip }: UpdateSettings,
  ): tf.Tensor1D {
    this.#steps++;
    const settings = { learningRate, weightDecay, clip, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    return tf.tidy(() => {
      const forward = () => figures(namedWeights(this.#table, this.#state.parameters));
      const { value, grads } = tf
        .engine()
        .gradients(forward, [this.#state.parameters], tf.tensor1d(slopes as number[]));
      const control = tf.tensor1d(controlValues({ ...settings, step: this.#steps, accumulation: 1 }, 0));
      const norm = this.#state.update(grads[0] as tf.Tensor1D, control);
      return tf.concat1d([value as tf.Tensor1D, tf.reshape(norm, [1])]);
    });
  }

  /** [P] the weights in host memory. */
  async parameters(): Promise<Float32Array<ArrayBuffer>> {
    return (await this.#state.snapshot()).parameters;
  }

  dispose(): void {
    this.#state.dispose();
  }
}

/** What `work` makes of a tensor, only to look at: on the tape its slope is zero, whatever it is made by. */
export function watched(x: tf.Tensor, work: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const zeroSlope = tf.customGrad((given) => ({
    value: work(given as tf.Tensor),
    gradFunc: () => tf.zeros((given as tf.Tensor).shape),
  }));
  return zeroSlope(x);
}

/** The mean over steps of what `update` returned, read in one go, [K + 1]; disposes them. */
export async function meanFigures(steps: tf.Tensor1D[]): Promise<Float32Array> {
  const mean = tf.tidy(() => tf.mean(tf.stack(steps), 0));
  tf.dispose(steps);
  const values = Float32Array.from(await mean.data<'float32'>());
  mean.dispose();
  return values;
}
