// Tensors that are filled from the host again and again: made once, and on `webgpu` written in place afterwards, so that
// captured commands find the new numbers where the old ones were.
import * as tf from '@tensorflow/tfjs';
import { currentRecorder } from './recorder';

export interface HostArray {
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  shape: readonly number[];
}

export type HostArrays<K extends string> = Record<K, HostArray>;

/** Tensors of these arrays, whose dtype follows the array's; the caller disposes them. */
export function makeTensors<K extends string>(arrays: HostArrays<K>): Record<K, tf.Tensor> {
  const entries = Object.entries<HostArray>(arrays).map(([name, { values, shape }]) => {
    const tensor = tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
    // Binding uploads; a capture could not.
    if (tf.getBackend() === 'webgpu') currentRecorder().bufferOf(tensor);
    return [name, tensor];
  });
  return Object.fromEntries(entries) as Record<K, tf.Tensor>;
}

/** Overwrites tensors of `makeTensors` on the `webgpu` backend, in order with what is submitted; shapes must be the same. */
export function writeTensors<K extends string>(tensors: Record<K, tf.Tensor>, arrays: HostArrays<K>): void {
  const recorder = currentRecorder();
  for (const [name, { values }] of Object.entries<HostArray>(arrays)) recorder.write(tensors[name as K], values);
}

/** Bytes as the int32 numbers that hold four of them each. */
export function packedBytes(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const aligned = bytes.byteOffset % 4 === 0 && bytes.byteLength % 4 === 0;
  if (aligned) return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  padded.set(bytes);
  return new Int32Array(padded.buffer);
}
