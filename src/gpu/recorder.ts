// Records our own WGSL dispatches into the compute pass that tfjs is filling, so that they run in order with tfjs's ops
// and share its batched submits; or, while a step is captured, into a plan that runs later and again. All that is private
// in tfjs-backend-webgpu 4.22 and needed for it is touched here.
import * as tf from '@tensorflow/tfjs';
import { Arena, Intermediate } from './arena';
import type { Span } from './capture';
import { Capture } from './capture';
import { onTrouble, OutOfMemory, reportTrouble, ShaderInvalid } from './health';
import type { Plan, Work } from './plan';
import type { AdapterTraits } from './traits';
import { traitsOf } from './traits';
import * as m from '../words/messages';

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
  /** For benchmarks: what the dispatch computes and must at least move. */
  work?: Work;
}

/** A tensor, or a buffer of ours that no tensor owns. */
export type Operand = tf.TensorInfo | GPUBuffer;

interface Entry {
  resource: GPUBuffer | Intermediate | null;
  values: unknown;
  refCount: number;
  /** tfjs does not release what it did not make. */
  external?: boolean;
}

/** A stretch of a bigger tensor that is seen as a tensor of its own. */
interface View {
  group: ViewGroup;
  /** In numbers. */
  offset: number;
}

interface ViewGroup {
  base: tf.TensorInfo;
  /** The gradient's vector and the offsets whose gradient was asked for already. */
  gradient: ViewGroup | null;
  given: Set<number>;
}

/** The fields of WebGPUBackend that are used; most are private there. */
interface Internals {
  device: GPUDevice;
  tensorMap: { get(id: object): Entry };
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
  runWebGPUProgram: unknown;
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

/** The recorder of the backend that runs now, which must be `webgpu`. */
export function currentRecorder(): Recorder {
  return recorderOf(tf.backend());
}

/** Workgroup counts for `count` groups in two axes; a shader finds its number as y · num_workgroups.x + x. */
export function spread(count: number): [number, number] {
  const x = Math.min(count, MOST_GROUPS);
  const y = Math.ceil(count / x);
  return [Math.ceil(count / y), y];
}

export class Recorder {
  readonly device: GPUDevice;
  readonly traits: AdapterTraits;
  readonly #backend: Internals;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #constants = new Map<string, GPUBuffer>();
  readonly #views = new WeakMap<object, View>();
  #capture: Capture | null = null;
  readonly #arena: Arena;

  constructor(backend: Internals) {
    this.#backend = backend;
    this.device = backend.device;
    this.traits = traitsOf(backend.device);
    this.#arena = new Arena(backend.device);
    onTrouble((trouble) => {
      if (trouble instanceof OutOfMemory) this.#arena.retire();
    });
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
      buffer = this.device.createBuffer({
        size: bytes.byteLength,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      });
      this.device.queue.writeBuffer(buffer, 0, bytes);
      this.#constants.set(key, buffer);
    }
    return buffer;
  }

