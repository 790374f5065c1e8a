// Attention for the wasm backend: rows are sorted by head in plain loops, the products go to XNNPACK one head at a time,
// and only the mask, the slopes and the statistics are loops over the scores. Here probabilities are made again from q and
// k in the backward pass, so the log-sum-exp is not read.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';
import type { AttentionGradInputs, AttentionInputs, AttentionShape } from './shape';

/** Sizes of one call. A group is one key head of one sample with all queries that read it. */
interface Sizes {
  batch: number;
  queries: number;
  keys: number;
  heads: number;
  kvHeads: number;
  headWidth: number;
  groups: number;
  rows: number;
}

function sizesOf({ q, k }: AttentionInputs, { heads, kvHeads }: AttentionShape): Sizes {
  const [batch = 0, queries = 0, width = 0] = q.shape;
  const rows = (heads / kvHeads) * queries;
  return {
    batch,
    queries,
    keys: k.shape[1] ?? 0,
    heads,
    kvHeads,
    headWidth: width / heads,
    groups: batch * kvHeads,
    rows,
  };
}

/** [B, L, H·Dh] → [groups, together·L, Dh], or per group transposed, [groups, Dh, L]; `together` heads form a group. */
function byHead(
  heap: Heap,
  x: tf.TensorInfo,
  heads: number,
  together: number,
  transposed: boolean,
  scale = 1,
): tf.TensorInfo {
  const [batch = 0, length = 0, width = 0] = x.shape;
  const headWidth = width / heads;
  const groups = (batch * heads) / together;
  const out = heap.output(transposed ? [groups, headWidth, length] : [groups, together * length, headWidth]);
  const from = heap.floats(x);
  const to = heap.floats(out);
  const [rowStep, featureStep] = transposed ? [1, length] : [headWidth, 1];
  for (let head = 0; head < batch * heads; head++) {
    const sample = Math.floor(head / heads);
    for (let t = 0; t < length; t++) {
      const source = (sample * length + t) * width + (head % heads) * headWidth;
      const target = head * length * headWidth + t * rowStep;
      for (let d = 0; d < headWidth; d++) to[target + d * featureStep] = (from[source + d] as number) * scale;
    }
  }
  return out;
}

/** The way back: [B·H, L, Dh] in any grouping of heads → [B, L, H·Dh]. */
function fromHeads(heap: Heap, x: tf.TensorInfo, batch: number, heads: number, length: number): tf.TensorInfo {
  const headWidth = x.shape[2] ?? 0;
  const width = heads * headWidth;
  const out = heap.output([batch, length, width]);
  const from = heap.floats(x);
  const to = heap.floats(out);
  for (let head = 0; head < batch * heads; head++) {
    const sample = Math.floor(head / heads);
    for (let t = 0; t < length; t++) {
      const source = (head * length + t) * headWidth;
      const target = (sample * length + t) * width + (head % heads) * headWidth;
      for (let d = 0; d < headWidth; d++) to[target + d] = from[source + d] as number;
    }
  }
  return out;
}

/** How many leading keys query t may see, the mask aside. */
function visibleKeys({ queries, keys }: Sizes, causal: boolean, t: number): number {
  return causal ? Math.max(0, Math.min(keys, t + 1 + keys - queries)) : keys;
}

const HIDDEN = -1e5;

/** Probabilities [groups, rows, keys], zero where hidden; and log-sum-exp [B, H, T] where asked for. */
function probabilities(
  heap: Heap,
  inputs: AttentionInputs,
  { causal }: AttentionShape,
  sizes: Sizes,
  withStatistics: boolean,
): { weights: tf.TensorInfo; logSumExp: tf.TensorInfo | null } {
  const { batch, queries, keys, heads, kvHeads, headWidth, groups, rows } = sizes;
  const q = byHead(heap, inputs.q, heads, heads / kvHeads, false, 1 / Math.sqrt(headWidth));
  const k = byHead(heap, inputs.k, kvHeads, 1, true);
  const scores = heap.multiply(q, k);
  heap.release(q, k);
  const raw = heap.floats(scores);
  const mask = inputs.keyMask === undefined ? null : heap.integers(inputs.keyMask);
  if (causal || mask !== null) {
    for (let row = 0; row < groups * rows; row++) {
      const start = row * keys;
      raw.fill(HIDDEN, start + visibleKeys(sizes, causal, row % queries), start + keys);
      if (mask === null) continue;
      const sample = Math.floor(row / (rows * kvHeads)) * keys;
      for (let s = 0; s < keys; s++) if (mask[sample + s] === 0) raw[start + s] = HIDDEN;
    }
  }
  const weights = heap.softmax({ ...scores, shape: [groups * rows, keys] });
  const logSumExp = withStatistics ? heap.output([batch, heads, queries]) : null;
  const seen = heap.floats(scores);
  const p = heap.floats(weights);
  const statistics = logSumExp === null ? null : heap.floats(logSumExp);
  for (let row = 0; row < groups * rows; row++) {
    const start = row * keys;
    const end = start + visibleKeys(sizes, causal, row % queries);
    let best = start;
    if (statistics !== null || mask !== null || end === start) {
      for (let i = start + 1; i < end; i++) if ((seen[i] as number) > (seen[best] as number)) best = i;
    }
    const sees = end > start && (seen[best] as number) > HIDDEN;
    if (!sees) p.fill(0, start, start + keys);
    if (statistics !== null) statistics[row] = sees ? (seen[best] as number) - Math.log(p[best] as number) : 0;
  }
  heap.release(scores);
  return { weights: { ...weights, shape: [groups, rows, keys] }, logSumExp };
}

