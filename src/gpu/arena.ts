// The memory of captured plans. A plan knows when each of its intermediates is first written and last read; here those
// lifetimes get real buffers, so that two intermediates which never live at once share one. Plans that run one after the
// other share an arena: what one leaves behind the next may overwrite, except for results.

/** A buffer to be: its size in bytes and the commands between which it holds something. */
export class Intermediate {
  readonly size: number;
  first = Infinity;
  last = -1;
  /** A result outlives its plan and is shared with nobody. */
  result = false;
  buffer: GPUBuffer | null = null;

  constructor(size: number) {
    // Copies and clears work on multiples of four bytes, bindings hold at least one number.
    this.size = Math.max(16, Math.ceil(size / 16) * 16);
  }

  usedBy(command: number): void {
    this.first = Math.min(this.first, command);
    this.last = Math.max(this.last, command);
  }
}

/** A free buffer serves a request of at least this share of its size. */
const LOOSEST_FIT = 0.5;

export class Arena {
  readonly #device: GPUDevice;
  readonly #shared: GPUBuffer[] = [];
  /** Buffers that nothing new is placed in. */
  readonly #retired: GPUBuffer[] = [];
  #plans = 0;
  #bytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes of all buffers made so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Gives every intermediate of one plan its buffer: a walk over the commands in order, the tightest fit first.
   * @returns the results' buffers, which are the plan's own
   */
  place(intermediates: readonly Intermediate[]): GPUBuffer[] {
    this.#plans++;
    const results: GPUBuffer[] = [];
    const free = [...this.#shared];
    const alive: Intermediate[] = [];
    for (const next of [...intermediates].sort((a, b) => a.first - b.first || b.size - a.size)) {
      // A dispatch may not write a buffer that it also reads, so a buffer is free after its last command, not at it.
      for (let i = alive.length - 1; i >= 0; i--) {
        const old = alive[i] as Intermediate;
        if (old.last < next.first) {
          free.push(old.buffer as GPUBuffer);
          alive.splice(i, 1);
        }
      }
      if (next.result) {
        next.buffer = this.#create(next.size);
        results.push(next.buffer);
        continue;
      }
      const fitting = free.filter(({ size }) => size >= next.size && next.size >= size * LOOSEST_FIT);
      const best = fitting.reduce<GPUBuffer | null>((a, b) => (a === null || b.size < a.size ? b : a), null);
      if (best !== null) free.splice(free.indexOf(best), 1);
      next.buffer = best ?? this.#create(next.size);
      if (best === null) this.#shared.push(next.buffer);
      alive.push(next);
    }
    return results;
  }

  #create(size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.#device.createBuffer({ label: 'arena', size, usage });
    this.#bytes += size;
    return buffer;
  }

  /** Places nothing more in the buffers made so far: after the memory was full some of them may be invalid. */
  retire(): void {
    this.#retired.push(...this.#shared.splice(0));
  }

  /** Ends a plan: its results go, and with the last plan all that was shared. */
  release(results: readonly GPUBuffer[]): void {
    this.#plans--;
    for (const buffer of this.#plans === 0
      ? [...results, ...this.#shared.splice(0), ...this.#retired.splice(0)]
      : results) {
      this.#bytes -= buffer.size;
      buffer.destroy();
    }
  }
}
