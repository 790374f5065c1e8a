// The processor path may be told to leave cores to others.
import { expect, test } from 'vitest';

test('the wasm backend takes no more threads than it may', async () => {
  const worker = new Worker(new URL('./threadsWorker.ts', import.meta.url), { type: 'module' });
  const told = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  expect(told).toEqual({ hasLoops: true, threads: 1 });
});