export function attentionOnHeap(inputs: AttentionInputs, shape: AttentionShape, heap: Heap): tf.TensorInfo[] {
  const sizes = sizesOf(inputs, shape);
  const { weights, logSumExp } = probabilities(heap, inputs, shape, sizes, true);
  const v = byHead(heap, inputs.v, sizes.kvHeads, 1, false);
  const mixed = heap.multiply(weights, v);
  const out = fromHeads(heap, mixed, sizes.batch, sizes.heads, sizes.queries);
  heap.release(weights, v, mixed);
  return [out, logSumExp as tf.TensorInfo];
}

export function attentionGradOnHeap(inputs: AttentionGradInputs, shape: AttentionShape, heap: Heap): tf.TensorInfo[] {
  const sizes = sizesOf(inputs, shape);
  const { batch, queries, keys, heads, kvHeads, headWidth, groups, rows } = sizes;
  const together = heads / kvHeads;
  const { weights } = probabilities(heap, inputs, shape, sizes, false);

  const dOut = byHead(heap, inputs.dOut, heads, together, false);
  const vTransposed = byHead(heap, inputs.v, kvHeads, 1, true);
  const slopes = heap.multiply(dOut, vTransposed);
  heap.release(vTransposed);
  const out = byHead(heap, inputs.out, heads, together, false);
  const slopesTransposed = heap.output([groups, keys, rows]);
  const weightsTransposed = heap.output([groups, keys, rows]);
  const scale = 1 / Math.sqrt(headWidth);
  const [p, d, o, g] = [heap.floats(weights), heap.floats(slopes), heap.floats(out), heap.floats(dOut)];
  const [pT, dT] = [heap.floats(weightsTransposed), heap.floats(slopesTransposed)];
  pT.fill(0);
  dT.fill(0);
  for (let row = 0; row < groups * rows; row++) {
    let along = 0;
    for (let i = row * headWidth; i < (row + 1) * headWidth; i++) along += (o[i] as number) * (g[i] as number);
    const seen = visibleKeys(sizes, shape.causal, row % queries);
    const start = row * keys;
    const startTransposed = Math.floor(row / rows) * rows * keys + (row % rows);
    for (let s = 0; s < seen; s++) {
      const weight = p[start + s] as number;
      const slope = weight * ((d[start + s] as number) - along) * scale;
      d[start + s] = slope;
      pT[startTransposed + s * rows] = weight;
      dT[startTransposed + s * rows] = slope;
    }
    d.fill(0, start + seen, start + keys);
  }
  heap.release(out, weights);

  const k = byHead(heap, inputs.k, kvHeads, 1, false);
  const dqHeads = heap.multiply(slopes, k);
  const dq = fromHeads(heap, dqHeads, batch, heads, queries);
  heap.release(k, dqHeads, slopes);

  // XNNPACK packs its right-hand matrix anew each time, slowly: the big matrix goes left, transposed in the loop above.
  const q = byHead(heap, inputs.q, heads, together, false);
  const dkHeads = heap.multiply(slopesTransposed, q);
  const dk = fromHeads(heap, dkHeads, batch, kvHeads, keys);
  heap.release(q, dkHeads, slopesTransposed);
  const dvHeads = heap.multiply(weightsTransposed, dOut);
  const dv = fromHeads(heap, dvHeads, batch, kvHeads, keys);
  heap.release(dOut, dvHeads, weightsTransposed);
  return [dq, dk, dv];
}
