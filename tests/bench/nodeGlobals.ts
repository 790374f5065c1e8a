// WebGPU for Node from the npm package `webgpu`, put where browsers have it before tfjs and jax-js are loaded.
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', {
  value: { userAgent: `Node/${process.versions.node}`, gpu: create([]), hardwareConcurrency: 2 },
  configurable: true,
});
// A bundled tfjs looks for its WebGPU class's surroundings on `window`.
Object.defineProperty(globalThis, 'window', { value: globalThis, configurable: true });
