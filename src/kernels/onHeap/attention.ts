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
