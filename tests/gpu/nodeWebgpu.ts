// WebGPU for the kernels' tests in Node, put where browsers have it before tfjs is loaded.
import { create, globals } from 'webgpu';

declare global {
  /** Kept for the life of the process: Dawn's objects die with their instance. */
  var keptGpu: GPU | undefined;
}

Object.assign(globalThis, globals);
globalThis.keptGpu ??= create([]);
Object.defineProperty(globalThis, 'navigator', {
  value: { userAgent: `Node/${process.versions.node}`, gpu: globalThis.keptGpu, hardwareConcurrency: 2 },
  configurable: true,
});
