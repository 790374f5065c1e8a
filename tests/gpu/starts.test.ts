// Two wishes for a backend that overlap: both are met, one after the other, and what computes then computes rightly.
import { expect, test } from 'vitest';
import { answerOf } from './answerOf';

test('the backend that was asked for last is the current one, and its kernels agree', async () => {
  const told = await answerOf(new Worker(new URL('./startsWorker.ts', import.meta.url), { type: 'module' }));
  expect(told).toMatchObject({
    names: ['wasm', 'wasm'],
    current: 'wasm',
    checks: expect.stringContaining('kernels agree'),
  });
});
