// The decoder's input in the wasm backend's memory: word embeddings and image features put side by side, and their
// gradients added up in a fixed order.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';

interface Places {
  starts: readonly [number, number];
}

interface Inputs {
  table: tf.TensorInfo;
  tokens: tf.TensorInfo;
  features: tf.TensorInfo;
  shown: tf.TensorInfo;
}

/** Which of the two images stands at a place of a sequence, or −1. */
function imageAt(t: number, [a, b]: readonly [number, number], places: number): 0 | 1 | -1 {
  if (t >= a && t < a + places) return 0;
  return t >= b && t < b + places ? 1 : -1;
}

/** [B·T, D] */
export function embedSequenceOnHeap(inputs: Inputs, { starts }: Places, heap: Heap): tf.TensorInfo {
  const [batch = 0, length = 0] = inputs.tokens.shape;
  const [, places = 0, width = 0] = inputs.features.shape;
  const out = heap.output([batch * length, width]);
  const [table, features, to] = [heap.floats(inputs.table), heap.floats(inputs.features), heap.floats(out)];
  const [tokens, shown] = [heap.integers(inputs.tokens), heap.integers(inputs.shown)];
  for (let n = 0; n < batch * length; n++) {
    const t = n % length;
    const image = imageAt(t, starts, places);
    const word = image === -1;
    const source = word
      ? (tokens[n] as number)
      : (shown[((n - t) / length) * 2 + image] as number) * places + t - (starts[image] as number);
    const from = word ? table : features;
    for (let i = 0; i < width; i++) to[n * width + i] = from[source * width + i] as number;
  }
  return out;
}

/** [V, D] */
export function embedTableGradOnHeap(
  { dy, table, tokens }: { dy: tf.TensorInfo; table: tf.TensorInfo; tokens: tf.TensorInfo },
  { starts, places }: Places & { places: number },
  heap: Heap,
): tf.TensorInfo {
  const [rows = 0, width = 0] = table.shape;
  const length = tokens.shape[1] ?? 0;
  const out = heap.output(table.shape);
  const [from, ids, to] = [heap.floats(dy), heap.integers(tokens), heap.floats(out)];
  to.fill(0);
  for (let n = 0; n < ids.length; n++) {
    const id = ids[n] as number;
    if (id < 0 || id >= rows || imageAt(n % length, starts, places) !== -1) continue;
    for (let i = 0; i < width; i++) (to[id * width + i] as number) += from[n * width + i] as number;
  }
  return out;
}

/** [U, n, D] */
export function embedFeaturesGradOnHeap(
  { dy, features, shown }: { dy: tf.TensorInfo; features: tf.TensorInfo; shown: tf.TensorInfo },
  { starts }: Places,
  heap: Heap,
): tf.TensorInfo {
  const [, places = 0, width = 0] = features.shape;
  const batch = shown.shape[0] ?? 0;
  const length = (dy.shape[0] ?? 0) / Math.max(1, batch);
  const out = heap.output(features.shape);
  const [from, images, to] = [heap.floats(dy), heap.integers(shown), heap.floats(out)];
  to.fill(0);
  const block = places * width;
  for (let b = 0; b < batch; b++) {
    for (const image of [0, 1] as const) {
      const target = (images[2 * b + image] as number) * block;
      const source = (b * length + starts[image]) * width;
      for (let i = 0; i < block; i++) (to[target + i] as number) += from[source + i] as number;
    }
  }
  return out;
}
