// A step op by op, for backends without captured steps and as the measure that captured ones are held to.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import { accumulate } from '../kernels/optimizer/accumulate';
import { controlValues, type StepSettings } from '../kernels/optimizer/control';
import { makeTensors } from '../gpu/hostTensors';
import { lossAndGradient, lossArrays } from './loss';
import type { Layout } from './modelInput';
import { readFigures, type StepFigures, type Stepper, type Trained } from './stepper';

export class EagerStepper implements Stepper {
  readonly #trained: Trained;
  readonly #prepared: (batch: Batch) => Batch;

  /** @param prepared what is made of a batch first; it must leave its samples and what is learnt as they are */
  constructor(trained: Trained, prepared: (batch: Batch) => Batch = (batch) => batch) {
    this.#trained = trained;
    this.#prepared = prepared;
  }

  async step(given: readonly Batch[], settings: StepSettings): Promise<{ figures: Promise<StepFigures> }> {
    const batches = given.map(this.#prepared);
    const inputs = batches.map((batch) => makeTensors(lossArrays(this.#trained.config, batch, this.#trained.answers)));
    const controls = batches.map((_, micro) => tf.tensor1d(controlValues(settings, micro)));
    const sum = batches.length > 1 ? tf.zerosLike(this.#trained.state.parameters) : null;
    const results = enqueueStep(this.#trained, inputs, controls, batches, sum);
    tf.dispose([inputs, controls, sum ?? []]);
    const [norm, ...losses] = await Promise.all(results.map((result) => result.data<'float32'>()));
    tf.dispose([...results]);
    return { figures: Promise.resolve(readFigures(losses, norm?.[0] ?? NaN, 1)) };
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    // It keeps nothing between steps.
  }
}

/**
 * All of one step: what the eager stepper runs and the captured one records.
 * @param inputs tensors of `lossArrays` for each micro-batch
 * @param controls [16] for each micro-batch
 * @param sum [P] where several gradients are added up; null for a single micro-batch
 * @returns the gradient's norm, then [2] losses of each micro-batch; the caller disposes them
 */
export function enqueueStep(
  { config, table, state }: Trained,
  inputs: readonly ReturnType<typeof makeTensors<keyof ReturnType<typeof lossArrays>>>[],
  controls: readonly tf.Tensor1D[],
  layouts: readonly Layout[],
  sum: tf.Tensor1D | null,
): [tf.Scalar, ...tf.Tensor1D[]] {
  return tf.tidy(() => {
    const losses: tf.Tensor1D[] = [];
    let gradient: tf.Tensor1D | null = null;
    inputs.forEach((tensors, micro) => {
      const layout = layouts[micro] as Layout;
      const result = lossAndGradient(config, table, state.parameters, tensors, layout, state.scaling);
      losses.push(result.losses);
      gradient =
        sum === null ? result.gradient : accumulate(gradient ?? sum, result.gradient, controls[micro] as tf.Tensor1D);
    });
    const norm = state.update(gradient as unknown as tf.Tensor1D, controls[inputs.length - 1] as tf.Tensor1D);
    return [norm, ...losses];
  });
}
