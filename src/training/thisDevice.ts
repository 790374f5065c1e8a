// What measuring a device asks of the backend that runs now: its best rates, and how much memory it holds. On `webgpu` the
// rates are those of shaders made for measuring; elsewhere those of our own product and of our own sum of long vectors,
// because a processor's vector units are out of reach of a browser in any other way.
import * as tf from '@tensorflow/tfjs';
import { heapOf } from '../gpu/heap';
import { memoryBytes } from '../gpu/memory';
import { currentRecorder } from '../gpu/recorder';
import { measureRoofline, type Roofline } from '../gpu/roofline';
import { accumulate } from '../kernels/optimizer/accumulate';
import { CONTROL_SIZE } from '../kernels/optimizer/control';
import { linear } from '../kernels/linear';

const SIDES = [128, 256, 512, 1024];
/** A product eight times as large as one that took this is not begun. */
const LONG_MS = 60;
const REPEATS = 4;
/** Two of these are larger than most caches. */
const VECTOR = 6 * 2 ** 20;

/** The best matrix rate and bandwidth of the current backend; takes a second or two, and nothing else should run. */
export async function measureRates(): Promise<Roofline> {
  if (tf.getBackend() === 'webgpu') return measureRoofline(currentRecorder().device);
  return { ...bestProduct(), bandwidthGBs: bandwidth() };
}

/** Threads that share the loops of the wasm backend; null on others. */
export function threads(): number | null {
  return tf.getBackend() === 'wasm' ? heapOf(tf.backend()).threads : null;
}

/** Bytes held now: tensors and what captured plans share on `webgpu`, the whole memory on `wasm`, which never shrinks. */
export function heldBytes(): number {
  const backend = tf.backend();
  if (tf.getBackend() === 'webgpu') return memoryBytes() + currentRecorder().planBytes;
  return tf.getBackend() === 'wasm' ? heapOf(backend).floatsAt(0, 0).buffer.byteLength : memoryBytes();
}

// These backends compute at once: when the call is back, the numbers are there.
function fastest(work: () => tf.Tensor): number {
  let best = Infinity;
  for (let i = 0; i < REPEATS; i++) {
    const from = performance.now();
    const result = work();
    best = Math.min(best, performance.now() - from);
    result.dispose();
    if (best > LONG_MS) break;
  }
  return Math.max(best, 0.01);
}

function bestProduct(): Pick<Roofline, 'matmul' | 'matmulPeakGflops'> {
  let best = { matmul: '', matmulPeakGflops: 0 };
  for (const side of SIDES) {
    const [x, weight] = [tf.fill([side, side], 0.5), tf.fill([side, side], 0.25)] as [tf.Tensor2D, tf.Tensor2D];
    const ms = fastest(() => linear(x, weight, null));
    tf.dispose([x, weight]);
    const rate = (2 * side ** 3) / (ms * 1e6);
    if (rate > best.matmulPeakGflops) best = { matmul: `linear ${side}³`, matmulPeakGflops: rate };
    if (ms > LONG_MS) break;
  }
  return best;
}

function bandwidth(): number {
  const [sum, gradient, control] = [tf.zeros([VECTOR]), tf.zeros([VECTOR]), tf.ones([CONTROL_SIZE])];
  const ms = fastest(() => accumulate(sum as tf.Tensor1D, gradient as tf.Tensor1D, control as tf.Tensor1D));
  tf.dispose([sum, gradient, control]);
  return (12 * VECTOR) / (ms * 1e6);
}
