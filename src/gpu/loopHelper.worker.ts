// A thread that does nothing but take its share of the wasm loops. It never returns from `serve` and ends with the worker
// that started it.
import type { HelperTask, LoopFunctions } from './loops';

self.onmessage = async ({ data }: MessageEvent<HelperTask>) => {
  const { module, memory, control, index } = data;
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  self.postMessage('ready');
  (exports as unknown as LoopFunctions).serve(control, index);
};
