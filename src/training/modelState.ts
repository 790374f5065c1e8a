// What training changes: the flat parameter vector and AdamW's two moments, as tensors on the backend.
import * as tf from '@tensorflow/tfjs';
import { adamW, type AdamWSettings, type AdamWState } from '../kernels/adamW';
import { decayMask, initialParameters, type ParameterTable } from '../model/parameters';

/** The three parts as host arrays, [P] each, as checkpoints keep them. */
export interface StateArrays {
  parameters: Float32Array<ArrayBuffer>;
  moment1: Float32Array<ArrayBuffer>;
  moment2: Float32Array<ArrayBuffer>;
}

export function freshState(table: ParameterTable, seed: number): StateArrays {
  return {
    parameters: initialParameters(table, seed),
    moment1: new Float32Array(table.total),
    moment2: new Float32Array(table.total),
  };
}

export class ModelState {
  #state: AdamWState;
  readonly #decay: tf.Tensor1D;

  constructor(table: ParameterTable, arrays: StateArrays) {
    this.#state = {
      parameters: tf.tensor1d(arrays.parameters),
      moment1: tf.tensor1d(arrays.moment1),
      moment2: tf.tensor1d(arrays.moment2),
    };
    this.#decay = tf.tensor1d(decayMask(table));
  }

  /** [P]; replaced by `update`, so never keep it over a step. */
  get parameters(): tf.Tensor1D {
    return this.#state.parameters;
  }

  /** One AdamW step. @returns the gradient's global norm before clipping; the caller disposes it */
  update(gradient: tf.Tensor1D, settings: AdamWSettings): tf.Scalar {
    const before = this.#state;
    const { gradientNorm, ...after } = adamW(before, gradient, this.#decay, settings);
    this.#state = after;
    for (const part of ['parameters', 'moment1', 'moment2'] as const) {
      if (before[part] !== after[part]) before[part].dispose();
    }
    return gradientNorm;
  }

  /** Starts the moments afresh, as each stage does. */
  resetMoments(): void {
    const { moment1, moment2 } = this.#state;
    this.#state = { ...this.#state, moment1: tf.zerosLike(moment1), moment2: tf.zerosLike(moment2) };
    moment1.dispose();
    moment2.dispose();
  }

  /** Copies to host memory. */
  async snapshot(): Promise<StateArrays> {
    const [parameters, moment1, moment2] = await Promise.all(
      [this.#state.parameters, this.#state.moment1, this.#state.moment2].map(async (t) =>
        Float32Array.from(await t.data()),
      ),
    );
    return { parameters, moment1, moment2 } as StateArrays;
  }

  dispose(): void {
    tf.dispose([this.#state.parameters, this.#state.moment1, this.#state.moment2, this.#decay]);
  }
}
