// What happens to the flat vectors once a step, in the wasm backend's memory and in place (wasm/optimizer.ts).
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';
import { CONTROL, SCALING } from '../optimizer/control';

/** Numbers in a block of the gradient's norm, as in wasm/optimizer.ts. */
const BLOCK = 8192;
/** About the largest f32. */
const LARGEST = 3.4e38;

/** The sum's own memory, changed. */
export function accumulateOnHeap(
  { sum, gradient, control }: { sum: tf.Tensor; gradient: tf.Tensor; control: tf.Tensor },
  heap: Heap,
): tf.TensorInfo | null {
  const { loops } = heap;
  if (loops === null) return null;
  const numbers = heap.floats(control);
  const [keep = 0, share = 0] = [numbers[CONTROL.keep], numbers[CONTROL.share]];
  loops.accumulate(heap.address(sum), heap.address(gradient), sum.size, keep === 0 ? 0 : 1, share);
  return heap.again(sum);
}

interface Inputs {
  parameters: tf.Tensor;
  moment1: tf.Tensor;
  moment2: tf.Tensor;
  scaling: tf.Tensor;
  gradient: tf.Tensor;
  decay: tf.Tensor;
  control: tf.Tensor;
}

/** [parameters, moment1, moment2, scaling, norm]; all but the norm are the inputs' own memory, changed. */
export function adamWOnHeap(inputs: Inputs, heap: Heap): tf.TensorInfo[] | null {
  const { loops } = heap;
  if (loops === null) return null;
  const { parameters, moment1, moment2, scaling, gradient, decay } = inputs;
  const norm = heap.output([]);
  const count = parameters.size;
  const partial = heap.spare(Math.ceil(count / BLOCK) * 8);
  const [control, state] = [heap.floats(inputs.control), heap.floats(scaling)];
  const scale = state[SCALING.lossScale] ?? 1;
  const length = Math.sqrt(loops.squareSum(heap.address(gradient), count, partial)) / scale;
  const finite = length <= LARGEST;
  if (finite) {
    const clip = control[CONTROL.clip] ?? -1;
    const share = clip >= 0 ? Math.min(1, clip / (length + 1e-6)) : 1;
    const [p, m, v, g, d, c] = [parameters, moment1, moment2, gradient, decay, inputs.control].map((tensor) =>
      heap.address(tensor),
    ) as [number, number, number, number, number, number];
    loops.adamW(p, m, v, g, d, count, c, share / scale);
  }
  heap.floats(norm)[0] = length;
  rescale(state, control, finite);
  return [...[parameters, moment1, moment2, scaling].map((tensor) => heap.again(tensor)), norm];
}

/** The dynamic loss scale's next state, in place. */
function rescale(state: Float32Array, control: Float32Array, finite: boolean): void {
  const [scale = 1, good = 0, skipped = 0] = [
    state[SCALING.lossScale],
    state[SCALING.goodSteps],
    state[SCALING.skippedSteps],
  ];
  const [interval = 0, largest = 0] = [control[CONTROL.growthInterval], control[CONTROL.largestScale]];
  const dynamic = interval > 0;
  const counted = finite ? good + 1 : 0;
  const grows = dynamic && counted >= interval;
  if (finite && grows) state[SCALING.lossScale] = Math.max(Math.min(scale * 2, largest), scale);
  if (!finite && dynamic) state[SCALING.lossScale] = Math.min(Math.max(scale / 2, 1), scale);
  state[SCALING.goodSteps] = grows ? 0 : counted;
  state[SCALING.skippedSteps] = skipped + (finite ? 0 : 1);
}
