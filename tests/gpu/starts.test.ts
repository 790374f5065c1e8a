// Two wishes for a backend that overlap: both are met, one after the other, and what computes then computes rightly.
import { expect, test } from 'vitest';

test('the backend that was asked for last is the current one, and its kernels agree', async () => {
  const worker = new Worker(new URL('./startsWorker.ts', import.meta.url), { type: 'module' });
  const told = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  expect(told).toMatchObject({
    names: ['wasm', 'wasm'],
    current: 'wasm',
    checks: expect.stringContaining('kernels agree'),
  });
});
