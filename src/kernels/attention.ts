// Scaled dot-product attention with grouped queries, an optional key mask and an optional causal rule. The forward pass
// also returns the log-sum-exp of each query's scores; with it the backward pass makes the probabilities again instead
// of keeping [B, H, T, S] numbers (the scheme of FlashAttention-2, arXiv 2307.08691).
import * as tf from '@tensorflow/tfjs';
import attentionSource from '../../shaders/attention.wgsl?raw';
import attentionAlongSource from '../../shaders/attentionAlong.wgsl?raw';
import attentionGradKeyValueSource from '../../shaders/attentionGradKeyValue.wgsl?raw';
import attentionGradQuerySource from '../../shaders/attentionGradQuery.wgsl?raw';
import type { Example } from '../gpu/kernel';
import { defineKernel } from '../gpu/kernel';
import type { Parameter, Recorder } from '../gpu/recorder';
import { spread } from '../gpu/recorder';
import { attentionGradOnHeap, attentionOnHeap } from './attention/onHeap';
import type { AttentionGradInputs, AttentionInputs, AttentionShape } from './attention/shape';

export type { AttentionShape };

// Low enough that exp gives exactly zero, high enough that f32 keeps the score beside it.
const HIDDEN = -1e5;

/** [B, L, H·Dh] → [B, H, L, Dh]. */
function toHeads(x: tf.Tensor, heads: number): tf.Tensor4D {
  const [batch = 0, length = 0, width = 0] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
}

/** [B, H, L, Dh] (in any reshaped form) → [B, L, H·Dh]. */
function fromHeads(x: tf.Tensor, batch: number, heads: number, length: number): tf.Tensor {
  const width = x.size / (batch * heads * length);
  const split = tf.reshape(x, [batch, heads, length, width]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch, length, heads * width]);
}

/** 1 where query i may see key j: [B or 1, 1, T, S]; null where everything is seen. */
function visibility(keyMask: tf.Tensor | undefined, queries: number, keys: number, causal: boolean): tf.Tensor | null {
  let seen: tf.Tensor | null = null;
  if (causal) {
    const last = tf.reshape(tf.range(keys - queries, keys, 1, 'float32'), [1, 1, queries, 1]);
    const key = tf.reshape(tf.range(0, keys, 1, 'float32'), [1, 1, 1, keys]);
    seen = tf.cast(tf.lessEqual(key, last), 'float32');
  }
  if (keyMask !== undefined) {
    const open = tf.reshape(tf.cast(tf.notEqual(keyMask, 0), 'float32'), [keyMask.shape[0] ?? 0, 1, 1, keys]);
    seen = seen === null ? tf.tile(open, [1, 1, queries, 1]) : tf.mul(seen, open);
  }
  return seen;
}

/** Scaled and masked scores [B, H, T, S], and which queries see any key ([B or 1, 1, T, 1], null for all). */
function maskedScores(
  inputs: AttentionInputs,
  { heads, kvHeads, causal }: AttentionShape,
): { scores: tf.Tensor; seesAny: tf.Tensor | null } {
  const [batch = 0, queries = 0, width = 0] = inputs.q.shape;
  const keys = inputs.k.shape[1] ?? 0;
  const headWidth = width / heads;
  const q = tf.reshape(toHeads(tf.mul(inputs.q, 1 / Math.sqrt(headWidth)), heads), [
    batch * kvHeads,
    (heads / kvHeads) * queries,
    headWidth,
  ]);
  const k = tf.reshape(toHeads(inputs.k, kvHeads), [batch * kvHeads, keys, headWidth]);
  const raw = tf.reshape(tf.matMul(q, k, false, true), [batch, heads, queries, keys]);
  const seen = visibility(inputs.keyMask, queries, keys, causal);
  if (seen === null) return { scores: raw, seesAny: null };
  return { scores: tf.add(raw, tf.mul(tf.sub(1, seen), HIDDEN)), seesAny: tf.max(seen, 3, true) };
}

function attentionPlain(inputs: AttentionInputs, shape: AttentionShape): tf.Tensor[] {
  const [batch = 0, queries = 0] = inputs.q.shape;
  const keys = inputs.k.shape[1] ?? 0;
  const { heads, kvHeads } = shape;
  const { scores, seesAny } = maskedScores(inputs, shape);
  const highest = tf.max(scores, 3, true);
  const weights = tf.exp(tf.sub(scores, highest));
  const total = tf.sum(weights, 3, true);
  const v = tf.reshape(toHeads(inputs.v, kvHeads), [batch * kvHeads, keys, -1]);
  const mixed = tf.matMul(tf.reshape(weights, [batch * kvHeads, (heads / kvHeads) * queries, keys]), v);
  let out: tf.Tensor = tf.div(tf.reshape(mixed, [batch, heads, queries, -1]), total);
  // A query that sees no key answers zero instead of an average over hidden keys.
  if (seesAny !== null) out = tf.mul(out, seesAny);
  let logSumExp: tf.Tensor = tf.add(highest, tf.log(total));
  if (seesAny !== null) logSumExp = tf.mul(logSumExp, seesAny);
  return [fromHeads(out, batch, heads, queries), tf.reshape(logSumExp, [batch, heads, queries])];
}

