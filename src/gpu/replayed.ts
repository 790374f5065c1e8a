// A function from host arrays to host arrays whose shapes never change: captured on `webgpu` when it is made, so that a
// call costs a few writes, one replay and one readback; on other backends the same work runs op by op.
import * as tf from '@tensorflow/tfjs';
import type { HostArrays } from './hostTensors';
import { InputBlock, makeTensors } from './hostTensors';
import type { Plan } from './plan';
import { Readback } from './readback';
import { currentRecorder } from './recorder';

export class Replayed<K extends string> {
  readonly #work: (tensors: Record<K, tf.Tensor>) => tf.Tensor[];
  readonly #captured: { inputs: InputBlock<K>; plan: Plan; results: readonly tf.Tensor[] } | null = null;

  /**
   * @param example arrays of the shapes that all calls have
   * @param work what is computed; its other tensors must outlive this object and change only in place
   */
  constructor(example: HostArrays<K>, work: (tensors: Record<K, tf.Tensor>) => tf.Tensor[]) {
    this.#work = work;
    if (tf.getBackend() !== 'webgpu') return;
    const recorder = currentRecorder();
    const inputs = new InputBlock(example);
    const captured = recorder.capture(() => tf.tidy(() => work(inputs.tensors)));
    captured.plan.cut(captured.plan.cautiousMs);
    this.#captured = { inputs, ...captured };
  }

  /** Bytes of what is captured, without intermediates. */
  get plan(): Plan | null {
    return this.#captured?.plan ?? null;
  }

  /** The results as flat arrays. */
  async run(arrays: HostArrays<K>): Promise<Float32Array[]> {
    if (this.#captured === null) {
      const results = tf.tidy(() => this.#work(makeTensors(arrays)));
      const values = await Promise.all(results.map((result) => result.data<'float32'>()));
      tf.dispose(results);
      return values;
    }
    const { inputs, plan, results } = this.#captured;
    const recorder = currentRecorder();
    inputs.write(arrays);
    const readback = new Readback(
      recorder.device,
      results.map((result) => recorder.bufferOf(result)),
    );
    plan.run((encoder) => readback.record(encoder));
    return readback.read();
  }

  dispose(): void {
    if (this.#captured === null) return;
    const { inputs, plan, results } = this.#captured;
    inputs.dispose();
    tf.dispose([...results]);
    plan.dispose();
  }
}