  /**
   * Stretches of a flat tensor as tensors, without a copy where each starts at a multiple of the device's binding
   * alignment (64 numbers). Only kernels of ours know them; a stock op that reads one gets a copy made for it.
   * @returns null where a stretch is not aligned
   */
  views(flat: tf.TensorInfo, shapes: readonly (readonly number[])[]): tf.TensorInfo[] | null {
    const numbers = this.device.limits.minStorageBufferOffsetAlignment / 4;
    const offsets: number[] = [];
    let offset = 0;
    for (const shape of shapes) {
      if (offset % numbers !== 0) return null;
      offsets.push(offset);
      offset += count(shape);
    }
    const group: ViewGroup = { base: flat, gradient: null, given: new Set() };
    return shapes.map((shape, i) => this.#view(group, offsets[i] as number, shape));
  }

  /** Stretches of a tensor's memory at offsets (in numbers) that are multiples of the binding alignment. */
  stretches(
    base: tf.TensorInfo,
    parts: readonly { shape: readonly number[]; dtype: tf.DataType; offset: number }[],
  ): tf.TensorInfo[] {
    const group: ViewGroup = { base, gradient: null, given: new Set() };
    return parts.map(({ shape, dtype, offset }) => this.#view(group, offset, shape, dtype));
  }

  /**
   * Where the gradient of a parameter goes: the same stretch of the flat gradient for a view of the flat parameters, else
   * a tensor of its own. Undefined contents.
   */
  gradientOf(parameter: tf.TensorInfo): tf.TensorInfo {
    const view = this.#views.get(parameter.dataId);
    // Of a parameter that is used twice the second gradient is a tensor of its own; the tape adds the two.
    if (view === undefined || view.group.given.has(view.offset)) return this.output(parameter.shape);
    const { group, offset } = view;
    group.given.add(offset);
    group.gradient ??= { base: this.output(group.base.shape), gradient: null, given: new Set() };
    return this.#view(group.gradient, offset, parameter.shape);
  }

  /**
   * Gradients of all stretches of a flat tensor, in order, as one flat tensor: without a copy where they were made by
   * `gradientOf`. Takes the flat gradient over from them.
   */
  join(parts: readonly tf.TensorInfo[]): tf.TensorInfo {
    const total = parts.reduce((sum, part) => sum + count(part.shape), 0);
    const base = parts
      .map((part) => this.#views.get(part.dataId)?.group.base)
      .find((found) => found !== undefined && count(found.shape) === total);
    const flat = base ?? this.output([total]);
    const copies: Parameters<Recorder['copy']>[0][number][] = [];
    let offset = 0;
    for (const part of parts) {
      const view = this.#views.get(part.dataId);
      const size = count(part.shape);
      if (!(view?.group.base === base && view?.offset === offset) || base === undefined) {
        copies.push({ from: part, fromOffset: 0, to: flat, toOffset: offset, count: size });
      }
      offset += size;
    }
    if (copies.length > 0) this.copy(copies);
    return { dataId: flat.dataId, shape: [total], dtype: 'float32' };
  }

  #view(group: ViewGroup, offset: number, shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    const tensor = this.output(shape, dtype);
    this.#views.set(tensor.dataId, { group, offset });
    const entry = this.#backend.tensorMap.get(tensor.dataId);
    // tfjs reads `resource` when a stock op uses the tensor, and also when it ends.
    Object.defineProperty(entry, 'resource', {
      configurable: true,
      get: () => (entry.refCount <= 0 ? null : this.#materialise(tensor, entry)),
      set: (value: GPUBuffer | null) => Object.defineProperty(entry, 'resource', { value, writable: true }),
    });
    return tensor;
  }

  /** Gives a view memory of its own, for a stock op. */
  #materialise(tensor: tf.TensorInfo, entry: Entry): GPUBuffer {
    if (this.#capture !== null) throw new Error('A stock operation cannot read a view while a step is captured.');
    const { buffer, offset, size } = this.#spanOf(tensor) as Span & { buffer: GPUBuffer };
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const own = this.#backend.bufferManager.acquireBuffer(size, usage);
    this.#views.delete(tensor.dataId);
    Object.defineProperty(entry, 'resource', { value: own, writable: true });
    this.#backend.ensureCommandEncoderReady();
    this.#backend.endComputePassEncoder();
    (this.#backend.commandEncoder as GPUCommandEncoder).copyBufferToBuffer(buffer, offset, own, 0, size);
    return own;
  }

  /** Records one dispatch. Outputs may be tensors that hold data: then they are written in place. */
  dispatch({ shader, inputs, outputs, params, groups, work }: Dispatch): void {
    const backend = this.#backend;
    const spans = [...inputs, ...outputs].map((operand) => this.#spanOf(operand));
    for (const output of outputs) backend.tensorMap.get(output.dataId).values = null;
    const pipeline = this.#pipeline(shader);
    if (this.#capture !== null) {
      const bytes = pack(params);
      this.#capture.dispatch({ name: shader.name, pipeline, spans, params: bytes, groups, work: work ?? null });
      return;
    }
    const uniform = this.#uniform(pack(params));
    const bindGroup = this.device.createBindGroup({
      label: shader.name,
      layout: pipeline.getBindGroupLayout(0),
      entries: [...(spans as (Span & { buffer: GPUBuffer })[]), { buffer: uniform }].map((resource, binding) => ({
        binding,
        resource,
      })),
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
    const spans = parts.map(({ from, to }) => [this.#spanOf(from), this.#spanOf(to)] as const);
    for (const { to } of parts) backend.tensorMap.get(to.dataId).values = null;
    if (this.#capture === null) {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
    }
    parts.forEach((part, i) => {
      const [from, to] = spans[i] as readonly [Span, Span];
      const [fromOffset, toOffset] = [from.offset + part.fromOffset * 4, to.offset + part.toOffset * 4];
      if (this.#capture !== null) {
        this.#capture.copy(from.buffer, fromOffset, to.buffer, toOffset, part.count * 4);
        return;
      }
      (backend.commandEncoder as GPUCommandEncoder).copyBufferToBuffer(
        from.buffer as GPUBuffer,
        fromOffset,
        to.buffer as GPUBuffer,
        toOffset,
        part.count * 4,
      );
    });
    if (this.#capture === null) this.#counted();
  }

  /** Records that a tensor becomes all zeros, in place. */
  clear(tensor: tf.TensorInfo): void {
    const backend = this.#backend;
    const { buffer, offset, size } = this.#spanOf(tensor);
    backend.tensorMap.get(tensor.dataId).values = null;
    if (this.#capture !== null) {
      this.#capture.clear(buffer, offset, size);
      return;
    }
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    (backend.commandEncoder as GPUCommandEncoder).clearBuffer(buffer as GPUBuffer, offset, size);
    this.#counted();
  }

  /** Overwrites some bytes of a tensor that lives on the GPU from the host, in order with what is submitted. */
  writeBytes(tensor: tf.TensorInfo, at: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.flush();
    const { buffer, offset } = this.#spanOf(tensor);
    this.#backend.tensorMap.get(tensor.dataId).values = null;
    this.device.queue.writeBuffer(buffer as GPUBuffer, offset + at, bytes);
  }

  /** The buffer of a tensor that is not an intermediate, for copies by hand. */
  bufferOf(tensor: tf.TensorInfo): { buffer: GPUBuffer; offset: number; size: number } {
    return this.#spanOf(tensor) as Span & { buffer: GPUBuffer };
  }

  /** Bytes that the intermediates and results of all captured plans share. */
  get planBytes(): number {
    return this.#arena.bytes;
  }

  /** Submits what is recorded so far. */
  flush(): void {
    const backend = this.#backend;
    if (backend.commandEncoder === null) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  }

  /**
   * Records what `work` dispatches into a plan instead of running it. Tensors made before are bound as they are, so they
   * must outlive the plan and be written in place only; the tensors that come back are written by every run of the plan
   * and live as long as it does. A stock operation inside, or an upload, is an error.
   */
  capture<T extends readonly tf.Tensor[]>(work: () => T): { plan: Plan; results: T } {
    if (this.#capture !== null) throw new Error('A step is being captured already.');
    this.flush();
    const backend = this.#backend;
    const capture = new Capture(this.device);
    const refuse = (program: { constructor: { name: string } }) => {
      throw new Error(`The stock operation ${program.constructor.name} cannot be captured; it needs a kernel of ours.`);
    };
    this.#capture = capture;
    backend.runWebGPUProgram = refuse;
    try {
      const results = work();
      for (const tensor of results) {
        const { buffer } = this.#spanOf(tensor);
        if (buffer instanceof Intermediate) buffer.result = true;
      }
      const plan = capture.finish(this.#arena);
      for (const tensor of results) {
        const entry = backend.tensorMap.get(tensor.dataId);
        if (entry.resource instanceof Intermediate) entry.resource = entry.resource.buffer;
      }
      return { plan, results };
    } finally {
      this.#capture = null;
      // The method of the class shows again.
      delete (backend as { runWebGPUProgram?: unknown }).runWebGPUProgram;
    }
  }

  #counted(): void {
    const backend = this.#backend;
    if (++backend.dispatchCountInPass >= DISPATCHES_PER_SUBMIT) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }

  #spanOf(operand: Operand): Span {
    if (!('dataId' in operand)) return { buffer: operand, offset: 0, size: operand.size };
    const view = this.#views.get(operand.dataId);
    // Bound as long as the tensor, whatever the length of its buffer: buffers of plans may be longer.
    const size = Math.max(4, count(operand.shape) * 4);
    if (view !== undefined) {
      const { buffer, offset } = this.#spanOf(view.group.base);
      return { buffer, offset: offset + view.offset * 4, size };
    }
    const backend = this.#backend;
    const entry = backend.tensorMap.get(operand.dataId);
    if (this.#capture !== null) {
      if (entry.resource === null || entry.resource === undefined) {
        if (entry.values) throw new Error('A tensor made from numbers of the host cannot be captured; pass it in.');
        entry.resource = new Intermediate(size);
        entry.external = true;
      }
      return { buffer: entry.resource, offset: 0, size };
    }
    backend.uploadToGPU(operand.dataId);
    // Without this a tensor disposed before the submit would give its buffer away too early.
    backend.commandQueueOwnedIds.add(operand.dataId);
    return { buffer: entry.resource as GPUBuffer, offset: 0, size };
  }

  // queue.writeBuffer runs before the whole command buffer, so every dispatch needs a uniform block of its own.
  #uniform(bytes: ArrayBuffer): GPUBuffer {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    const buffer = this.#backend.bufferManager.acquireBuffer(bytes.byteLength, usage);
    this.device.queue.writeBuffer(buffer, 0, bytes);
    this.#backend.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  #pipeline({ name, source, overrides = {} }: Shader): GPUComputePipeline {
    const key = `${name} ${JSON.stringify(overrides)}`;
    let pipeline = this.#pipelines.get(key);
    if (pipeline === undefined) {
      const { device } = this;
      const module = device.createShaderModule({ label: name, code: source });
      void module.getCompilationInfo().then(({ messages }) => {
        const wrong = messages.find((message) => message.type === 'error');
        if (wrong !== undefined) {
          reportTrouble(
            new ShaderInvalid(m.engine_shader_uncompiled({ name, line: wrong.lineNum, detail: wrong.message })),
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

const count = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

function pack(params: readonly Parameter[]): ArrayBuffer {
  const bytes = new DataView(new ArrayBuffer(Math.max(16, params.length * 4)));
  params.forEach((param, i) => {
    if ('u32' in param) bytes.setUint32(i * 4, param.u32, true);
    else if ('i32' in param) bytes.setInt32(i * 4, param.i32, true);
    else bytes.setFloat32(i * 4, param.f32, true);
  });
  return bytes.buffer as ArrayBuffer;
}
