// Tensors made of arrays of the host, and a block of them that is filled again and again.
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

/**
 * Tensors on the `webgpu` backend that are overwritten from the host together: stretches of one buffer, so that all of them
 * cost one write. They never change their buffer, so captured commands find the new numbers where the old ones were.
 */
export class InputBlock<K extends string> {
  readonly tensors: Record<K, tf.Tensor>;
  readonly #base: tf.Tensor;
  readonly #host: Uint8Array<ArrayBuffer>;
  readonly #offsets: ReadonlyMap<string, number>;

  constructor(arrays: HostArrays<K>) {
    const recorder = currentRecorder();
    const alignment = recorder.device.limits.minStorageBufferOffsetAlignment;
    const entries = Object.entries<HostArray>(arrays);
    const offsets = new Map<string, number>();
    let bytes = 0;
    for (const [name, { values }] of entries) {
      offsets.set(name, bytes);
      bytes += Math.max(1, Math.ceil(values.byteLength / alignment)) * alignment;
    }
    const engine = tf.engine();
    const base = recorder.output([bytes / 4]);
    this.#base = tf.keep(engine.makeTensorFromTensorInfo(base));
    const stretches = entries.map(([name, { values, shape }]) => ({
      shape,
      dtype: values instanceof Int32Array ? ('int32' as const) : ('float32' as const),
      offset: (offsets.get(name) ?? 0) / 4,
    }));
    const views = recorder.stretches(base, stretches).map((view) => tf.keep(engine.makeTensorFromTensorInfo(view)));
    this.tensors = Object.fromEntries(entries.map(([name], i) => [name, views[i]])) as Record<K, tf.Tensor>;
    this.#host = new Uint8Array(bytes);
    this.#offsets = offsets;
    this.write(arrays);
  }

  /** Overwrites some or all of them, in order with what is submitted; shapes must be the same. */
  write(arrays: Partial<HostArrays<K>>): void {
    let [from, to] = [this.#host.length, 0];
    for (const [name, { values }] of Object.entries<HostArray>(arrays as HostArrays<K>)) {
      const offset = this.#offsets.get(name) ?? 0;
      this.#host.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
      from = Math.min(from, offset);
      to = Math.max(to, offset + values.byteLength);
    }
    if (from < to) currentRecorder().writeBytes(this.#base, from, this.#host.subarray(from, to));
  }

  dispose(): void {
    tf.dispose([this.tensors, this.#base]);
  }
}

/** Bytes as the int32 numbers that hold four of them each. */
export function packedBytes(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const aligned = bytes.byteOffset % 4 === 0 && bytes.byteLength % 4 === 0;
  if (aligned) return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  padded.set(bytes);
  return new Int32Array(padded.buffer);
}
