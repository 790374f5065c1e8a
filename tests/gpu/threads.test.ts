// The processor path may be told to leave cores to others.
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { startBackend } from '../../src/gpu/backend';
import { heapOf } from '../../src/gpu/heap';

test('the wasm backend takes no more threads than it may', async () => {
  await startBackend('wasm', { threads: 1 });
  const heap = heapOf(tf.backend());
  expect(heap.loops).not.toBeNull();
  expect(heap.threads).toBe(1);
});
