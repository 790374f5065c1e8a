// Records our own WGSL dispatches into the compute pass that tfjs is filling, so that they run in order with tfjs's ops
// and share its batched submits. All that is private in tfjs-backend-webgpu 4.22 and needed for it is touched here.
import type * as tf from '@tensorflow/tfjs';
import { reportTrouble, ShaderInvalid } from './health';

/** One WGSL file with its `override` constants; `name` is for messages. */
export interface Shader {
  name: string;
  source: string;
  overrides?: Record<string, number>;
}

export type Parameter = { u32: number } | { f32: number } | { i32: number };

export interface Dispatch {
  shader: Shader;
  /** Bound in this order from binding 0: inputs, outputs, then the parameters as one uniform block. */
  inputs: readonly Operand[];
  outputs: readonly tf.TensorInfo[];
  /** Four-byte scalars, laid out one after the other. */
  params: readonly Parameter[];
  groups: readonly [number, number?, number?];
}

/** A tensor, or a buffer of ours that no tensor owns. */
export type Operand = tf.TensorInfo | GPUBuffer;

/** The fields of WebGPUBackend that are used; most are private there. */
interface Internals {
  device: GPUDevice;
  tensorMap: { get(id: object): { resource: GPUBuffer | null; values: unknown } };
  bufferManager: { acquireBuffer(size: number, usage: number): GPUBuffer };
  uniformPendingDisposal: GPUBuffer[];
  commandQueueOwnedIds: WeakSet<object>;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  uploadToGPU(id: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  incRef(id: object): void;
  disposeData(id: object): void;
}

// tfjs submits when one of its own ops finds 15 dispatches waiting; where only ours follow each other, this many are.
const DISPATCHES_PER_SUBMIT = 64;

/** WebGPU's guaranteed number of workgroups along one axis. */
const MOST_GROUPS = 65535;

const recorders = new WeakMap<object, Recorder>();

/** The recorder of a `webgpu` backend, made once. */
export function recorderOf(backend: object): Recorder {
  let recorder = recorders.get(backend);
  if (recorder === undefined) {
    recorder = new Recorder(backend as Internals);
    recorders.set(backend, recorder);
  }
  return recorder;
}

/** Makes the next `data()` read the GPU again after a tensor was written in place. */
export function forgetHostCopy(backend: object, tensor: tf.TensorInfo): void {
  (backend as Internals).tensorMap.get(tensor.dataId).values = null;
}

/** Workgroup counts for `count` groups in two axes; a shader finds its number as y · num_workgroups.x + x. */
export function spread(count: number): [number, number] {
  const x = Math.min(count, MOST_GROUPS);
  const y = Math.ceil(count / x);
  return [Math.ceil(count / y), y];
}

export class Recorder {
  readonly #backend: Internals;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #constants = new Map<string, GPUBuffer>();

  constructor(backend: Internals) {
    this.#backend = backend;
  }

  /** A new tensor for a kernel's result, with undefined contents. */
  output(shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    return this.#backend.makeTensorInfo([...shape], dtype);
  }

  /** One more hold on a tensor's memory: a kernel that wrote its input in place returns that input as output. */
  again(tensor: tf.TensorInfo): tf.TensorInfo {
    this.#backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
  }

  /** Ends the life of an intermediate; its buffer stays until the recorded commands are submitted. */
  release(tensor: tf.TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /** A small constant table, uploaded once under its key and kept as long as the device. */
  constant(key: string, values: () => Float32Array<ArrayBuffer>): GPUBuffer {
    let buffer = this.#constants.get(key);
    if (buffer === undefined) {
      const bytes = values();
      const { device } = this.#backend;
      buffer = device.createBuffer({ size: bytes.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
      device.queue.writeBuffer(buffer, 0, bytes);
      this.#constants.set(key, buffer);
    }
    return buffer;
  }

  /** Records one dispatch. Outputs may be tensors that hold data: then they are written in place. */
  dispatch({ shader, inputs, outputs, params, groups }: Dispatch): void {
    const backend = this.#backend;
    const buffers = [...inputs.map((input) => this.#bufferOf(input)), ...outputs.map((o) => this.#bufferOf(o))];
    for (const output of outputs) backend.tensorMap.get(output.dataId).values = null;
    const uniform = this.#uniform(params);
    const pipeline = this.#pipeline(shader);
    const bindGroup = backend.device.createBindGroup({
      label: shader.name,
      layout: pipeline.getBindGroupLayout(0),
      entries: [...buffers, uniform].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= (backend.commandEncoder as GPUCommandEncoder).beginComputePass();
    const pass = backend.computePassEncoder;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...(groups as [number, number?, number?]));
    this.#counted();
  }

  /** Records copies of `count` four-byte numbers each, from and to offsets in numbers. */
  copy(
    parts: readonly { from: tf.TensorInfo; fromOffset: number; to: tf.TensorInfo; toOffset: number; count: number }[],
  ): void {
    const backend = this.#backend;
    const buffers = parts.map(({ from, to }) => [this.#bufferOf(from), this.#bufferOf(to)] as const);
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    parts.forEach(({ fromOffset, toOffset, count }, i) => {
      const [source, target] = buffers[i] as readonly [GPUBuffer, GPUBuffer];
      (backend.commandEncoder as GPUCommandEncoder).copyBufferToBuffer(
        source,
        fromOffset * 4,
        target,
        toOffset * 4,
        count * 4,
      );
    });
    this.#counted();
  }

  #counted(): void {
    const backend = this.#backend;
    if (++backend.dispatchCountInPass >= DISPATCHES_PER_SUBMIT) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }

  #bufferOf(operand: Operand): GPUBuffer {
    if (!('dataId' in operand)) return operand;
    const backend = this.#backend;
    backend.uploadToGPU(operand.dataId);
    // Without this a tensor disposed before the submit would give its buffer away too early.
    backend.commandQueueOwnedIds.add(operand.dataId);
    return backend.tensorMap.get(operand.dataId).resource as GPUBuffer;
  }

  // queue.writeBuffer runs before the whole command buffer, so every dispatch needs a uniform block of its own.
  #uniform(params: readonly Parameter[]): GPUBuffer {
    const bytes = new DataView(new ArrayBuffer(Math.max(16, params.length * 4)));
    params.forEach((param, i) => {
      if ('u32' in param) bytes.setUint32(i * 4, param.u32, true);
      else if ('i32' in param) bytes.setInt32(i * 4, param.i32, true);
      else bytes.setFloat32(i * 4, param.f32, true);
    });
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    const buffer = this.#backend.bufferManager.acquireBuffer(bytes.byteLength, usage);
    this.#backend.device.queue.writeBuffer(buffer, 0, bytes.buffer);
    this.#backend.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  #pipeline({ name, source, overrides = {} }: Shader): GPUComputePipeline {
    const key = `${name} ${JSON.stringify(overrides)}`;
    let pipeline = this.#pipelines.get(key);
    if (pipeline === undefined) {
      const { device } = this.#backend;
      const module = device.createShaderModule({ label: name, code: source });
      void module.getCompilationInfo().then(({ messages }) => {
        const wrong = messages.find((message) => message.type === 'error');
        if (wrong !== undefined) {
          reportTrouble(
            new ShaderInvalid(`The shader ${name} does not compile here (line ${wrong.lineNum}: ${wrong.message}).`),
          );
        }
      });
      pipeline = device.createComputePipeline({
        label: key,
        layout: 'auto',
        compute: { module, entryPoint: 'main', constants: overrides },
      });
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }
}
