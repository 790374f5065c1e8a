// What is recorded while a step is captured: commands on buffers that exist and on intermediates that get their buffers
// at the end, when all lifetimes are known.
import type { Arena } from './arena';
import { Intermediate } from './arena';
import type { Command, Work } from './plan';
import { Plan } from './plan';

/** A stretch of a buffer, or of one to be; in bytes. */
export interface Span {
  buffer: GPUBuffer | Intermediate;
  offset: number;
  size: number;
}

interface PendingDispatch {
  name: string;
  pipeline: GPUComputePipeline;
  spans: readonly Span[];
  params: ArrayBuffer;
  groups: readonly [number, number?, number?];
  work: Work | null;
}

type Pending =
  | ({ kind: 'dispatch' } & PendingDispatch)
  | { kind: 'copy'; from: Span; to: Span; size: number }
  | { kind: 'clear'; span: Span };

export class Capture {
  readonly #device: GPUDevice;
  readonly #pending: Pending[] = [];
  readonly #intermediates = new Set<Intermediate>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  dispatch(pending: PendingDispatch): void {
    this.#use(...pending.spans.map(({ buffer }) => buffer));
    this.#pending.push({ kind: 'dispatch', ...pending });
  }

  copy(from: Span['buffer'], fromOffset: number, to: Span['buffer'], toOffset: number, size: number): void {
    this.#use(from, to);
    this.#pending.push({
      kind: 'copy',
      from: { buffer: from, offset: fromOffset, size },
      to: { buffer: to, offset: toOffset, size },
      size,
    });
  }

  clear(buffer: Span['buffer'], offset: number, size: number): void {
    this.#use(buffer);
    this.#pending.push({ kind: 'clear', span: { buffer, offset, size } });
  }

  #use(...buffers: Span['buffer'][]): void {
    for (const buffer of buffers) {
      if (!(buffer instanceof Intermediate)) continue;
      buffer.usedBy(this.#pending.length);
      this.#intermediates.add(buffer);
    }
  }

  /** Places the intermediates and makes the bind groups. */
  finish(arena: Arena): Plan {
    const results = arena.place([...this.#intermediates]);
    const params = this.#params();
    let dispatch = 0;
    const commands = this.#pending.map((pending): Command => {
      switch (pending.kind) {
        case 'dispatch':
          return this.#bind(pending, params, dispatch++);
        case 'copy': {
          const { from, to, size } = pending;
          const [fromOffset, toOffset] = [from.offset, to.offset];
          return { kind: 'copy', from: real(from.buffer), fromOffset, to: real(to.buffer), toOffset, size };
        }
        case 'clear': {
          const { offset, size } = pending.span;
          return { kind: 'clear', buffer: real(pending.span.buffer), offset, size };
        }
      }
    });
    return new Plan(this.#device, commands, () => {
      params.destroy();
      arena.release(results);
    });
  }

  get #stride(): number {
    return this.#device.limits.minUniformBufferOffsetAlignment;
  }

  /** All parameter blocks in one uniform buffer, each at its aligned place. */
  #params(): GPUBuffer {
    const blocks = this.#pending.flatMap((pending) => (pending.kind === 'dispatch' ? [pending.params] : []));
    const stride = this.#stride;
    const all = new Uint8Array(Math.max(1, blocks.length) * stride);
    blocks.forEach((block, i) => {
      if (block.byteLength > stride) throw new RangeError('a parameter block is longer than the uniform alignment');
      all.set(new Uint8Array(block), i * stride);
    });
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.#device.createBuffer({ label: 'params', size: all.byteLength, usage });
    this.#device.queue.writeBuffer(buffer, 0, all);
    return buffer;
  }

  #bind({ name, pipeline, spans, params, groups, work }: PendingDispatch, buffer: GPUBuffer, index: number): Command {
    const block = { buffer, offset: index * this.#stride, size: params.byteLength };
    const entries = [...spans.map((span) => ({ ...span, buffer: real(span.buffer) })), block];
    const bindGroup = this.#device.createBindGroup({
      label: name,
      layout: pipeline.getBindGroupLayout(0),
      entries: entries.map((resource, binding) => ({ binding, resource })),
    });
    return { kind: 'dispatch', name, pipeline, bindGroup, groups, work };
  }
}

function real(buffer: Span['buffer']): GPUBuffer {
  if (!(buffer instanceof Intermediate)) return buffer;
  if (buffer.buffer === null) throw new Error('an intermediate was not placed');
  return buffer.buffer;
}