// The widest head that the shaders' tiles hold within 16 KiB of workgroup memory.
const WIDEST_HEAD = 64;

function shaderParams(
  { q, k, keyMask }: AttentionInputs,
  { heads, kvHeads, causal }: AttentionShape,
): Parameter[] | null {
  const [batch = 0, queries = 0, width = 0] = q.shape;
  const headWidth = width / heads;
  if (headWidth > WIDEST_HEAD) return null;
  const sizes = [batch, queries, k.shape[1] ?? 0, heads, kvHeads, headWidth];
  const flags = [Number(causal), Number(keyMask !== undefined)];
  return [
    ...sizes.map((size) => ({ u32: size })),
    { f32: 1 / Math.sqrt(headWidth) },
    ...flags.map((flag) => ({ u32: flag })),
  ];
}

function attentionShaders(inputs: AttentionInputs, shape: AttentionShape, recorder: Recorder): tf.TensorInfo[] | null {
  const params = shaderParams(inputs, shape);
  if (params === null) return null;
  const { q, k, v, keyMask } = inputs;
  const [batch = 0, queries = 0] = q.shape;
  const [out, logSumExp] = [recorder.output(q.shape), recorder.output([batch, shape.heads, queries])];
  recorder.dispatch({
    shader: { name: 'attention', source: attentionSource },
    inputs: [q, k, v, keyMask ?? k],
    outputs: [out, logSumExp],
    params,
    groups: [Math.ceil(queries / 16), shape.heads, batch],
  });
  return [out, logSumExp];
}

const exampleMask = { shape: [2, 35], low: 0, high: 1.6, integer: true };

// tfjs saves inputs for the gradient by name and knows no absent ones: with and without a mask are two registrations.
function defineAttention(masked: boolean): (inputs: AttentionInputs, shape: AttentionShape) => tf.Tensor[] {
  return defineKernel<AttentionInputs, AttentionShape, tf.Tensor[]>({
    name: masked ? 'AttentionMasked' : 'Attention',
    plain: attentionPlain,
    webgpu: attentionShaders,
    wasm: attentionOnHeap,
    example: {
      inputs: {
        q: { shape: [2, 21, 36] },
        k: { shape: [2, 35, 18] },
        v: { shape: [2, 35, 18] },
        ...(masked ? { keyMask: exampleMask } : {}),
      },
      attributes: { heads: 4, kvHeads: 2, causal: masked },
    } as Example<AttentionInputs, AttentionShape>,
    inputsToSave: masked ? ['q', 'k', 'v', 'keyMask'] : ['q', 'k', 'v'],
    outputsToSave: [true, true],
    gradient: ([dOut], saved, shape) => {
      const [q, k, v] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [out, logSumExp] = saved.slice(-2) as [tf.Tensor, tf.Tensor];
      const keyMask = masked ? saved[3] : undefined;
      const gradients = attentionGrad({ q, k, v, keyMask, out, logSumExp, dOut: dOut as tf.Tensor }, shape);
      const [dq, dk, dv] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { q: () => dq, k: () => dk, v: () => dv };
    },
  });
}

const attentionMasked = defineAttention(true);
const attentionOpen = defineAttention(false);

