// The frame store: pictures as bytes in one buffer on the GPU, four bytes to a number. A batch brings the pictures that are
// new and names slots for all, so that no picture is uploaded twice while it stays in use.
import * as tf from '@tensorflow/tfjs';
import { packedBytes } from './hostTensors';
import { currentRecorder } from './recorder';

export class FrameStore {
  /** [capacity, S·S·3/4] int32 */
  readonly tensor: tf.Tensor2D;
  readonly #words: number;

  constructor(imageSize: number, capacity: number) {
    this.#words = (imageSize * imageSize * 3) / 4;
    // Made without numbers of the host; what a slot holds before it is written is never read.
    const made = currentRecorder().output([capacity, this.#words], 'int32');
    this.tensor = tf.engine().makeTensorFromTensorInfo(made) as tf.Tensor2D;
    tf.keep(this.tensor);
  }

  /** Writes pictures [n, S, S, 3] into their slots [n], in order with what is submitted. */
  write(images: Uint8Array<ArrayBuffer>, slots: Int32Array): void {
    const recorder = currentRecorder();
    recorder.flush();
    const { buffer } = recorder.bufferOf(this.tensor);
    const words = packedBytes(images);
    slots.forEach((slot, i) => {
      recorder.device.queue.writeBuffer(buffer, slot * this.#words * 4, words, i * this.#words, this.#words);
    });
  }
}

const stores = new WeakMap<object, Map<number, FrameStore>>();

/** The current backend's store for pictures of a size, made when first asked for. */
export function frameStore(imageSize: number, capacity: number): FrameStore {
  const backend = tf.backend();
  let bySize = stores.get(backend);
  if (bySize === undefined) stores.set(backend, (bySize = new Map()));
  let store = bySize.get(imageSize);
  if (store === undefined) bySize.set(imageSize, (store = new FrameStore(imageSize, capacity)));
  return store;
}
