// A captured piece of work: the dispatches and copies of one training step or one forward pass, with their pipelines and
// bind groups ready. Running it again costs a few calls a dispatch and nothing else, because shapes never change; what
// does change from run to run is written into tensors beforehand.
import { traitsOf } from './traits';

/** The arithmetic of a dispatch and the least memory it must move, for benchmarks and for cutting long submits. */
export interface Work {
  flops: number;
  bytes: number;
}

export type Command =
  | {
      kind: 'dispatch';
      name: string;
      pipeline: GPUComputePipeline;
      bindGroup: GPUBindGroup;
      groups: readonly [number, number?, number?];
      work: Work | null;
    }
  | { kind: 'copy'; from: GPUBuffer; fromOffset: number; to: GPUBuffer; toOffset: number; size: number }
  | { kind: 'clear'; buffer: GPUBuffer; offset: number; size: number };

export interface DispatchTime {
  name: string;
  milliseconds: number;
  work: Work | null;
}

/** Operating systems kill work that keeps a graphics card busy for long; one submit stays under this. */
const LONGEST_SUBMIT_MS = 120;
/** 50 GFLOP/s: a small integrated card at small products. */
const SLOW_FLOPS_PER_MS = 5e7;
/** Nothing kills a processor's work, but other work wants its turn. */
const LONGEST_SOFTWARE_SUBMIT_MS = 1000;

export class Plan {
  readonly commands: readonly Command[];
  readonly #device: GPUDevice;
  readonly #release: () => void;
  #runs = 0;
  /** First command of each submit. */
  #cuts: number[] = [0];

  constructor(device: GPUDevice, commands: readonly Command[], release: () => void) {
    this.#device = device;
    this.commands = commands;
    this.#release = release;
  }

  /** Milliseconds that a modest graphics card may take, for cutting before anything was measured. */
  get cautiousMs(): number {
    return this.flops / SLOW_FLOPS_PER_MS;
  }

  get dispatches(): number {
    return this.commands.filter(({ kind }) => kind === 'dispatch').length;
  }

  /** How often it was run. */
  get runs(): number {
    return this.#runs;
  }

  get submits(): number {
    return this.#cuts.length;
  }

  get flops(): number {
    return this.commands.reduce((sum, c) => sum + (c.kind === 'dispatch' ? (c.work?.flops ?? 0) : 0), 0);
  }

  /** Enqueues the work once. @param also records more into the last submit, such as the copy of a result */
  run(also?: (encoder: GPUCommandEncoder) => void): void {
    this.#runs++;
    for (const [i, from] of this.#cuts.entries()) {
      const encoder = this.#device.createCommandEncoder();
      this.#encode(encoder, from, this.#cuts[i + 1] ?? this.commands.length);
      if (i === this.#cuts.length - 1) also?.(encoder);
      this.#device.queue.submit([encoder.finish()]);
    }
  }

  #encode(encoder: GPUCommandEncoder, from: number, to: number): void {
    let pass: GPUComputePassEncoder | null = null;
    let pipeline: GPUComputePipeline | null = null;
    for (let i = from; i < to; i++) {
      const command = this.commands[i] as Command;
      if (command.kind === 'dispatch') {
        pass ??= encoder.beginComputePass();
        if (pipeline !== command.pipeline) pass.setPipeline((pipeline = command.pipeline));
        pass.setBindGroup(0, command.bindGroup);
        pass.dispatchWorkgroups(...(command.groups as [number, number?, number?]));
        continue;
      }
      pass?.end();
      pass = pipeline = null;
      encodeTransfer(encoder, command);
    }
    pass?.end();
  }

  /** Cuts the work into submits that are not too long. @param milliseconds what a run took */
  cut(milliseconds: number): void {
    const longest = traitsOf(this.#device).software ? LONGEST_SOFTWARE_SUBMIT_MS : LONGEST_SUBMIT_MS;
    const parts = Math.min(this.commands.length, Math.max(1, Math.ceil(milliseconds / longest)));
    // What a dispatch takes is guessed from its arithmetic and bytes; ten operations a byte is a usual balance.
    const weights = this.commands.map((c) =>
      c.kind === 'dispatch' ? 1e4 + (c.work?.flops ?? 0) + 10 * (c.work?.bytes ?? 0) : 1e4,
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#cuts = [0];
    let sum = 0;
    weights.forEach((weight, i) => {
      if (i > 0 && sum + weight / 2 >= (total * this.#cuts.length) / parts && this.#cuts.length < parts) {
        this.#cuts.push(i);
      }
      sum += weight;
    });
  }

  /**
   * Runs the work once with every dispatch in a pass of its own between two timestamps: right per kernel, but slower as a
   * whole than `run`. @throws Error where the device has no timestamp queries
   */
  async time(): Promise<DispatchTime[]> {
    const device = this.#device;
    const dispatches = this.commands.filter((command) => command.kind === 'dispatch');
    const times: DispatchTime[] = [];
    // A query set holds at most 4,096 timestamps.
    const querySet = device.createQuerySet({ type: 'timestamp', count: Math.min(4096, dispatches.length * 2) });
    if (dispatches.length > 2048) throw new RangeError('more than 2,048 dispatches cannot be timed at once');
    const size = dispatches.length * 16;
    const resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    const read = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    let query = 0;
    for (const command of this.commands) {
      if (command.kind !== 'dispatch') {
        encodeTransfer(encoder, command);
        continue;
      }
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: query, endOfPassWriteIndex: query + 1 },
      });
      query += 2;
      pass.setPipeline(command.pipeline);
      pass.setBindGroup(0, command.bindGroup);
      pass.dispatchWorkgroups(...(command.groups as [number, number?, number?]));
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, query, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, read, 0, size);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(GPUMapMode.READ);
    const stamps = new BigUint64Array(read.getMappedRange().slice(0));
    dispatches.forEach(({ name, work }, i) => {
      const nanoseconds = Number((stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n));
      times.push({ name, milliseconds: nanoseconds / 1e6, work });
    });
    for (const buffer of [resolved, read]) buffer.destroy();
    querySet.destroy();
    return times;
  }

  /** Gives its memory back; not to be run again. */
  dispose(): void {
    this.#release();
  }
}

function encodeTransfer(encoder: GPUCommandEncoder, command: Exclude<Command, { kind: 'dispatch' }>): void {
  if (command.kind === 'copy') {
    encoder.copyBufferToBuffer(command.from, command.fromOffset, command.to, command.toOffset, command.size);
  } else encoder.clearBuffer(command.buffer, command.offset, command.size);
}
