// What training changes: the flat parameter vector, AdamW's two moments and the loss scale, as tensors on the backend. On
// `webgpu` they are written in place and stay the same tensors, because captured steps are bound to them.
import * as tf from '@tensorflow/tfjs';
import { snapshot } from '../gpu/readback';
import { currentRecorder } from '../gpu/recorder';
import { adamW, type OptimizerState } from '../kernels/optimizer/adamW';
import { startingScale } from '../kernels/optimizer/control';
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

const PARTS = ['parameters', 'moment1', 'moment2'] as const;

export class ModelState {
  #state: OptimizerState;
  readonly #decay: tf.Tensor1D;

  /** @param lossScale 1 where nothing is computed in half precision */
  constructor(table: ParameterTable, arrays: StateArrays, lossScale = 1) {
    this.#state = {
      parameters: tf.tensor1d(arrays.parameters),
      moment1: tf.tensor1d(arrays.moment1),
      moment2: tf.tensor1d(arrays.moment2),
      scaling: tf.tensor1d(startingScale(lossScale)),
    };
    this.#decay = tf.tensor1d(decayMask(table));
    this.isScaled = lossScale !== 1;
    if (tf.getBackend() !== 'webgpu') return;
    // Bound once, so that they are on the GPU before anything is captured.
    const recorder = currentRecorder();
    for (const tensor of [...Object.values<tf.Tensor>(this.#state as never), this.#decay]) recorder.bufferOf(tensor);
  }

  /** [P]; replaced by `update` on other backends than `webgpu`, so never keep it over a step. */
  get parameters(): tf.Tensor1D {
    return this.#state.parameters;
  }

  /** Whether the loss is scaled, and the scale finds its own height. */
  readonly isScaled: boolean;

  /** [4], see kernels/optimizer/control.ts. */
  get scaling(): tf.Tensor1D {
    return this.#state.scaling;
  }

  /** One AdamW step. @returns the gradient's global norm before clipping; the caller disposes it */
  update(gradient: tf.Tensor1D, control: tf.Tensor1D): tf.Scalar {
    const before = this.#state;
    const { gradientNorm, ...after } = adamW(before, gradient, this.#decay, control);
    const inPlace = after.parameters.dataId === before.parameters.dataId;
    tf.dispose(Object.values(inPlace ? after : before) as tf.Tensor[]);
    if (!inPlace) for (const tensor of Object.values(after) as tf.Tensor[]) tf.keep(tensor);
    if (!inPlace) this.#state = after;
    return gradientNorm;
  }

  /** Starts the moments afresh, as each stage does. */
  resetMoments(): void {
    const { moment1, moment2 } = this.#state;
    if (tf.getBackend() === 'webgpu') {
      const recorder = currentRecorder();
      for (const moment of [moment1, moment2]) recorder.clear(moment);
      recorder.flush();
      return;
    }
    this.#state = { ...this.#state, moment1: tf.zerosLike(moment1), moment2: tf.zerosLike(moment2) };
    tf.dispose([moment1, moment2]);
  }

  /** The state of this moment in host memory; on `webgpu` training may go on while it trickles out. */
  async snapshot(): Promise<StateArrays> {
    const tensors = PARTS.map((part) => this.#state[part]);
    if (tf.getBackend() === 'webgpu') {
      const recorder = currentRecorder();
      recorder.flush();
      const stretches = tensors.map((tensor) => recorder.bufferOf(tensor));
      const [parameters, moment1, moment2] = await snapshot(recorder.device, stretches);
      return { parameters, moment1, moment2 } as StateArrays;
    }
    // `data` may hand out the backend's own memory, which the next step reuses.
    const copies = await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
    const [parameters, moment1, moment2] = copies;
    return { parameters, moment1, moment2 } as StateArrays;
  }

  dispose(): void {
    tf.dispose([...(Object.values(this.#state) as tf.Tensor[]), this.#decay]);
  }
}