const attentionGrad = defineKernel<AttentionGradInputs, AttentionShape, tf.Tensor[]>({
  name: 'AttentionGrad',
  plain: (inputs, shape) => {
    const [batch = 0, queries = 0, width = 0] = inputs.q.shape;
    const keys = inputs.k.shape[1] ?? 0;
    const { heads, kvHeads } = shape;
    const headWidth = width / heads;
    const rows = (heads / kvHeads) * queries;
    const scale = 1 / Math.sqrt(headWidth);

    const { scores, seesAny } = maskedScores(inputs, shape);
    const weights = tf.exp(tf.sub(scores, tf.reshape(inputs.logSumExp, [batch, heads, queries, 1])));
    let dOut: tf.Tensor = toHeads(inputs.dOut, heads);
    if (seesAny !== null) dOut = tf.mul(dOut, seesAny);
    const along = tf.sum(tf.mul(dOut, toHeads(inputs.out, heads)), 3, true);

    const dOutRows = tf.reshape(dOut, [batch * kvHeads, rows, headWidth]);
    const v = tf.reshape(toHeads(inputs.v, kvHeads), [batch * kvHeads, keys, headWidth]);
    const dWeights = tf.reshape(tf.matMul(dOutRows, v, false, true), [batch, heads, queries, keys]);
    const dScores = tf.reshape(tf.mul(tf.mul(weights, tf.sub(dWeights, along)), scale), [batch * kvHeads, rows, keys]);

    const q = tf.reshape(toHeads(inputs.q, heads), [batch * kvHeads, rows, headWidth]);
    const k = tf.reshape(toHeads(inputs.k, kvHeads), [batch * kvHeads, keys, headWidth]);
    const weightRows = tf.reshape(weights, [batch * kvHeads, rows, keys]);
    return [
      fromHeads(tf.matMul(dScores, k), batch, heads, queries),
      fromHeads(tf.matMul(dScores, q, true, false), batch, kvHeads, keys),
      fromHeads(tf.matMul(weightRows, dOutRows, true, false), batch, kvHeads, keys),
    ];
  },
  webgpu: (inputs, shape, recorder) => {
    const params = shaderParams(inputs, shape);
    if (params === null) return null;
    const { q, k, v, keyMask, out, logSumExp, dOut } = inputs;
    const [batch = 0, queries = 0, width = 0] = q.shape;
    const { heads, kvHeads } = shape;
    const count = batch * heads * queries;
    const statistics = recorder.output([count, 2]);
    recorder.dispatch({
      shader: { name: 'attentionAlong', source: attentionAlongSource },
      inputs: [out, dOut, logSumExp],
      outputs: [statistics],
      params: [{ u32: count }, { u32: queries }, { u32: heads }, { u32: width / heads }],
      groups: spread(Math.ceil(count / 64)),
    });
    const [dq, dk, dv] = [recorder.output(q.shape), recorder.output(k.shape), recorder.output(v.shape)];
    const known = [q, k, v, keyMask ?? k, dOut, statistics];
    recorder.dispatch({
      shader: { name: 'attentionGradQuery', source: attentionGradQuerySource },
      inputs: known,
      outputs: [dq],
      params,
      groups: [Math.ceil(queries / 16), heads, batch],
    });
    recorder.dispatch({
      shader: { name: 'attentionGradKeyValue', source: attentionGradKeyValueSource },
      inputs: known,
      outputs: [dk, dv],
      params,
      groups: [Math.ceil((k.shape[1] ?? 0) / 16), kvHeads, batch],
    });
    recorder.release(statistics);
    return [dq, dk, dv];
  },
  wasm: attentionGradOnHeap,
  example: {
    inputs: {
      q: { shape: [2, 21, 36] },
      k: { shape: [2, 35, 18] },
      v: { shape: [2, 35, 18] },
      keyMask: exampleMask,
      out: { shape: [2, 21, 36] },
      logSumExp: { shape: [2, 4, 21], low: 2, high: 3 },
      dOut: { shape: [2, 21, 36] },
    },
    attributes: { heads: 4, kvHeads: 2, causal: true },
    // The output and the log-sum-exp must be those of the other inputs.
    prepare: (inputs) => {
      const { q, k, v, keyMask } = inputs;
      tf.dispose([inputs.out, inputs.logSumExp]);
      const forward = attentionMasked({ q, k, v, keyMask }, { heads: 4, kvHeads: 2, causal: true });
      const [out, logSumExp] = forward as [tf.Tensor, tf.Tensor];
      return { ...inputs, out, logSumExp };
    },
  },
});

/**
 * softmax(q·kᵀ/√Dh)·v, head by head; query head h reads key head ⌊h·kvHeads/heads⌋. A query that sees no key gives zeros.
 * @param q [B, T, heads·Dh]
 * @param k [B, S, kvHeads·Dh]
 * @param v [B, S, kvHeads·Dh]
 * @param keyMask [B, S] int32, zero hides a key; null shows all
 * @returns [B, T, heads·Dh]
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  keyMask: tf.Tensor2D | null,
  { heads, kvHeads, causal }: AttentionShape,
): tf.Tensor3D {
  if (heads % kvHeads !== 0 || q.shape[2] % heads !== 0 || k.shape[2] * heads !== q.shape[2] * kvHeads) {
    throw new RangeError(
      `attention: ${heads} query heads and ${kvHeads} key heads do not fit widths ${q.shape[2]} and ${k.shape[2]}`,
    );
  }
  const shape = { heads, kvHeads, causal };
  const [out] = keyMask === null ? attentionOpen({ q, k, v }, shape) : attentionMasked({ q, k, v, keyMask }, shape);
  return out as tf.Tensor3D;
}
