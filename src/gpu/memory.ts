// How much memory the engine holds, for the page's figures and for tests against leaks.
import * as tf from '@tensorflow/tfjs';

/** Bytes of all tensors that are alive. */
export function memoryBytes(): number {
  return tf.memory().numBytes;
}
