// The processor path may be told to leave cores to others.
import { expect, test } from 'vitest';
import { answerOf } from './answerOf';

test('the wasm backend takes no more threads than it may', async () => {
  const told = await answerOf(new Worker(new URL('./threadsWorker.ts', import.meta.url), { type: 'module' }));
  expect(told).toEqual({ hasLoops: true, threads: 1 });
});
