// A realm of its own, in which no other test has started the backend yet.
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../src/gpu/backend';
import { heapOf } from '../../src/gpu/heap';

await startBackend('wasm', { threads: 1 });
const heap = heapOf(tf.backend());
postMessage({ hasLoops: heap.loops !== null, threads: heap.threads });
