// Counts what any engine asks of WebGPU, whoever made its device: the methods of the interfaces themselves are wrapped,
// so that every engine is counted by the same few lines.

export interface Counts {
  dispatches: number;
  bindGroups: number;
  submits: number;
  /** Bytes of buffers alive at most since the last `start`, of those made since then. */
  peakBytes: number;
  liveBytes: number;
  /** When a submit with dispatches last returned, as performance.now() has it; copies that read results do not count. */
  lastSubmit: number;
}

const counts: Counts = { dispatches: 0, bindGroups: 0, submits: 0, peakBytes: 0, liveBytes: 0, lastSubmit: 0 };

interface Alive {
  size: number;
  device: object;
  generation: number;
}

const alive = new Map<object, Alive>();
let generation = 0;
let installed = false;
let unsubmitted = 0;

function drop(buffer: object): void {
  const found = alive.get(buffer);
  if (found === undefined) return;
  alive.delete(buffer);
  if (found.generation === generation) counts.liveBytes -= found.size;
}

/** Calls `around` in place of the method; it gets the object, the original and the arguments. */
function wrap<T extends object, K extends keyof T & string>(
  prototype: T,
  name: K,
  around: (self: T, original: (...args: unknown[]) => unknown, args: unknown[]) => unknown,
): void {
  const original = prototype[name] as unknown as (...args: unknown[]) => unknown;
  const wrapped = function (this: T, ...args: unknown[]): unknown {
    return around(this, original, args);
  };
  Object.defineProperty(prototype, name, { value: wrapped, configurable: true, writable: true });
}

function install(): void {
  if (installed || typeof GPUDevice === 'undefined') return;
  installed = true;
  wrap(GPUDevice.prototype, 'createBuffer', (self, original, args) => {
    const buffer = original.apply(self, args) as GPUBuffer;
    const { size } = args[0] as GPUBufferDescriptor;
    alive.set(buffer, { size, device: self, generation });
    counts.liveBytes += size;
    counts.peakBytes = Math.max(counts.peakBytes, counts.liveBytes);
    return buffer;
  });
  wrap(GPUDevice.prototype, 'destroy', (self, original, args) => {
    for (const [buffer, { device }] of [...alive]) if (device === self) drop(buffer);
    return original.apply(self, args);
  });
  wrap(GPUBuffer.prototype, 'destroy', (self, original, args) => {
    drop(self);
    return original.apply(self, args);
  });
  wrap(GPUDevice.prototype, 'createBindGroup', (self, original, args) => {
    counts.bindGroups++;
    return original.apply(self, args);
  });
  for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] as const) {
    wrap(GPUComputePassEncoder.prototype, name, (self, original, args) => {
      counts.dispatches++;
      unsubmitted++;
      return original.apply(self, args);
    });
  }
  wrap(GPUQueue.prototype, 'submit', (self, original, args) => {
    counts.submits++;
    const result = original.apply(self, args);
    if (unsubmitted > 0) counts.lastSubmit = performance.now();
    unsubmitted = 0;
    return result;
  });
}

/** Starts counting from zero; buffers made before are no longer looked at. */
export function startCounting(): void {
  install();
  generation++;
  Object.assign(counts, { dispatches: 0, bindGroups: 0, submits: 0, peakBytes: 0, liveBytes: 0, lastSubmit: 0 });
}

/** The counts so far. */
export function counted(): Counts {
  return { ...counts };
}
