// Scaled dot-product attention with grouped queries over one packed tensor of queries, keys and values. The forward pass
// also returns the log-sum-exp of each query's scores; with it the backward pass makes the probabilities again instead of
// keeping [B, H, T, T] numbers (the scheme of FlashAttention-2, arXiv 2307.08691).
import * as tf from '@tensorflow/tfjs';
import { defineKernel } from '../gpu/kernel';
import type { PackedGradInputs, PackedInputs, PackedShape } from './attention/packed';
import { checkPacked } from './attention/packed';
import { attentionGradShaders, attentionShaders } from './attention/shaders';
import { attentionGradTwin, attentionTwin } from './attention/twin';
import { attentionGradOnHeap, attentionOnHeap } from './onHeap/attention';

export type { PackedShape };

const example: PackedShape = { heads: 4, kvHeads: 2, causal: true };

const attentionKernel = defineKernel<PackedInputs, PackedShape, tf.Tensor[]>({
  name: 'Attention',
  plain: attentionTwin,
  webgpu: attentionShaders,
  wasm: attentionOnHeap,
  example: { inputs: { qkv: { shape: [2, 19, 128] } }, attributes: example },
  inputsToSave: ['qkv'],
  outputsToSave: [true, true],
  gradient: ([dOut], saved, shape) => {
    const [qkv, out, logSumExp] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { qkv: () => attentionGrad({ qkv, out, logSumExp, dOut: dOut as tf.Tensor }, shape) };
  },
});

const attentionGrad = defineKernel<PackedGradInputs, PackedShape, tf.Tensor>({
  name: 'AttentionGrad',
  plain: attentionGradTwin,
  webgpu: attentionGradShaders,
  wasm: attentionGradOnHeap,
  example: {
    inputs: {
      qkv: { shape: [2, 19, 128] },
      out: { shape: [2, 19, 64] },
      logSumExp: { shape: [2, 4, 19], low: 2, high: 3 },
      dOut: { shape: [2, 19, 64] },
    },
    attributes: example,
    // The output and the log-sum-exp must be those of the other inputs.
    prepare: (inputs) => {
      tf.dispose([inputs.out, inputs.logSumExp]);
      const [out, logSumExp] = attentionKernel({ qkv: inputs.qkv }, example) as [tf.Tensor, tf.Tensor];
      return { ...inputs, out, logSumExp };
    },
  },
});

/**
 * softmax(q·kᵀ/√Dh)·v, head by head, within each sample; causal or over all its tokens.
 * @param qkv [B, T, (heads + 2·kvHeads)·Dh]: a row holds the query heads, then the key heads, then the value heads
 * @returns [B, T, heads·Dh]
 * @throws RangeError where the heads do not fit the width
 */
export function attention(qkv: tf.Tensor3D, { heads, kvHeads, causal }: PackedShape): tf.Tensor3D {
  checkPacked('attention', qkv.shape[2], heads, kvHeads);
  const [out] = attentionKernel({ qkv }, { heads, kvHeads, causal });
  return out as tf.Tensor3D;
}
