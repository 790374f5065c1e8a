// Attention over packed queries, keys and values in the wasm backend's memory (wasm/attention.ts).
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';
import type { PackedGradInputs, PackedInputs, PackedShape } from '../attention/packed';
import { packedSizes } from '../attention/packed';

/** [out, logSumExp] */
export function attentionOnHeap({ qkv }: PackedInputs, shape: PackedShape, heap: Heap): tf.TensorInfo[] | null {
  const { loops } = heap;
  if (loops === null) return null;
  const { batch, tokens, heads, kvHeads, headWidth } = packedSizes(qkv, shape);
  const out = heap.output([batch, tokens, heads * headWidth]);
  const logSumExp = heap.output([batch, heads, tokens]);
  if (qkv.size > 0) {
    heap.room(loops.attentionRoom(tokens, headWidth));
    const [from, to, statistics] = [heap.address(qkv), heap.address(out), heap.address(logSumExp)];
    loops.attend(from, to, statistics, batch, tokens, heads, kvHeads, headWidth, Number(shape.causal));
  }
  return [out, logSumExp];
}

/** dqkv */
export function attentionGradOnHeap(
  { qkv, out, logSumExp, dOut }: PackedGradInputs,
  shape: PackedShape,
  heap: Heap,
): tf.TensorInfo | null {
  const { loops } = heap;
  if (loops === null) return null;
  const { batch, tokens, heads, kvHeads, headWidth } = packedSizes(qkv, shape);
  const dqkv = heap.output(qkv.shape);
  if (qkv.size > 0) {
    heap.room(loops.attentionGradRoom(tokens, headWidth));
    const [a, b, c, d, e] = [qkv, out, logSumExp, dOut, dqkv].map((tensor) => heap.address(tensor)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    loops.attendGrad(a, b, c, d, e, batch, tokens, heads, kvHeads, headWidth, Number(shape.causal));
  }
  return dqkv;
}

/** Attention of one query a sample over a cache. */
export function cachedAttentionOnHeap(
  { qkv, cache, keyMask }: { qkv: tf.TensorInfo; cache: tf.TensorInfo; keyMask: tf.TensorInfo },
  shape: { heads: number; kvHeads: number },
  heap: Heap,
): tf.TensorInfo | null {
  const { loops } = heap;
  if (loops === null) return null;
  const { batch, heads, kvHeads, headWidth } = packedSizes(qkv, shape);
  const rows = cache.shape[1] ?? 0;
  const out = heap.output([batch, 1, heads * headWidth]);
  heap.room(rows * 4 + 16);
  const [a, b, c, d] = [qkv, cache, keyMask, out].map((tensor) => heap.address(tensor)) as [
    number,
    number,
    number,
    number,
  ];
  loops.attendCached(a, b, c, d, batch, rows, heads, kvHeads, headWidth);
  return out;
}
